import type { Activation } from "./activation.ts";

/** y = ln(1 + e^x) (Glorot et al. 2011). dy/dx = 1 / (1 + e^-x). */
export const softplus = {
  type: "elementwise",
  backwardReads: "x",
  forward: (builder, io) => builder.call("softplus", io),
  backward: (builder, io) => builder.call("softplusBackward", io),
} as const satisfies Activation;
