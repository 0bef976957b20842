import type { ElementType } from "../../../formats/onnx/tensor.ts";
import type { Node } from "./node.ts";
import type { Constant } from "./value.ts";

/** A constant that a node makes of others. */
export function constant(dims: readonly number[], type: ElementType, data: ArrayLike<number>): Constant {
  const isFloat32 = type === "float" || type === "float16" || type === "bfloat16";
  return {
    kind: "constant",
    name: "",
    dims,
    type,
    data: isFloat32 ? Float32Array.from(data) : Float64Array.from(data),
  };
}

/** The number of elements of a shape, counted before memory is taken for them. */
export function taken(node: Node, dims: readonly number[]): number {
  const count = dims.reduce((product, size) => product * size, 1);
  if (!dims.every((size) => Number.isInteger(size) && size >= 0) || !(count <= 2 ** 31) || dims.length > 16)
    node.refuse(`expected a shape of a constant, got [${dims.slice(0, 8)}]`);
  node.network.take(count);
  return count;
}

/** A shape, axes or places of a constant. @throws InputError for more than a few */
export function listIn(node: Node, { data }: Constant): number[] {
  if (data.length <= MAX_LIST) return [...data];
  return node.refuse(`expected at most ${MAX_LIST} numbers in a list, got ${data.length}`);
}

const MAX_LIST = 256;

/** Shapes that are aligned at the last axis, where an axis that is missing or has size 1 is repeated. */
export function broadcastDims(node: Node, shapes: readonly (readonly number[])[]): number[] {
  const rank = Math.max(...shapes.map((dims) => dims.length));
  return Array.from({ length: rank }, (_, axis) => {
    const sizes = shapes.map((dims) => dims[axis - rank + dims.length] ?? 1);
    const size = sizes.find((each) => each !== 1) ?? 1;
    if (sizes.some((each) => each !== 1 && each !== size))
      node.refuse(`expected shapes that fit each other, got ${shapes.map((dims) => `[${dims}]`).join(" and ")}`);
    return size;
  });
}

/** For each element of `dims`, the index in a smaller constant that is repeated along some axes. */
export function repeatedIndices(dims: readonly number[], small: readonly number[]): Int32Array {
  let indices = new Int32Array(1);
  const step = (axis: number) => small.slice(axis + 1).reduce((product, size) => product * size, 1);
  dims.forEach((size, i) => {
    const axis = i - dims.length + small.length;
    const by = axis < 0 || small[axis] === 1 ? 0 : step(axis);
    const next = new Int32Array(indices.length * size);
    indices.forEach((index, at) => {
      for (let k = 0; k < size; k++) next[at * size + k] = index + k * by;
    });
    indices = next;
  });
  return indices;
}

/** A function of the elements of constants, which are repeated to one shape. */
export function elementwise(
  node: Node,
  inputs: readonly Constant[],
  of: (...values: number[]) => number,
  type: ElementType = inputs[0]!.type,
): Constant {
  const dims = broadcastDims(
    node,
    inputs.map((input) => input.dims),
  );
  const count = taken(node, dims);
  const indices = inputs.map((input) => repeatedIndices(dims, input.dims));
  const data = new Float64Array(count);
  for (let i = 0; i < count; i++) data[i] = of(...inputs.map((input, k) => input.data[indices[k]![i]!]!));
  return constant(dims, type, data);
}

/** Whether the type has whole numbers only. */
export function isInteger(type: ElementType): boolean {
  return /int|bool/.test(type);
}
