import { defineLayer, type LayerMaker, type LayerOptions, single } from "./define-layer.ts";
import { finalActivation } from "./final-activation.ts";

/**
 * e^x divided by its sum over the last axis: probabilities. As the last layer, it is computed together with the
 * cross-entropy, as an activation "softmax" is. Input and output: one tensor of any shape; no weights.
 * https://keras.io/api/layers/activation_layers/softmax/
 */
export const softmax: LayerMaker<LayerOptions> = defineLayer("softmax", {}, (_, inputs, complain) => {
  const { endsInSoftmax, apply } = finalActivation("softmax", false);
  return {
    outputShape: single(inputs, complain),
    weights: [],
    connections: 0,
    macs: 0,
    endsInSoftmax,
    emit: (tape, [x], _weights, { logits }) => apply(tape, x!, logits),
  };
});
