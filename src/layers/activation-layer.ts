import type { Shape } from "../core/tensor.ts";
import type { Activation } from "../ops/activations/activation.ts";
import { activate } from "../ops/activations/apply.ts";
import { type Complain, single } from "./define-layer.ts";
import type { BuiltLayer } from "./layer.ts";

/** A layer that applies an activation to its one input, and has no weights. */
export function activationLayer(kind: Activation, inputs: readonly Shape[], complain: Complain): BuiltLayer {
  return {
    outputShape: single(inputs, complain),
    weights: [],
    connections: 0,
    macs: 0,
    emit: (tape, [x]) => activate(tape, x!, kind, false),
  };
}
