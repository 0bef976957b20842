import { type OptionsOf, required } from "../core/options.ts";
import { reluFollower } from "../ops/activations/relu.ts";
import { activationName } from "../ops/activations/table.ts";
import { defineLayer, type LayerMaker, type LayerOptions, single } from "./define-layer.ts";
import { finalActivation } from "./final-activation.ts";

const options = {
  /** The name of the activation; "softmax" is over the last axis. */
  activation: required(activationName),
};

/** Options of {@link activation}. */
export interface ActivationOptions extends LayerOptions, OptionsOf<typeof options> {}

/**
 * An activation as a layer of its own. Input and output: one tensor of any shape; no weights.
 * https://keras.io/api/layers/core_layers/activation/
 * @throws InputError for an unknown activation
 */
export const activation: LayerMaker<ActivationOptions> = defineLayer(
  "activation",
  options,
  ({ activation }, inputs, complain) => {
    const { endsInSoftmax, apply } = finalActivation(activation, false);
    return {
      outputShape: single(inputs, complain),
      weights: [],
      connections: 0,
      macs: 0,
      endsInSoftmax,
      emit: (tape, [x], _, { logits }) => apply(tape, x!, logits),
      ...(activation === "relu" && { follower: () => reluFollower.with(true) }),
    };
  },
);
