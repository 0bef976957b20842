import { InputError } from "../../../core/errors.ts";
import { type Shape, sizeOf, type Tensor } from "../../../core/tensor.ts";
import type { OnnxAttribute, OnnxConstant, OnnxNode } from "../../../formats/onnx/encode.ts";

/**
 * A tensor of the graph. Inside the graph the channels come first, as ONNX's operators want them: `[N, channels, rows,
 * columns]`, `[N, features]`.
 */
export interface Value {
  /** Its name in the graph. */
  readonly tensor: string;
  /** As the library has it: without the batch, the channels last. */
  readonly shape: Shape;
  /**
   * The shape of the image whose numbers a vector has in the order channel, row, column. Only layers that rearrange
   * their weights get such a vector.
   */
  readonly flattened?: Shape;
}

/** The last axis first: as the graph has a tensor of that shape, without the batch. */
export function channelsFirst(shape: Shape): number[] {
  return [...shape.slice(-1), ...shape.slice(0, -1)];
}

/** The nodes and constants of a graph, as they are written. */
export class GraphWriter {
  readonly nodes: OnnxNode[] = [];
  readonly constants = new Map<string, OnnxConstant>();
  private readonly names = new Set<string>();

  /** The first of `name`, `name_1`, `name_2`, ... that the graph does not have yet. */
  unique(name: string): string {
    let unique = name;
    for (let number = 1; this.names.has(unique); number++) unique = `${name}_${number}`;
    this.names.add(unique);
    return unique;
  }

  /**
   * Adds a node; its name, `<layer>/<operator>`, is that of its output too.
   * @returns the name of its output
   */
  node(
    layer: string,
    op: string,
    inputs: readonly string[],
    attributes: Readonly<Record<string, OnnxAttribute>> = {},
  ): string {
    const name = this.unique(`${layer}/${op}`);
    this.nodes.push({ op, name, inputs, outputs: [name], attributes });
    return name;
  }

  /** Adds a tensor of float32 values. @returns its name @throws InputError for a number that is not finite */
  floats(name: string, { shape, data }: Tensor<Float32Array>): string {
    const place = data.findIndex((value) => !Number.isFinite(value));
    if (place >= 0) throw new InputError(`exportOnnx: expected finite weights, got ${data[place]} in "${name}"`);
    const unique = this.unique(name);
    this.constants.set(unique, { shape, data });
    return unique;
  }

  /** Adds one float32 number. @returns its name */
  float(name: string, value: number): string {
    return this.floats(name, { shape: [], data: Float32Array.of(value) });
  }

  /** Adds a list of int64. @returns its name */
  ints(name: string, data: readonly number[]): string {
    const unique = this.unique(name);
    this.constants.set(unique, { shape: [data.length], data, type: "int64" });
    return unique;
  }

  /** Gives the output of a node another name. No node before the node `since` may know it. */
  rename(from: string, to: string, since: number): void {
    const renamed = (names: readonly string[]) => names.map((name) => (name === from ? to : name));
    for (let i = since; i < this.nodes.length; i++) {
      const { inputs, outputs, ...node } = this.nodes[i]!;
      this.nodes[i] = { ...node, inputs: renamed(inputs), outputs: renamed(outputs) };
    }
  }

  /** The axes of a tensor in another order; `axes` counts the batch as 0. */
  transpose(layer: string, tensor: string, axes: readonly number[]): string {
    if (axes.every((axis, i) => axis === i)) return tensor;
    return this.node(layer, "Transpose", [tensor], { perm: { ints: axes } });
  }

  /** The same numbers in another shape, without the batch. */
  reshape(layer: string, tensor: string, shape: Shape): string {
    // 0: the size of the batch, as it is.
    return this.node(layer, "Reshape", [tensor, this.ints(`${layer}/shape`, [0, ...shape])]);
  }

  /** The tensor in the library's order of axes, channels last. */
  channelsLast(layer: string, { tensor, shape }: Value): string {
    const axes = shape.map((_, i) => i + 1);
    return this.transpose(layer, tensor, [0, ...axes.slice(1), ...axes.slice(0, 1)]);
  }

  /** The opposite: a tensor of a shape, channels last, as the graph has it. */
  fromChannelsLast(layer: string, tensor: string, shape: Shape): string {
    return this.transpose(layer, tensor, [0, ...channelsFirst(shape.map((_, i) => i + 1))]);
  }
}

/** Whether the order of the axes makes no difference for the order of the numbers. */
export function isInAnyOrder(shape: Shape): boolean {
  const channels = shape[shape.length - 1]!;
  return channels === 1 || sizeOf(shape) === channels;
}
