import type { Activation } from "./activation.ts";

const SCALE = 1.0507009873554805;
const ALPHA = 1.6732632423543772;
const shape = { slope: SCALE, alpha: SCALE * ALPHA };
/** The largest float below 0: at 0 the slope is that of the upper part, as in TensorFlow. */
const BELOW_0 = -(2 ** -149);

/**
 * y = 1.0507 x where x > 0, else 1.0507 1.67326 (e^x - 1): units keep mean 0 and variance 1 (Klambauer et al. 2017).
 * dy/dx = 1.0507 where x >= 0, else y + 1.0507 1.67326.
 */
export const selu = {
  type: "elementwise",
  backwardReads: "y",
  forward: (builder, io) => builder.call("elu", { ...io, ...shape }),
  backward: (builder, io) => builder.call("eluBackward", { ...io, ...shape, edge: BELOW_0 }),
} as const satisfies Activation;
