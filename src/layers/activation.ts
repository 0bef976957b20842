import { checkOptions, oneOf } from "../core/errors.ts";
import { type ActivationName, activation as activate, activationNames } from "../ops/activations/table.ts";
import { defineLayer, type Layer, type LayerOptions, single } from "./layer.ts";

export interface ActivationOptions extends LayerOptions {
  /** "linear", "relu", "sigmoid", "tanh", "scaledTanh" (1.7159 tanh(2x/3), LeCun et al. 1998) or "softmax". */
  readonly activation: ActivationName;
}

/** An activation as a layer of its own. https://keras.io/api/layers/core_layers/activation/ */
export function activation(options: ActivationOptions): Layer {
  checkOptions("[activation]", options, ["activation", "name"]);
  const name = oneOf("[activation] activation", options.activation, activationNames);
  return defineLayer("activation", options, { activation: name }, (shapes, complain) => ({
    outputShape: single(shapes, complain),
    weights: [],
    connections: 0,
    macs: 0,
    endsInSoftmax: name === "softmax",
    emit: (tape, [x], _, { logits }) => (logits && name === "softmax" ? x! : activate(tape, x!, name, false)),
  }));
}
