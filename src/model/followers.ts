import type { SymbolicTensor } from "../layers/layer.ts";
import type { Follower, Followers } from "../ops/follower.ts";
import type { Graph } from "./graph.ts";

/** The operations behind a tensor, and the results of those that its layer has taken over. */
interface TensorFollowers extends Followers {
  readonly taken: readonly SymbolicTensor[];
}

/**
 * For each tensor, the operations behind it that its layer may take over, one after the other: nothing else reads what
 * lies between them, neither another layer nor an output, nor (with `penalizes`) the penalty of an activity.
 */
export function followersIn(
  { tensors, outputs }: Pick<Graph, "tensors" | "outputs">,
  penalizes: boolean,
): (tensor: SymbolicTensor) => TensorFollowers {
  const kept = new Set(outputs);
  const readers = new Map<SymbolicTensor, SymbolicTensor[]>();
  for (const tensor of tensors) {
    for (const input of tensor.inputs) {
      const known = readers.get(input);
      if (known) known.push(tensor);
      else readers.set(input, [tensor]);
    }
  }
  const hasPenalty = ({ layer }: SymbolicTensor) => penalizes && layer.built.activityRegularizer !== undefined;
  const onlyReader = (tensor: SymbolicTensor): SymbolicTensor | undefined => {
    if (kept.has(tensor) || hasPenalty(tensor)) return undefined;
    // Of a part of a graph, the last tensor has no reader, and need not be an output.
    const [reader, other] = readers.get(tensor) ?? [];
    return other || (reader && hasPenalty(reader)) ? undefined : reader;
  };
  return (tensor) => {
    const taken: SymbolicTensor[] = [];
    let reader = onlyReader(tensor);
    return {
      taken,
      get next(): Follower | undefined {
        const layer = reader?.layer;
        return layer?.built.follower?.((name) => layer.variables.get(name)!);
      },
      take() {
        taken.push(reader!);
        reader = onlyReader(reader!);
      },
    };
  };
}
