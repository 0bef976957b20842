import type { Activation } from "./activation.ts";

/**
 * y[c] = e^x[c] / sum over k of e^x[k], over the channels of each position (the features of a vector).
 * dy[k]/dx[c] = y[k] ((1 if k = c, else 0) - y[c]).
 */
export const softmax = {
  type: "acrossChannels",
  forward: (builder, { x, y, channels, positions }) => builder.call("softmax", { x, y, features: channels, positions }),
  backward: (builder, { y, dy, dx, channels, positions }) =>
    builder.call("softmaxBackward", { y, dy, dx, features: channels, positions }),
  curvature: (builder, { y, dy, dx, channels, positions }) =>
    builder.call("softmaxCurvature", { y, dy, dx, features: channels, positions }),
  forwardOfImage: (builder, { x, y, channels, positions }) =>
    builder.call("imageSoftmax", { x, y, channels, positions }),
  // Training computes the loss from logits, without the last softmax. A softmax elsewhere in a network is rare.
  backwardOfImage: "none",
} as const satisfies Activation;
