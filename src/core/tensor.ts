/**
 * The size of each axis, outermost first. Images are `[rows, columns, channels]`; a batch of N is `[N, rows, columns,
 * channels]`.
 */
export type Shape = readonly number[];

/** The array types that store the elements of a tensor. */
export type Numbers = Float32Array | Float64Array | Uint8Array | Int32Array;

/** A plain array with a shape, in row-major order (images as in Keras: N, rows, columns, channels). */
export interface Tensor<Data extends Numbers = Numbers> {
  /** The size of each axis, outermost first. */
  readonly shape: Shape;
  /** All elements in row-major order: the last axis changes fastest. */
  readonly data: Data;
  /**
   * The network sees `data * scale`. Default 1. Data sets of bytes have 1/255, so that 60,000 images take 60 MB and not
   * 240.
   */
  readonly scale?: number;
}

/** Number of elements of a shape; 1 for `[]`. */
export function sizeOf(shape: Shape): number {
  return shape.reduce((product, size) => product * size, 1);
}

/** A shape without its batch axis as text, such as `[N, 32, 32, 1]`. */
export function batchShapeText(shape: Shape): string {
  return `[${["N", ...shape].join(", ")}]`;
}
