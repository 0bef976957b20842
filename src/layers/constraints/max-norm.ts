import { type ConfigOf, checkedOptions, type OptionsOf, optional, positive } from "../../core/options.ts";
import { axes, type ConstraintDefinition } from "./constraint.ts";

const options = {
  /** The largest norm of the numbers of a unit, above 0. Default 2. */
  maxValue: optional(positive, 2),
  /** The axis or axes of the numbers of a unit: 0 (default) for a dense kernel, [0, 1, 2] for one of conv2d. */
  axis: optional(axes, 0),
};

/** Options of {@link maxNorm}. */
export interface MaxNormOptions extends OptionsOf<typeof options> {}

/** {@link maxNorm} as it is saved. */
export interface MaxNorm extends ConfigOf<typeof options> {
  /** The constraint's name, which a layer's option also takes. */
  readonly type: "maxNorm";
}

/**
 * A constraint: after each step, the numbers of each unit are scaled so that their Euclidean norm is at most `maxValue`.
 * https://keras.io/api/layers/constraints/
 * @throws InputError for options that are unknown or out of range
 */
export function maxNorm(given: MaxNormOptions = {}): MaxNorm {
  return { type: "maxNorm", ...checkedOptions("maxNorm", options, given) };
}

export const maxNormConstraint: ConstraintDefinition<MaxNorm> = {
  create: maxNorm,
  projection: ({ maxValue, axis }) => ({ axis, min: 0, max: maxValue, rate: 1 }),
};
