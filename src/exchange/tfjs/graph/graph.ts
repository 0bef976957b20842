import { InputError, shown } from "../../../core/errors.ts";
import { type Shape, sizeOf } from "../../../core/tensor.ts";
import type { ManifestWeight } from "../../../formats/tfjs/weights-manifest.ts";
import { input as makeInput } from "../../../layers/input.ts";
import type { Layer, SymbolicTensor } from "../../../layers/layer.ts";
import type { LayerWeights } from "../../assemble.ts";
import { type GraphNode, shapeOf } from "./node.ts";

/** What a node computes: numbers that the file has, or a tensor. Numbers of shapes have -1 for the images of a batch. */
export type GraphValue =
  | { readonly kind: "numbers"; readonly shape: Shape; readonly data: ArrayLike<number> }
  | { readonly kind: "tensor"; readonly tensor: SymbolicTensor };

/** The most nodes between a constant and what reads it, and the most sizes in a list. */
const MAX_CHAIN = 16;
const MAX_SIZES = 64;

/** How often the numbers of a file may be used, and how many more may be, as for a scale without an offset. */
const MAX_USES = 4;
const MAX_MORE = 2 ** 20;

/** A graph while it becomes layers. */
export class Graph {
  readonly inputs: SymbolicTensor[] = [];
  readonly weights = new Map<Layer, LayerWeights>();
  private readonly nodes: ReadonlyMap<string, GraphNode>;
  private readonly given: ReadonlyMap<string, ManifestWeight>;
  private readonly inputShape: Shape | undefined;
  private readonly consumers = new Map<string, GraphNode[]>();
  private readonly names = new Set<string>();
  /** The nodes whose images have rows and columns alone. */
  private readonly planes = new Set<string>();
  private readonly values = new Map<string, GraphValue>();
  private readonly outputs: ReadonlySet<string>;
  /** Numbers that layers may still take: many nodes may read one constant. */
  private left: number;

  constructor(
    nodes: ReadonlyMap<string, GraphNode>,
    weights: readonly ManifestWeight[],
    inputShape: Shape | undefined,
    outputs: readonly string[],
  ) {
    this.nodes = nodes;
    this.outputs = new Set(outputs);
    this.left = MAX_USES * weights.reduce((sum, { data }) => sum + data.length, 0) + MAX_MORE;
    this.given = new Map(weights.map((weight) => [weight.name, weight]));
    this.inputShape = inputShape;
    for (const node of nodes.values()) {
      for (const name of new Set(node.inputs)) {
        const list = this.consumers.get(name) ?? [];
        this.consumers.set(name, list);
        list.push(node);
      }
    }
  }

  /** The value of a node, and of all that it needs, each after those. */
  value(name: string, compute: (node: GraphNode) => GraphValue): GraphValue {
    const waiting = [name];
    const begun = new Set<string>();
    while (waiting.length > 0) {
      const next = waiting.at(-1)!;
      const node = this.node(next);
      const missing = this.values.has(next) ? [] : node.inputs.filter((input) => !this.values.has(input));
      if (missing.length > 0) {
        if (begun.has(next)) throw new InputError(`${node.what}: it reads what follows from itself`);
        begun.add(next);
        waiting.push(...missing);
        continue;
      }
      waiting.pop();
      if (!this.values.has(next)) this.values.set(next, compute(node));
    }
    return this.values.get(name)!;
  }

  /** Says what another node computes, one that became part of a layer. */
  join(node: GraphNode, value: GraphValue): void {
    this.values.set(node.name, value);
  }

  node(name: string): GraphNode {
    const node = this.nodes.get(name);
    if (!node)
      throw new InputError(`${this.file}: its graph refers to the node "${name.slice(0, 100)}", which is not there`);
    return node;
  }

  /** The only node that reads a node, if there is one; none for an output of the graph. */
  follower({ name }: GraphNode): GraphNode | undefined {
    const list = this.consumers.get(name) ?? [];
    return list.length === 1 && !this.outputs.has(name) ? list[0] : undefined;
  }

  /** The tensor that a node reads. @throws InputError where it reads numbers */
  tensor({ inputs, what }: GraphNode, index = 0): SymbolicTensor {
    const value = this.read(inputs, index, what);
    if (value.kind === "tensor") return value.tensor;
    throw new InputError(`${what}: expected an input that follows from the model's, got constant numbers`);
  }

  /** The numbers that a node reads. @throws InputError where it reads a tensor */
  numbers({ inputs, what }: GraphNode, index: number): Extract<GraphValue, { kind: "numbers" }> {
    const value = this.read(inputs, index, what);
    if (value.kind === "numbers") return value;
    throw new InputError(
      `${what}: expected constant numbers as input ${index + 1}, got some that follow from the model's input`,
    );
  }

  /** The sizes, axes or places that a node reads. @throws InputError for more than a few */
  sizes(node: GraphNode, index: number): number[] {
    const { data } = this.numbers(node, index);
    if (data.length <= MAX_SIZES) return Array.from(data);
    throw new InputError(`${node.what}: expected at most ${MAX_SIZES} sizes, got ${data.length}`);
  }

  /** The numbers of a node that is a constant, as yet unread; undefined for any other. */
  constant(name: string | undefined): Extract<GraphValue, { kind: "numbers" }> | undefined {
    let node = this.nodes.get(name ?? "");
    // Nodes that pass a value on may go round in a circle.
    for (let step = 0; node?.op === "Identity" && step < MAX_CHAIN; step++) node = this.nodes.get(node.inputs[0] ?? "");
    return node?.op === "Const" ? this.constantOf(node) : undefined;
  }

  /** The numbers that the file has for a constant. */
  constantOf({ name, what }: GraphNode): Extract<GraphValue, { kind: "numbers" }> {
    const weight = this.given.get(name);
    if (!weight) throw new InputError(`${what}: expected its numbers among the weights, got none of that name`);
    return { kind: "numbers", shape: weight.shape, data: weight.data };
  }

  /** The input of a node. */
  placeholder(node: GraphNode): GraphValue {
    const [, ...sizes] = shapeOf(node) ?? [];
    const isKnown = sizes.length >= 1 && sizes.length <= 3 && sizes.every((size) => size >= 1);
    const shape = isKnown ? sizes : this.inputShape;
    if (!shape)
      throw new InputError(
        `${node.what}: expected [rows, columns, channels] or [features], got [${sizes.join(", ")}]: give it with the option inputShape, such as [28, 28, 1]`,
      );
    if (shape === sizes && shape.length === 2) this.takePlanes(node);
    const tensor = makeInput({ shape: shape.length === 2 ? [...shape, 1] : shape, name: this.free(node.name) });
    this.inputs.push(tensor);
    return { kind: "tensor", tensor };
  }

  /** The shape of what a node reads, as the file has it. */
  shapeRead(node: GraphNode): Shape {
    const { shape } = this.tensor(node);
    return this.planes.has(node.inputs[0]!) ? shape.slice(0, 2) : shape;
  }

  /**
   * Remembers that a node, and what scales it, has [rows, columns], which are [rows, columns, 1] here.
   * @throws InputError where another operator reads them: its axes would be others
   */
  private takePlanes(node: GraphNode): void {
    const waiting = [node];
    while (waiting.length > 0) {
      const { name } = waiting.pop()!;
      if (this.planes.has(name)) continue;
      this.planes.add(name);
      for (const reader of this.consumers.get(name) ?? []) {
        if (["Identity", "Add", "AddV2", "Sub", "Mul", "RealDiv"].includes(reader.op)) waiting.push(reader);
        else if (!["Reshape", "Flatten", "ExpandDims", "Shape"].includes(reader.op))
          throw new InputError(
            `${reader.what}: it reads images of [rows, columns]: expected a Reshape, Flatten or ExpandDims before it`,
          );
      }
    }
  }

  /** A layer's output, with the layer's weights. */
  layer(
    node: GraphNode,
    make: (name: string) => Layer,
    from: SymbolicTensor | readonly SymbolicTensor[],
    weights?: Readonly<Record<string, ArrayLike<number>>>,
  ): SymbolicTensor {
    const layer = make(this.free(node.name));
    const tensor = layer(from);
    const specs = layer.built.weights;
    if (weights) {
      const taken = specs.map(({ name, shape }) => {
        const data = weights[name];
        if (!data || data.length !== sizeOf(shape))
          throw new InputError(
            `${node.what}: expected ${sizeOf(shape)} numbers for its ${name}, got ${data?.length ?? "none"}`,
          );
        this.left -= data.length;
        if (this.left < 0) throw new InputError(`${node.what}: too many layers share the numbers of the file`);
        return [name, { shape, data: Float32Array.from(data) }] as const;
      });
      this.weights.set(layer, Object.fromEntries(taken));
    }
    return tensor;
  }

  /** A name of a layer from that of a node: `sequential/conv2d/Relu` is `sequential_conv2d_Relu`. */
  private free(name: string): string {
    const base = name.replace(/^StatefulPartitionedCall\//, "").replaceAll("/", "_") || "layer";
    let free = base === "optimizer" ? "optimizer_" : base;
    for (let i = 1; this.names.has(free); i++) free = `${base}_${i}`;
    this.names.add(free);
    return free;
  }

  private read(inputs: readonly string[], index: number, what: string): GraphValue {
    const value = this.values.get(inputs[index] ?? "");
    if (value) return value;
    throw new InputError(`${what}: expected at least ${index + 1} inputs, got ${shown(inputs.length)}`);
  }

  private get file(): string {
    const [first] = this.nodes.values();
    return first?.what.split(": node ")[0] ?? "model.json";
  }
}
