import { type Shape, sizeOf } from "../../../core/tensor.ts";
import { flatten } from "../../../layers/flatten.ts";
import type { SymbolicTensor } from "../../../layers/layer.ts";
import { permute } from "../../../layers/permute.ts";
import { reshape } from "../../../layers/reshape.ts";

/**
 * A tensor as Keras has it, and where its elements are in ours.
 *
 * same: in the same order.
 * channelsFirst: Keras has [channels, rows, columns], ours is [rows, columns, channels].
 * oneChannel: Keras has [rows, columns], ours is [rows, columns, 1].
 * { image }: a vector of the elements of an image that is [channels, rows, columns] in Keras and `image`, [rows, columns,
 * channels], in ours.
 */
export interface View {
  readonly tensor: SymbolicTensor;
  /** Keras's shape, without the batch. */
  readonly shape: Shape;
  readonly order: Order;
}

export type Order = "same" | "channelsFirst" | "oneChannel" | { readonly image: Shape };

/** Whether two tensors have their elements in the same places. */
export function isSameOrder(a: View, b: View): boolean {
  return JSON.stringify(a.order) === JSON.stringify(b.order);
}

/** A tensor of another layer that leaves the elements where they are. */
export function kept(view: View, tensor: SymbolicTensor): View {
  return { ...view, tensor };
}

/** The view of a tensor whose elements are in Keras's order; an image of a channels-first model is brought into ours. */
export function viewOf(tensor: SymbolicTensor, channelsFirst: boolean): View {
  const { shape } = tensor;
  if (shape.length === 2) {
    const [rows, columns] = shape as [number, number];
    return { tensor: reshape({ targetShape: [rows, columns, 1] })(tensor), shape, order: "oneChannel" };
  }
  if (shape.length !== 3 || !channelsFirst) return { tensor, shape, order: "same" };
  const [channels, rows, columns] = shape as [number, number, number];
  const image = isFlat(channels, rows * columns)
    ? reshape({ targetShape: [rows, columns, channels] })(tensor)
    : permute({ dims: [2, 3, 1] })(tensor);
  return { tensor: image, shape, order: "channelsFirst" };
}

/** A tensor of Keras's shape with its elements in Keras's order. */
export function plain({ tensor, shape, order }: View): SymbolicTensor {
  if (order === "same") return tensor;
  if (order === "oneChannel") return reshape({ targetShape: shape })(tensor);
  if (order === "channelsFirst") {
    const [channels, rows, columns] = shape as [number, number, number];
    if (isFlat(channels, rows * columns)) return reshape({ targetShape: shape })(tensor);
    return permute({ dims: [3, 1, 2] })(tensor);
  }
  return flatten()(permute({ dims: [3, 1, 2] })(reshape({ targetShape: order.image })(tensor)));
}

/** A tensor with Keras's elements in Keras's order, in any shape. */
export function inOrder(view: View): SymbolicTensor {
  const { order, shape, tensor } = view;
  if (order === "oneChannel") return tensor;
  if (order === "channelsFirst" && isFlat(shape[0]!, shape[1]! * shape[2]!)) return tensor;
  return plain(view);
}

/** Whether channels first and channels last are the same order. */
function isFlat(channels: number, positions: number): boolean {
  return channels === 1 || positions === 1;
}

/** The flattened `tensor` of a view. `asImage` says whether Keras flattens an image channels last. */
export function flattened({ shape, order }: View, tensor: SymbolicTensor, asImage: boolean): View {
  const flat = [sizeOf(shape)];
  if (order !== "channelsFirst") return { tensor, shape: flat, order: order === "oneChannel" ? "same" : order };
  const [channels, rows, columns] = shape as [number, number, number];
  if (asImage || isFlat(channels, rows * columns)) return { tensor, shape: flat, order: "same" };
  return { tensor, shape: flat, order: { image: [rows, columns, channels] } };
}

/** For each element of a vector in our order, its place in Keras's. */
export function kerasPlace({ order }: View): (index: number) => number {
  if (typeof order === "string") return (index) => index;
  const [rows, columns, channels] = order.image as [number, number, number];
  const positions = rows * columns;
  return (index) => (index % channels) * positions + Math.floor(index / channels);
}
