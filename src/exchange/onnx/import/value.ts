import type { ElementType, OnnxTensor } from "../../../formats/onnx/tensor.ts";
import type { SymbolicTensor } from "../../../layers/layer.ts";

/**
 * A part of an axis: where a file makes an axis of 784 of axes of 1, 28 and 28, it has the factors 28 and 28. An axis of
 * size 1 has none.
 */
export interface Factor {
  readonly size: number;
}

/** The factors of each axis of a tensor of ONNX, outermost first. */
export type Axes = readonly (readonly Factor[])[];

/**
 * The number of images, which is known when the model is called. Arithmetic of shapes goes on with this number, a prime
 * that no network has as a size.
 */
export const BATCH_SIZE = 1_000_003;

/** The factor of the axis of the images. */
export const BATCH: Factor = { size: BATCH_SIZE };

/** Numbers that do not depend on the input: weights, shapes. */
export interface Constant extends OnnxTensor {
  readonly kind: "constant";
  /** The name that the file has for it, which often says whose weight it is. */
  readonly name: string;
}

/**
 * What a layer computes. ONNX has its axes in another order than the layers have, mostly channels first: each factor of
 * an axis of ONNX is also in `order`, which says where the layer has it. So a transposition or a flattening of ONNX
 * changes `axes` alone and needs no layer.
 */
export interface Activation {
  readonly kind: "activation";
  readonly tensor: SymbolicTensor;
  /** The factors of the tensor's elements of one image in row-major order, the last changing fastest. */
  readonly order: readonly Factor[];
  readonly axes: Axes;
  readonly type: ElementType;
  /** Whether nothing else reads the layer, so that what follows may become part of it. */
  readonly isOnlyUse: boolean;
}

/** A value of the graph. */
export type Value = Constant | Activation;

/** The number of elements of an axis; the images count as {@link BATCH_SIZE}. */
export function sizeOfAxis(factors: readonly Factor[]): number {
  return factors.reduce((product, { size }) => product * size, 1);
}

/** The shape in ONNX. */
export function dimsOf(value: Value): readonly number[] {
  return value.kind === "constant" ? value.dims : value.axes.map(sizeOfAxis);
}

/** A shape for messages: `[N, 1, 28, 28]`. */
export function dimsText(dims: readonly number[]): string {
  return `[${dims.map((size) => (size === BATCH_SIZE ? "N" : size)).join(", ")}]`;
}

/** The factors without the images. */
export function ofImage(factors: readonly Factor[]): readonly Factor[] {
  return factors.filter((factor) => factor !== BATCH);
}
