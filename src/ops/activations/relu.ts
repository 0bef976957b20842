import type { Activation } from "./activation.ts";

/** y = max(x, 0) (Nair & Hinton 2010). dy/dx = 1 where x > 0, else 0: also at 0, as in TensorFlow. */
export const relu = {
  type: "elementwise",
  forward: (builder, io) => builder.call("relu", io),
  backward: (builder, io) => builder.call("reluBackward", io),
} as const satisfies Activation;
