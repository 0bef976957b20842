import type { Activation } from "./activation.ts";

const scale = { amplitude: 1, slope: 1 };

/** y = tanh x. dy/dx = 1 - y^2. */
export const tanh = {
  type: "elementwise",
  backwardReads: "y",
  forward: (builder, io) => builder.call("tanh", { ...io, ...scale }),
  backward: (builder, io) => builder.call("tanhBackward", { ...io, ...scale }),
} as const satisfies Activation;
