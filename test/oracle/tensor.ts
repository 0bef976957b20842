import { type Shape, sizeOf, type Tensor } from "../../src/core/tensor.ts";

/**
 * The oracle: float64 reference implementations that are naive and obviously right, which the WebAssembly kernels are
 * compared with. Images are [N, rows, columns, channels] and weights have Keras's shapes, as at the library's border.
 */
export type Tensor64 = Tensor<Float64Array>;

/** A forward pass through an operation, and its backward pass. */
export interface Pass {
  readonly output: Tensor64;
  /** All weights after the pass, where a forward pass changes some (batch normalization's moving statistics). */
  readonly updatedWeights?: Tensor64[];
  /** dOutput (of the output's shape) -> the gradients of the inner product of output and dOutput. */
  backward(dOutput: Tensor64): Gradients;
}

export interface Gradients {
  /** One per input. */
  inputs: Tensor64[];
  /** One per trainable weight; as in Keras, trainable weights come before the others. */
  weights: Tensor64[];
}

/** An operation has its options; inputs and weights are arguments, so that tests can use any operation alike. */
export interface OracleOp {
  /** Whether the outputs are squares of the inputs, whose own second derivatives count in the curvature. */
  readonly isQuadratic?: true;
  forward(inputs: readonly Tensor64[], weights: readonly Tensor64[]): Pass;
}

/** A tensor of these values (copied to float64), or of zeros. */
export function tensor(shape: Shape, values?: ArrayLike<number>): Tensor64 {
  const size = sizeOf(shape);
  if (values !== undefined && values.length !== size) {
    throw new RangeError(`expected ${size} values for shape [${shape}], got ${values.length}`);
  }
  return { shape, data: values === undefined ? new Float64Array(size) : Float64Array.from(values) };
}

/** The row-major position of an element of an [N, H, W, C] (or [kh, kw, in, out]) tensor. */
export function indexer([, H, W, C]: Shape): (n: number, h: number, w: number, c: number) => number {
  return (n, h, w, c) => ((n * H + h) * W + w) * C + c;
}
