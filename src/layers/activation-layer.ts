import type { Shape } from "../core/tensor.ts";
import type { Activation } from "../ops/activations/activation.ts";
import { activate } from "../ops/activations/apply.ts";
import { rectify } from "../ops/activations/rectify.ts";
import { rectifier, relu } from "../ops/activations/relu.ts";
import { type Complain, single } from "./define-layer.ts";
import type { BuiltLayer } from "./layer.ts";

/** A layer that applies an activation to its one input, and has no weights. */
export function activationLayer(kind: Activation, inputs: readonly Shape[], complain: Complain): BuiltLayer {
  return {
    outputShape: single(inputs, complain),
    weights: [],
    connections: 0,
    macs: 0,
    emit: (tape, [x]) => (kind === relu ? rectify(tape, x!, false) : activate(tape, x!, kind, false)),
    ...(kind === relu && { follower: () => rectifier.with(true) }),
  };
}
