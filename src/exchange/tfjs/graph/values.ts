import { InputError } from "../../../core/errors.ts";
import type { Shape } from "../../../core/tensor.ts";
import type { SymbolicTensor } from "../../../layers/layer.ts";
import type { Graph, GraphValue } from "./graph.ts";
import type { GraphNode } from "./node.ts";

export function tensorOf(tensor: SymbolicTensor): GraphValue {
  return { kind: "tensor", tensor };
}

export function numbers(data: readonly number[]): GraphValue {
  return { kind: "numbers", shape: [data.length], data };
}

export function refuse({ what }: GraphNode, why: string): never {
  throw new InputError(`${what}: ${why}`);
}

export function passed(graph: Graph, node: GraphNode): GraphValue {
  return graph.constant(node.inputs[0]) ?? tensorOf(graph.tensor(node));
}

/** Whether a constant has one number, or its numbers along the last axis. */
export function isAlongLast({ shape, data }: { readonly shape: Shape; readonly data: ArrayLike<number> }): boolean {
  return data.length === 1 || shape.at(-1) === data.length;
}
