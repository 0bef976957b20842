import { power } from "../../core/elementary.ts";
import type { Constraint } from "../../layers/constraints/table.ts";
import type { Initializer } from "../../layers/initializers.ts";
import type { WeightSpec } from "../../layers/layer.ts";
import type { Regularizer } from "../../layers/regularizers.ts";
import { type KerasObject, kerasObject, ownObject } from "./object.ts";

/** Keras's classes of initializers without parameters. */
export const initializerClasses = {
  zeros: "Zeros",
  ones: "Ones",
  random_uniform: "RandomUniform",
  random_normal: "RandomNormal",
  truncated_normal: "TruncatedNormal",
  orthogonal: "Orthogonal",
  glorot_uniform: "GlorotUniform",
  glorot_normal: "GlorotNormal",
  he_uniform: "HeUniform",
  he_normal: "HeNormal",
  lecun_uniform: "LecunUniform",
  lecun_normal: "LecunNormal",
} as const satisfies { readonly [Name in Exclude<Extract<Initializer, string>, "lecun1998_uniform">]: string };

/** An initializer as Keras has it. Ranges over the fan in are those of this weight. */
export function kerasInitializer(given: Initializer, weight: WeightSpec): KerasObject {
  const made = (className: string, config: Readonly<Record<string, unknown>> = {}) =>
    kerasObject("initializers", className, { ...config, ...(takesSeed.has(className) && { seed: null }) });
  if (given === "lecun1998_uniform") return overFanIn(2.4, 1, weight, made);
  if (typeof given === "string") return made(initializerClasses[given]);
  if ("constant" in given) return made("Constant", { value: given.constant });
  if ("uniform" in given) return made("RandomUniform", { minval: given.uniform[0], maxval: given.uniform[1] });
  if ("normal" in given) return made("RandomNormal", { mean: given.normal[0], stddev: given.normal[1] });
  if ("truncatedNormal" in given) {
    const [mean, stddev] = given.truncatedNormal;
    return made("TruncatedNormal", { mean, stddev });
  }
  if ("orthogonal" in given) return made("Orthogonal", { gain: given.orthogonal });
  if ("overFanIn" in given) return overFanIn(given.overFanIn, given.power ?? 1, weight, made);
  const { varianceScaling: scale, mode = "fan_in", distribution = "truncated_normal" } = given;
  return made("VarianceScaling", { scale, mode, distribution });
}

const takesSeed: ReadonlySet<string> = new Set([
  ...Object.values(initializerClasses).slice(2),
  "VarianceScaling",
  "Identity",
]);

/** Keras does not have it: a uniform range, or one for each unit where their fans differ. */
function overFanIn(
  factor: number,
  exponent: number,
  { shape, fans }: WeightSpec,
  made: (className: string, config: Readonly<Record<string, unknown>>) => KerasObject,
): KerasObject {
  const limitOf = (fan: number) => (fan === 0 ? 0 : Math.abs(factor) / power(fan, exponent));
  // The last axis is that of the units, where their fans differ.
  const limits = Array.from({ length: shape[shape.length - 1]! }, (_, unit) => limitOf(fans.inOf?.(unit) ?? fans.in));
  const [limit] = limits as [number];
  return limits.every((other) => other === limit)
    ? made("RandomUniform", { minval: -limit, maxval: limit })
    : ownObject("UniformByUnit", { limits });
}

/** A penalty as Keras has it. */
export function kerasRegularizer({ l1, l2 }: Regularizer): KerasObject {
  if (l1 === 0) return kerasObject("regularizers", "L2", { l2 });
  return l2 === 0 ? kerasObject("regularizers", "L1", { l1 }) : kerasObject("regularizers", "L1L2", { l1, l2 });
}

/** A constraint as Keras has it. */
export function kerasConstraint(given: Constraint): KerasObject {
  if (given.type === "nonNeg") return kerasObject("constraints", "NonNeg");
  const { axis } = given;
  if (given.type === "unitNorm") return kerasObject("constraints", "UnitNorm", { axis });
  if (given.type === "maxNorm") return kerasObject("constraints", "MaxNorm", { max_value: given.maxValue, axis });
  const { minValue, maxValue, rate } = given;
  return kerasObject("constraints", "MinMaxNorm", { min_value: minValue, max_value: maxValue, rate, axis });
}
