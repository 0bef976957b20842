/** Sizes per axis, outermost first. Images are `[rows, columns, channels]`, a batch has the image index before that. */
export type Shape = readonly number[];

/** How the elements of a tensor are stored. */
export type Numbers = Float32Array | Float64Array | Uint8Array | Int32Array;

/** A plain array with a shape, in row-major order (images as Keras has them: N, rows, columns, channels). */
export interface Tensor<Data extends Numbers = Numbers> {
  /** The size of each axis, outermost first. */
  readonly shape: Shape;
  /** All elements in row-major order: the last axis changes fastest. */
  readonly data: Data;
  /**
   * What one stored unit is worth; the network sees `data * scale`. Default 1. Data sets of bytes carry 1/255, so
   * that 60,000 images stay 60 MB instead of 240.
   */
  readonly scale?: number;
}

/** Number of elements of a shape; 1 for `[]`. */
export function sizeOf(shape: Shape): number {
  return shape.reduce((product, size) => product * size, 1);
}

/** `[N, 32, 32, 1]` style text of a shape without its batch axis. */
export function batchShapeText(shape: Shape): string {
  return `[${["N", ...shape].join(", ")}]`;
}
