import type { Elementwise } from "./activation.ts";

/**
 * y = x where x > 0, else alpha (e^x - 1), alpha >= 0 (Clevert et al. 2016). dy/dx = 1 where x > 0, else y + alpha.
 */
export function eluOf(alpha: number): Elementwise {
  return {
    type: "elementwise",
    backwardReads: "y",
    forward: (builder, io) => builder.call("elu", { ...io, slope: 1, alpha }),
    backward: (builder, io) => builder.call("eluBackward", { ...io, slope: 1, alpha, edge: 0 }),
  };
}

/** With alpha = 1, as Keras's activation. */
export const elu = eluOf(1);
