import type { Activation } from "./activation.ts";

/** y = x min(max(x + 3, 0), 6) / 6 (Howard et al. 2019). dy/dx = x/3 + 1/2 where -3 < x < 3, else 0 or 1. */
export const hardSilu = {
  type: "elementwise",
  backwardReads: "x",
  forward: (builder, io) => builder.call("hardSilu", io),
  backward: (builder, io) => builder.call("hardSiluBackward", io),
} as const satisfies Activation;
