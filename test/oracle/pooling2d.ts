import type { Shape } from "../../src/core/tensor.ts";
import { indexer, type OracleOp, type Tensor64, tensor } from "./tensor.ts";
import { type Padding, windows } from "./windows.ts";

export interface PoolingOptions {
  /** Rows, columns. Default [2, 2]. */
  poolSize?: readonly [number, number];
  /** Rows, columns. Default the pool size. */
  strides?: readonly [number, number];
  /** Default "valid". */
  padding?: Padding;
}

/** The mean of each window; with padding "same", the mean of its positions inside the image, as in TensorFlow. */
export function averagePooling2d(options: PoolingOptions = {}): OracleOp {
  return {
    forward([x]) {
      const { output, covered } = poolingWindows(x.shape, options);
      for (const [o, window] of covered.entries()) {
        for (const i of window) output.data[o] += x.data[i] / window.length;
      }
      return {
        output,
        backward(dOutput) {
          const dX = tensor(x.shape);
          // output[o] += x[i] / window.length
          for (const [o, window] of covered.entries()) {
            for (const i of window) dX.data[i] += dOutput.data[o] / window.length;
          }
          return { inputs: [dX], weights: [] };
        },
      };
    },
  };
}

/** The maximum of each window. Among equal numbers, the first in row-major order gets the whole gradient. */
export function maxPooling2d(options: PoolingOptions = {}): OracleOp {
  return {
    forward([x]) {
      const { output, covered } = poolingWindows(x.shape, options);
      const winners = covered.map((window) => window.reduce((best, i) => (x.data[i] > x.data[best] ? i : best)));
      for (const [o, winner] of winners.entries()) output.data[o] = x.data[winner];
      return {
        output,
        backward(dOutput) {
          const dX = tensor(x.shape);
          // output[o] = x[winner]
          for (const [o, winner] of winners.entries()) dX.data[winner] += dOutput.data[o];
          return { inputs: [dX], weights: [] };
        },
      };
    },
  };
}

/** An empty output, and for each of its elements the indices in the input that its window covers, row-major. */
export function poolingWindows(
  shape: Shape,
  { poolSize = [2, 2], strides = poolSize, padding = "valid" }: PoolingOptions,
): { output: Tensor64; covered: number[][] } {
  const [N, H, W, C] = shape;
  const rows = windows(H, poolSize[0], strides[0], padding);
  const columns = windows(W, poolSize[1], strides[1], padding);
  const at = indexer(shape);
  const covered: number[][] = [];
  for (let n = 0; n < N; n++)
    for (let row = 0; row < rows.count; row++)
      for (let column = 0; column < columns.count; column++)
        for (let c = 0; c < C; c++) {
          const window: number[] = [];
          for (let ph = 0; ph < poolSize[0]; ph++)
            for (let pw = 0; pw < poolSize[1]; pw++) {
              const h = row * strides[0] - rows.before + ph;
              const w = column * strides[1] - columns.before + pw;
              if (h >= 0 && h < H && w >= 0 && w < W) window.push(at(n, h, w, c));
            }
          covered.push(window);
        }
  return { output: tensor([N, rows.count, columns.count, C]), covered };
}
