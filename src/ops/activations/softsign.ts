import type { Activation } from "./activation.ts";

/** y = x / (1 + |x|). dy/dx = 1 / (1 + |x|)^2. */
export const softsign = {
  type: "elementwise",
  backwardReads: "x",
  forward: (builder, io) => builder.call("softsign", io),
  backward: (builder, io) => builder.call("softsignBackward", io),
} as const satisfies Activation;
