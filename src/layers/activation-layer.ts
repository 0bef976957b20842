import type { Shape } from "../core/tensor.ts";
import type { Activation } from "../ops/activations/activation.ts";
import { activate } from "../ops/activations/apply.ts";
import { finalRelu } from "../ops/activations/final-relu.ts";
import { relu, reluFollower } from "../ops/activations/relu.ts";
import { type Complain, single } from "./define-layer.ts";
import type { BuiltLayer } from "./layer.ts";

/** A layer that applies an activation to its one input, and has no weights. */
export function activationLayer(kind: Activation, inputs: readonly Shape[], complain: Complain): BuiltLayer {
  return {
    outputShape: single(inputs, complain),
    weights: [],
    connections: 0,
    macs: 0,
    emit: (tape, [x]) => (kind === relu ? finalRelu(tape, x!, false) : activate(tape, x!, kind, false)),
    ...(kind === relu && { follower: () => reluFollower.with(true) }),
  };
}
