import { InputError } from "../../core/errors.ts";
import { type ConfigOf, checkedOptions, type OptionsOf, optional, positive, within } from "../../core/options.ts";
import { axes, type ConstraintDefinition } from "./constraint.ts";

const options = {
  /** The smallest norm of the numbers of a unit, at least 0. Default 0. */
  minValue: optional(within(0), 0),
  /** The largest norm, above 0 and at least `minValue`. Default 1. */
  maxValue: optional(positive, 1),
  /** How far a step moves a norm towards that range, from 0 to 1; 1 (default): all the way. */
  rate: optional(within(0, 1), 1),
  /** The axis or axes of the numbers of a unit: 0 (default) for a dense kernel, [0, 1, 2] for one of conv2d. */
  axis: optional(axes, 0),
};

/** Options of {@link minMaxNorm}. */
export interface MinMaxNormOptions extends OptionsOf<typeof options> {}

/** {@link minMaxNorm} as it is saved. */
export interface MinMaxNorm extends ConfigOf<typeof options> {
  /** The constraint's name, which a layer's option also takes. */
  readonly type: "minMaxNorm";
}

/**
 * A constraint: after each step, the numbers of each unit are scaled so that their Euclidean norm lies between
 * `minValue` and `maxValue`, or moves that way by the share `rate`. https://keras.io/api/layers/constraints/
 * @throws InputError for options that are unknown or out of range, and for a `minValue` above `maxValue`
 */
export function minMaxNorm(given: MinMaxNormOptions = {}): MinMaxNorm {
  const config = checkedOptions("minMaxNorm", options, given);
  const { minValue, maxValue } = config;
  if (minValue > maxValue) {
    throw new InputError(`minMaxNorm minValue: expected at most maxValue, which is ${maxValue}, got ${minValue}`);
  }
  return { type: "minMaxNorm", ...config };
}

export const minMaxNormConstraint: ConstraintDefinition<MinMaxNorm> = {
  create: minMaxNorm,
  projection: ({ minValue, maxValue, rate, axis }) => ({ axis, min: minValue, max: maxValue, rate }),
};
