import { type ConfigOf, flag, optional } from "../core/options.ts";
import type { Shape } from "../core/tensor.ts";
import { axesWithin, type Constraint, constraint, projectionOf } from "./constraints/table.ts";
import type { Complain } from "./define-layer.ts";
import { initializer } from "./initializers.ts";
import type { WeightSpec } from "./layer.ts";
import { type Regularizer, regularizer } from "./regularizers.ts";

/** The option of every layer with weights; `defineLayer` passes it on to the program. */
export const activityOption = {
  /**
   * The penalty of the layer's output: the loss takes its sum over the outputs of an image, the mean over the images;
   * default none.
   */
  activityRegularizer: optional(regularizer, undefined),
};

/** Options of layers with a kernel and a bias. */
export const kernelAndBias = {
  /** Whether each unit has a bias; default true. */
  useBias: optional(flag, true),
  /** Initial kernel; default "glorot_uniform". */
  kernelInitializer: optional(initializer, "glorot_uniform"),
  /** Initial bias; default "zeros". */
  biasInitializer: optional(initializer, "zeros"),
  /** The penalty of the kernel, part of the loss; default none. */
  kernelRegularizer: optional(regularizer, undefined),
  /** The penalty of the bias, part of the loss; default none. */
  biasRegularizer: optional(regularizer, undefined),
  /** What is done to the kernel after each step; default nothing. */
  kernelConstraint: optional(constraint, undefined),
  /** What is done to the bias after each step; default nothing. */
  biasConstraint: optional(constraint, undefined),
  ...activityOption,
};

/**
 * The kernel and the bias of a layer, from its options. The bias has `units` numbers, one for each unit or map; by
 * default, `units` is the size of the kernel's last axis.
 */
export function weightsOf(
  config: ConfigOf<typeof kernelAndBias>,
  kernel: Omit<WeightSpec, "name" | "initializer" | "regularizer" | "constraint">,
  complain: Complain,
  units = kernel.shape[kernel.shape.length - 1]!,
): WeightSpec[] {
  const { useBias, kernelInitializer, biasInitializer } = config;
  const biasShape = [units];
  const biasRules = weightRules(config, "bias", useBias ? biasShape : "useBias: true", complain);
  return [
    {
      name: "kernel",
      initializer: kernelInitializer,
      ...kernel,
      ...weightRules(config, "kernel", kernel.shape, complain),
    },
    ...(useBias
      ? [{ name: "bias", shape: biasShape, initializer: biasInitializer, fans: kernel.fans, ...biasRules }]
      : []),
  ];
}

/** Regularizers and constraints by their options: `kernelRegularizer`, `gammaConstraint`, ... */
type Rules<Name extends string> = {
  readonly [Option in `${Name}Regularizer`]?: Regularizer | undefined;
} & { readonly [Option in `${Name}Constraint`]?: Constraint | undefined };

/**
 * The regularizer and the constraint of a weight, from the options `<name>Regularizer` and `<name>Constraint`. `shape` is
 * the weight's, or the option that switches it on where the layer has no such weight.
 */
export function weightRules<Name extends string>(
  config: Rules<NoInfer<Name>>,
  name: Name,
  shape: Shape | string,
  complain: Complain,
): Pick<WeightSpec, "regularizer" | "constraint"> {
  const given = config as Readonly<Record<string, unknown>>;
  const penalty = given[`${name}Regularizer`] as Regularizer | undefined;
  const rule = given[`${name}Constraint`] as Constraint | undefined;
  if (typeof shape === "string") {
    if (penalty) complain(`${name}Regularizer: expected ${shape} beside it, got a layer without that weight`);
    if (rule) complain(`${name}Constraint: expected ${shape} beside it, got a layer without that weight`);
    return {};
  }
  const projection = rule && projectionOf(rule);
  if (projection && projection !== "nonNegative" && !axesWithin(projection.axis, shape)) {
    complain(
      `${name}Constraint axis: expected different axes from 0 to ${shape.length - 1} of a weight [${shape.join(", ")}], got ${JSON.stringify(projection.axis)}`,
    );
  }
  return { ...(penalty && { regularizer: penalty }), ...(rule && { constraint: rule }) };
}
