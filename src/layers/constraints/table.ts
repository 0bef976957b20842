import { InputError, listed, shown } from "../../core/errors.ts";
import type { Check } from "../../core/options.ts";
import { taggedOptions } from "../../core/tagged.ts";
import type { Shape } from "../../core/tensor.ts";
import type { Axis, ConstraintDefinition, NormProjection } from "./constraint.ts";
import { type MaxNorm, maxNormConstraint } from "./max-norm.ts";
import { type MinMaxNorm, minMaxNormConstraint } from "./min-max-norm.ts";
import { type NonNeg, nonNegConstraint } from "./non-neg.ts";
import { type UnitNorm, unitNormConstraint } from "./unit-norm.ts";

/** A constraint on a weight by its `type`, complete with its options. Plain data: it is saved with the model. */
export type Constraint = MaxNorm | MinMaxNorm | NonNeg | UnitNorm;

/** The name of a constraint, such as "maxNorm". */
export type ConstraintName = Constraint["type"];

type ConstraintOf<Name extends ConstraintName> = Extract<Constraint, { readonly type: Name }>;

/** Every constraint; its file holds everything about it. */
export const constraints: { readonly [Name in ConstraintName]: ConstraintDefinition<ConstraintOf<Name>> } = {
  maxNorm: maxNormConstraint,
  minMaxNorm: minMaxNormConstraint,
  nonNeg: nonNegConstraint,
  unitNorm: unitNormConstraint,
};

const constraintNames = Object.keys(constraints) as readonly ConstraintName[];

/** A constraint as an option: an object, or the name of one with its defaults. */
export const constraint: Check<Constraint | ConstraintName, Constraint> = (what, given) => {
  if (typeof given !== "string" && (typeof given !== "object" || given === null || !("type" in given))) {
    throw new InputError(
      `${what}: expected ${listed(constraintNames)}, or a constraint such as maxNorm(), got ${shown(given)}`,
    );
  }
  const { type, options } = taggedOptions(what, typeof given === "string" ? { type: given } : given, constraintNames);
  return constraints[type].create(options as never);
};

/** What a constraint does to a weight. */
export function projectionOf<Name extends ConstraintName>(
  constraint: ConstraintOf<Name>,
): "nonNegative" | NormProjection {
  return (constraints[constraint.type] as ConstraintDefinition<ConstraintOf<Name>>).projection(constraint);
}

/** The axes of a norm, from 0 on, of a weight of some shape; undefined for axes that the shape does not have. */
export function axesWithin(axis: Axis, shape: Shape): number[] | undefined {
  const axes = (typeof axis === "number" ? [axis] : axis).map((each) => (each < 0 ? each + shape.length : each));
  const areDistinct = new Set(axes).size === axes.length;
  return areDistinct && axes.every((each) => each >= 0 && each < shape.length) ? axes : undefined;
}
