import { FollowerKind } from "../follower.ts";
import type { Elementwise } from "./activation.ts";

/** y = max(x, 0) (Nair & Hinton 2010). dy/dx = 1 where x > 0, else 0: also at 0, as in TensorFlow. */
export const relu = {
  type: "elementwise",
  backwardReads: "y",
  forward: (builder, io) => builder.call("relu", io),
  backward: (builder, io) => builder.call("reluBackward", io),
} as const satisfies Elementwise;

/** ReLU as the operation that follows another. */
export const reluFollower = new FollowerKind<true>();

/**
 * y = min(x, maxValue) where x > threshold, else negativeSlope (x - threshold), as Keras's ReLU. No option may be
 * negative. dy/dx = 1 where threshold < x < maxValue, negativeSlope below, 0 above.
 */
export function reluWith(options: { maxValue?: number; negativeSlope?: number; threshold?: number }): Elementwise {
  const { maxValue: highest = Number.POSITIVE_INFINITY, negativeSlope: slope = 0, threshold = 0 } = options;
  if (highest === Number.POSITIVE_INFINITY && slope === 0 && threshold === 0) return relu;
  const shape = { threshold, slope, highest };
  const forward: Elementwise["forward"] = (builder, io) => builder.call("rectify", { ...io, ...shape });
  // From a threshold on, y no longer tells the sides apart.
  if (threshold > 0) {
    return {
      type: "elementwise",
      backwardReads: "x",
      forward,
      backward: (builder, { x, ...io }) => builder.call("rectifyBackward", { v: x, ...io, ...shape }),
    };
  }
  return {
    type: "elementwise",
    backwardReads: "y",
    forward,
    backward: (builder, { y, ...io }) => builder.call("rectifyBackward", { v: y, ...io, ...shape }),
  };
}
