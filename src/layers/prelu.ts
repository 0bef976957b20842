import { InputError, shown } from "../core/errors.ts";
import { type OptionsOf, optional } from "../core/options.ts";
import { sizeOf } from "../core/tensor.ts";
import { prelu as rectify } from "../ops/prelu.ts";
import { constraint } from "./constraints/table.ts";
import { defineLayer, type LayerMaker, type LayerOptions, single } from "./define-layer.ts";
import { initializer } from "./initializers.ts";
import { activityOption, weightRules } from "./kernel-and-bias.ts";
import { regularizer } from "./regularizers.ts";

const options = {
  /** Initial slopes; default "zeros". */
  alphaInitializer: optional(initializer, "zeros"),
  /**
   * Axes along which elements share a slope, counted from 1 as in Keras: `[1, 2]` gives each map of an image one slope.
   * Default []: every element has its own.
   */
  sharedAxes: optional(axes, []),
  /** The penalty of the slopes, part of the loss; default none. */
  alphaRegularizer: optional(regularizer, undefined),
  /** What is done to the slopes after each step; default nothing. */
  alphaConstraint: optional(constraint, undefined),
  ...activityOption,
};

/** Options of {@link prelu}. */
export interface PreluOptions extends LayerOptions, OptionsOf<typeof options> {}

/**
 * A rectifier with trainable slopes: x where x is above 0, else alpha x. Input and output: one tensor of any shape.
 * Weight: `alpha`, of the input's shape, with 1 for each shared axis.
 * https://keras.io/api/layers/activation_layers/prelu/
 * @throws InputError for an axis that the input does not have, and a constraint along axes that the slopes do not have
 */
export const prelu: LayerMaker<PreluOptions> = defineLayer("prelu", options, (config, inputs, complain) => {
  const { alphaInitializer, sharedAxes } = config;
  const shape = single(inputs, complain);
  const missing = sharedAxes.find((axis) => axis > shape.length);
  if (missing !== undefined) complain(`expected sharedAxes from 1 to ${shape.length}, got ${missing}`);
  const alpha = shape.map((size, axis) => (sharedAxes.includes(axis + 1) ? 1 : size));
  return {
    outputShape: shape,
    weights: [
      {
        name: "alpha",
        shape: alpha,
        initializer: alphaInitializer,
        fans: { in: 1, out: 1 },
        ...weightRules(config, "alpha", alpha, complain),
      },
    ],
    connections: sizeOf(shape),
    macs: sizeOf(shape),
    emit: (tape, [x], weights) => rectify(tape, x!, weights("alpha")),
  };
});

function axes(what: string, given: readonly number[]): readonly number[] {
  const isList = Array.isArray(given) && given.every((axis) => Number.isSafeInteger(axis) && axis >= 1);
  if (isList && new Set(given).size === given.length) return given;
  throw new InputError(`${what}: expected a list of different axes from 1 on, got ${shown(given)}`);
}
