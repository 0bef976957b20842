import { type OptionsOf, optional, required, whole } from "../core/options.ts";
import { activationName } from "../ops/activations/table.ts";
import { dense as multiply } from "../ops/dense.ts";
import type { Weights } from "../ops/fold-normalization.ts";
import { defineLayer, type LayerMaker, type LayerOptions, singleVector } from "./define-layer.ts";
import { finalActivation } from "./final-activation.ts";
import { kernelAndBias, weightsOf } from "./kernel-and-bias.ts";

const options = {
  /** Number of output features, at least 1. */
  units: required(whole()),
  /** Applied to the result; default "linear". */
  activation: optional(activationName, "linear"),
  ...kernelAndBias,
};

/** Options of {@link dense}. */
export interface DenseOptions extends LayerOptions, OptionsOf<typeof options> {}

/**
 * Fully connected layer: activation(x kernel + bias). Input: `[N, features]`; output: `[N, units]`. Weights: `kernel`
 * [features, units] and `bias` [units]. https://keras.io/api/layers/core_layers/dense/
 * @throws InputError for an option out of range, an image as input, and a constraint along axes that a weight does not
 *   have
 */
export const dense: LayerMaker<DenseOptions> = defineLayer(
  "dense",
  options,
  ({ units, ...config }, inputs, complain) => {
    const { useBias } = config;
    const features = singleVector(inputs, complain);
    const fans = { in: features, out: units };
    const { endsInSoftmax, ofLinear } = finalActivation(config.activation);
    return {
      outputShape: [units],
      weights: weightsOf(config, { shape: [features, units], fans }, complain),
      connections: features * units + (useBias ? units : 0),
      macs: features * units,
      endsInSoftmax,
      emit(tape, [x], weights, { logits }) {
        const own = { kernel: weights("kernel"), bias: useBias ? weights("bias") : undefined };
        const write = (used: Weights) => multiply(tape, x!, { ...used, inputs: features, outputs: units });
        return ofLinear(tape, own, write, logits);
      },
    };
  },
);
