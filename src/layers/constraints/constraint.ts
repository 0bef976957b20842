import { InputError, shown } from "../../core/errors.ts";
import type { Check } from "../../core/options.ts";

/** The contract of a constraint on a weight; `Config` is the constraint as plain data, saved with the model. */
export interface ConstraintDefinition<Config> {
  /**
   * The constraint from its options, each checked and completed; also how a saved one is read back.
   * @throws InputError for options that are unknown or out of range
   */
  create(options?: never): Config;
  /**
   * What is done to the weight after each step. "nonNegative": numbers below 0 become 0. Else each group of numbers along
   * `axis` is multiplied by desired / (1e-7 + norm), where desired = rate times the norm brought into [min, max], plus
   * 1 - rate times the norm.
   */
  projection(config: Config): "nonNegative" | NormProjection;
}

/** See {@link ConstraintDefinition.projection}. */
export interface NormProjection {
  readonly axis: Axis;
  readonly min: number;
  readonly max: number;
  readonly rate: number;
}

/**
 * The axis or axes along which a norm is taken: those of one unit's numbers. -1 is the last. `0` fits the kernel of a
 * dense layer, `[0, 1, 2]` that of a convolution.
 */
export type Axis = number | readonly number[];

/** An axis or axes as an option. */
export const axes: Check<Axis> = (what, given) => {
  const list: unknown = typeof given === "number" ? [given] : given;
  if (Array.isArray(list) && list.length > 0 && list.every(Number.isSafeInteger)) return given;
  throw new InputError(`${what}: expected an axis such as 0, or axes such as [0, 1, 2], got ${shown(given)}`);
};
