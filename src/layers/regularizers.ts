import { InputError, shown } from "../core/errors.ts";
import { type Check, checkedOptions, type OptionsOf, optional, within } from "../core/options.ts";

const strength = within(0);

const options = {
  /** The factor of the sum of absolute values, at least 0. Default 0. */
  l1: optional(strength, 0),
  /** The factor of the sum of squares, at least 0. Default 0. */
  l2: optional(strength, 0),
};

/** Options of {@link l1l2}. */
export interface L1L2Options extends OptionsOf<typeof options> {}

/** A penalty of numbers x, added to the loss: `l1 sum|x| + l2 sum x^2`. Plain data: it is saved with the model. */
export interface Regularizer {
  /** The factor of the sum of absolute values. */
  readonly l1: number;
  /** The factor of the sum of squares. */
  readonly l2: number;
}

/** As an option: a regularizer, or `"l1"` or `"l2"` with the factor 0.01. */
export type RegularizerOption = L1L2Options | "l1" | "l2";

/**
 * The penalty `factor sum|x|`. https://keras.io/api/layers/regularizers/
 * @param factor at least 0; default 0.01
 * @throws InputError for a factor below 0
 */
export function l1(factor = 0.01): Regularizer {
  return { l1: strength("l1", factor), l2: 0 };
}

/**
 * The penalty `factor sum x^2`, as in Keras without a factor 1/2. https://keras.io/api/layers/regularizers/
 * @param factor at least 0; default 0.01
 * @throws InputError for a factor below 0
 */
export function l2(factor = 0.01): Regularizer {
  return { l1: 0, l2: strength("l2", factor) };
}

/**
 * The penalty `l1 sum|x| + l2 sum x^2`. https://keras.io/api/layers/regularizers/
 * @throws InputError for options that are unknown or below 0, and without a factor
 */
export function l1l2(given: L1L2Options): Regularizer {
  return complete("l1l2", given);
}

/** A regularizer as an option: complete with both factors. */
export const regularizer: Check<RegularizerOption, Regularizer> = (what, given) => {
  if (given === "l1") return l1();
  if (given === "l2") return l2();
  if (typeof given !== "object" || given === null) {
    throw new InputError(`${what}: expected "l1", "l2" or a regularizer such as l2(0.0001), got ${shown(given)}`);
  }
  return complete(what, given);
};

function complete(what: string, given: L1L2Options): Regularizer {
  const factors = checkedOptions(what, options, given);
  if (given.l1 !== undefined || given.l2 !== undefined) return factors;
  throw new InputError(`${what}: expected a factor l1 or l2, such as { l2: 0.0001 }, got none`);
}

/** The penalty of some numbers, in float64. */
export function penaltyOf({ l1, l2 }: Regularizer, values: Float32Array): number {
  let [absolute, squares] = [0, 0];
  for (const value of values) {
    absolute += Math.abs(value);
    squares += value * value;
  }
  return l1 * absolute + l2 * squares;
}
