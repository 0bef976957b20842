import { type ConfigOf, checkedOptions, type OptionsOf, optional, positive } from "../../core/options.ts";
import { formulaLoss } from "./formula.ts";

const options = {
  /** The size of the error from which on the loss grows linearly, above 0; default 1. */
  delta: optional(positive, 1),
};

/** Options of {@link huber}. */
export interface HuberOptions extends OptionsOf<typeof options> {}

/** {@link huber} as it is saved. */
export interface Huber extends ConfigOf<typeof options> {
  /** The loss's name, which `compile` also takes. */
  readonly type: "huber";
}

/**
 * The mean over the outputs of e^2 / 2 for errors e = |y - target| up to delta, of delta e - delta^2 / 2 for larger ones;
 * labels are rows of targets, [N, outputs]. https://keras.io/api/losses/regression_losses/#huber-class
 * @throws InputError for a delta that is not above 0
 */
export function huber(given: HuberOptions = {}): Huber {
  return { type: "huber", ...checkedOptions("huber", options, given) };
}

export const huberLoss = formulaLoss<Huber>(
  { create: huber, targets: "rows", outputs: "any" },
  (ops, target, output, { delta }) => {
    const error = ops.abs(ops.subtract(output, target));
    const near = ops.minimum(error, delta);
    // near is the error or delta: near^2 / 2 + delta (error - near).
    const half = ops.multiply(ops.square(near), 0.5);
    return ops.mean(ops.add(half, ops.multiply(ops.subtract(error, near), delta)));
  },
);
