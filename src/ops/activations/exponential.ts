import type { Activation } from "./activation.ts";

/** y = e^x, infinite above 88.7. dy/dx = y. */
export const exponential = {
  type: "elementwise",
  backwardReads: "y",
  forward: (builder, io) => builder.call("exponentials", io),
  backward: (builder, io) => builder.call("exponentialsBackward", io),
} as const satisfies Activation;
