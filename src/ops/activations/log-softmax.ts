import type { Activation } from "./activation.ts";

/**
 * y[c] = x[c] - ln(sum over k of e^x[k]), over the channels of each position (the features of a vector).
 * dy[k]/dx[c] = (1 if k = c, else 0) - e^y[c].
 */
export const logSoftmax = {
  type: "acrossChannels",
  forward: (builder, { x, y, channels, positions }) =>
    builder.call("logSoftmax", { x, y, features: channels, positions }),
  backward: (builder, { y, dy, dx, channels, positions }) =>
    builder.call("logSoftmaxBackward", { y, dy, dx, features: channels, positions }),
  curvature: (builder, { y, dy, dx, channels, positions }) =>
    builder.call("logSoftmaxCurvature", { y, dy, dx, features: channels, positions }),
  forwardOfImage: "none",
  backwardOfImage: "none",
} as const satisfies Activation;
