import type { Activation } from "./activation.ts";

/** y = 1 / (1 + e^-x). dy/dx = y (1 - y). */
export const sigmoid = {
  type: "elementwise",
  backwardReads: "y",
  forward: (builder, io) => builder.call("sigmoid", io),
  backward: (builder, io) => builder.call("sigmoidBackward", io),
} as const satisfies Activation;
