import { choice, flag, type OptionsOf, optional, required, whole } from "../core/options.ts";
import { activationNames } from "../ops/activations/table.ts";
import { dense as multiply } from "../ops/dense.ts";
import { defineLayer, type LayerMaker, type LayerOptions, singleVector } from "./define-layer.ts";
import { finalActivation } from "./final-activation.ts";
import { initializer } from "./initializers.ts";

const options = {
  /** Number of output features, at least 1. */
  units: required(whole()),
  /** Applied to the result; default "linear". */
  activation: optional(choice(activationNames), "linear"),
  /** Whether each unit has a bias; default true. */
  useBias: optional(flag, true),
  /** Initial kernel; default "glorot_uniform". */
  kernelInitializer: optional(initializer, "glorot_uniform"),
  /** Initial bias; default "zeros". */
  biasInitializer: optional(initializer, "zeros"),
};

/** Options of {@link dense}. */
export interface DenseOptions extends LayerOptions, OptionsOf<typeof options> {}

/**
 * Fully connected layer: activation(x kernel + bias). Input: `[N, features]`; output: `[N, units]`. Weights: `kernel`
 * [features, units] and `bias` [units]. https://keras.io/api/layers/core_layers/dense/
 * @throws InputError for an option out of range, and for an image as input
 */
export const dense: LayerMaker<DenseOptions> = defineLayer(
  "dense",
  options,
  ({ units, useBias, ...config }, inputs, complain) => {
    const features = singleVector(inputs, complain);
    const fans = { in: features, out: units };
    const { endsInSoftmax, apply } = finalActivation(config.activation);
    return {
      outputShape: [units],
      weights: [
        { name: "kernel", shape: [features, units], initializer: config.kernelInitializer, fans },
        ...(useBias ? [{ name: "bias", shape: [units], initializer: config.biasInitializer, fans }] : []),
      ],
      connections: features * units + (useBias ? units : 0),
      macs: features * units,
      endsInSoftmax,
      emit(tape, [x], weights, { logits }) {
        const bias = useBias ? weights("bias") : undefined;
        const y = multiply(tape, x!, { kernel: weights("kernel"), bias, inputs: features, outputs: units });
        return apply(tape, y, logits);
      },
    };
  },
);
