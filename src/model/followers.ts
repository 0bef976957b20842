import type { SymbolicTensor } from "../layers/layer.ts";
import type { Follower } from "../ops/follower.ts";
import type { Graph } from "./graph.ts";

/** An operation that may be computed with the one before it, and its result. */
interface Following {
  readonly tensor: SymbolicTensor;
  readonly follower: Follower;
}

/** The most operations that a layer takes over: batch normalization, ReLU and max pooling. */
const MOST = 3;

/**
 * For each tensor, the operations behind it that its layer may take over, one after the other: nothing else reads what
 * lies between them, neither another layer nor an output, nor (with `penalizes`) the penalty of an activity.
 */
export function followersIn(
  { tensors, outputs }: Pick<Graph, "tensors" | "outputs">,
  penalizes: boolean,
): (tensor: SymbolicTensor) => Following[] {
  const kept = new Set(outputs);
  const readers = new Map<SymbolicTensor, SymbolicTensor[]>();
  for (const tensor of tensors) {
    for (const input of tensor.inputs) {
      const known = readers.get(input);
      if (known) known.push(tensor);
      else readers.set(input, [tensor]);
    }
  }
  return (tensor) => {
    const following: Following[] = [];
    const isRead = (at: SymbolicTensor) => kept.has(at) || (penalizes && at.layer.built.activityRegularizer);
    for (let at = tensor; following.length < MOST && !isRead(at); ) {
      // Of a part of a graph, the last tensor has no reader, and need not be an output.
      const [next, other] = readers.get(at) ?? [];
      if (!next || other) break;
      const { built, variables } = next.layer;
      const follower = built.follower?.((name) => variables.get(name)!);
      if (!follower || (penalizes && built.activityRegularizer)) break;
      at = next;
      following.push({ tensor: at, follower });
    }
    return following;
  };
}
