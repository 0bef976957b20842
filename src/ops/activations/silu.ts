import type { Activation } from "./activation.ts";

/** y = x s, s = 1 / (1 + e^-x) (Ramachandran et al. 2017, as swish). dy/dx = s (1 + x (1 - s)). */
export const silu = {
  type: "elementwise",
  backwardReads: "x",
  forward: (builder, io) => builder.call("silu", io),
  backward: (builder, io) => builder.call("siluBackward", io),
} as const satisfies Activation;
