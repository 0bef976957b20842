import type { Activation } from "./activation.ts";

/** With these, f(1) = 1 and f(-1) = -1, and the second derivative is largest there. */
const scale = { amplitude: 1.7159, slope: 2 / 3 };

/**
 * y = A tanh(S x) with A = 1.7159 and S = 2/3 (LeCun et al. 1998, section II.B and appendix A).
 * dy/dx = A S (1 - (y / A)^2).
 */
export const scaledTanh = {
  type: "elementwise",
  backwardReads: "y",
  forward: (builder, io) => builder.call("tanh", { ...io, ...scale }),
  backward: (builder, io) => builder.call("tanhBackward", { ...io, ...scale }),
} as const satisfies Activation;
