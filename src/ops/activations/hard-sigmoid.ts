import type { Activation } from "./activation.ts";

/** y = min(max(x + 3, 0), 6) / 6. dy/dx = 1/6 where 0 < y < 1, else 0. */
export const hardSigmoid = {
  type: "elementwise",
  backwardReads: "y",
  forward: (builder, io) => builder.call("hardSigmoid", io),
  backward: (builder, io) => builder.call("hardSigmoidBackward", io),
} as const satisfies Activation;
