import { type ConfigOf, checkedOptions, type OptionsOf, optional } from "../../core/options.ts";
import { axes, type ConstraintDefinition } from "./constraint.ts";

const options = {
  /** The axis or axes of the numbers of a unit: 0 (default) for a dense kernel, [0, 1, 2] for one of conv2d. */
  axis: optional(axes, 0),
};

/** Options of {@link unitNorm}. */
export interface UnitNormOptions extends OptionsOf<typeof options> {}

/** {@link unitNorm} as it is saved. */
export interface UnitNorm extends ConfigOf<typeof options> {
  /** The constraint's name, which a layer's option also takes. */
  readonly type: "unitNorm";
}

/**
 * A constraint: after each step, the numbers of each unit are scaled so that their Euclidean norm is 1.
 * https://keras.io/api/layers/constraints/
 * @throws InputError for options that are unknown or out of range
 */
export function unitNorm(given: UnitNormOptions = {}): UnitNorm {
  return { type: "unitNorm", ...checkedOptions("unitNorm", options, given) };
}

export const unitNormConstraint: ConstraintDefinition<UnitNorm> = {
  create: unitNorm,
  projection: ({ axis }) => ({ axis, min: 1, max: 1, rate: 1 }),
};
