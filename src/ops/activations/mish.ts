import type { Activation } from "./activation.ts";

/** y = x tanh(ln(1 + e^x)) (Misra 2019). */
export const mish = {
  type: "elementwise",
  backwardReads: "x",
  forward: (builder, io) => builder.call("mish", io),
  backward: (builder, io) => builder.call("mishBackward", io),
} as const satisfies Activation;
