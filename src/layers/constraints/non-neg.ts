import { checkedOptions, type OptionsOf } from "../../core/options.ts";
import type { ConstraintDefinition } from "./constraint.ts";

const options = {};

/** {@link nonNeg} as it is saved. */
export interface NonNeg {
  /** The constraint's name, which a layer's option also takes. */
  readonly type: "nonNeg";
}

/**
 * A constraint: after each step, numbers below 0 become 0. https://keras.io/api/layers/constraints/
 * @throws InputError for options: there are none
 */
export function nonNeg(given: OptionsOf<typeof options> = {}): NonNeg {
  return { type: "nonNeg", ...checkedOptions("nonNeg", options, given) };
}

export const nonNegConstraint: ConstraintDefinition<NonNeg> = {
  create: nonNeg,
  projection: () => "nonNegative",
};
