import { choice, type OptionsOf, required } from "../core/options.ts";
import { activation as activate, activationNames } from "../ops/activations/table.ts";
import { defineLayer, type LayerMaker, type LayerOptions, single } from "./define-layer.ts";

const options = {
  /** The name of the activation; "softmax" is over the last axis. */
  activation: required(choice(activationNames)),
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
  ({ activation: name }, inputs, complain) => ({
    outputShape: single(inputs, complain),
    weights: [],
    connections: 0,
    macs: 0,
    endsInSoftmax: name === "softmax",
    emit: (tape, [x], _, { logits }) => (logits && name === "softmax" ? x! : activate(tape, x!, name, false)),
  }),
);
