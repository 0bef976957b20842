import { InputError } from "../../../core/errors.ts";
import type { GraphProto, NodeProto, TensorProto } from "../../../formats/onnx/schema.ts";

/** The part of a graph that some values need. */
export interface NeededGraph {
  /** Each node after those that it reads; files of some exporters have them in any order. */
  readonly nodes: readonly NodeProto[];
  /** The initializers and the inputs that are read. */
  readonly initializers: ReadonlyMap<string, TensorProto>;
  readonly inputs: readonly string[];
  /** How often each value is read, as an output of the graph too. */
  readonly uses: ReadonlyMap<string, number>;
}

/** The node that computes each value. @throws InputError for a value that two compute */
export function producersOf(file: string, graph: GraphProto): ReadonlyMap<string, NodeProto> {
  const producers = new Map<string, NodeProto>();
  for (const node of graph.node) {
    for (const output of node.output) {
      if (output === "") continue;
      if (producers.has(output))
        throw new InputError(`${file}: expected one node that computes ${quoted(output)}, got two`);
      producers.set(output, node);
    }
  }
  return producers;
}

/**
 * What is needed to compute some values.
 * @throws InputError for a value that nothing computes, and for one that depends on itself
 */
export function neededGraph(
  file: string,
  graph: GraphProto,
  wanted: readonly string[],
  patterns: Patterns = new Map(),
): NeededGraph {
  const producers = producersOf(file, graph);
  const all = new Map(graph.initializer.map((tensor) => [tensor.name, tensor]));
  const sparse = new Set(graph.sparseInitializer.map(({ values }) => values?.name));
  const given = new Set(graph.input.map(({ name }) => name));
  const uses = new Map<string, number>(wanted.map((name) => [name, 1]));
  const nodes: NodeProto[] = [];
  const initializers = new Map<string, TensorProto>();
  const inputs = new Set<string>();
  const state = new Map<NodeProto, "entered" | "done">();
  // Depth first without recursion: a file may be deeper than the call stack.
  const waiting = wanted.toReversed();
  while (waiting.length > 0) {
    const name = waiting[waiting.length - 1]!;
    const node = producers.get(name);
    if (!node) {
      waiting.pop();
      const tensor = all.get(name);
      if (tensor) initializers.set(name, tensor);
      else if (given.has(name)) inputs.add(name);
      else if (sparse.has(name)) throw new InputError(`${file}: the sparse tensor ${quoted(name)} is not supported`);
      else throw new InputError(`${file}: it needs ${quoted(name)}, which no node computes: get the file again`);
      continue;
    }
    if (state.get(node) === "done") {
      waiting.pop();
      continue;
    }
    const reads = (patterns.get(node)?.inputs ?? node.input).filter((input) => input !== "");
    const missing = reads.filter((input) => {
      const producer = producers.get(input);
      if (producer && state.get(producer) === "entered")
        throw new InputError(`${file}: ${quoted(input)} is computed from itself: get the file again`);
      return producer ? state.get(producer) !== "done" : !initializers.has(input) && !inputs.has(input);
    });
    if (state.get(node) === "entered" || missing.length === 0) {
      waiting.pop();
      state.set(node, "done");
      nodes.push(node);
      for (const input of reads) uses.set(input, (uses.get(input) ?? 0) + 1);
    } else {
      state.set(node, "entered");
      waiting.push(...missing.toReversed());
    }
  }
  return { nodes, initializers, inputs: [...inputs], uses };
}

/** Nodes that stand for several, with the values that they read. */
type Patterns = ReadonlyMap<NodeProto, { readonly inputs: readonly string[] }>;

export function quoted(name: string): string {
  return JSON.stringify(name.slice(0, 80));
}
