import type { Shape } from "../../src/core/tensor.ts";
import { indexer, type OracleOp, type Tensor64, tensor } from "./tensor.ts";
import { type Padding, windows } from "./window.ts";

export interface PoolingOptions {
  /** Rows, columns. Default [2, 2]. */
  poolSize?: readonly [number, number];
  /** Rows, columns. Default the pool size. */
  strides?: readonly [number, number];
  /** Default "valid". */
  padding?: Padding;
}

/** The mean of each window; with "same" padding of its cells inside the image only, as in TensorFlow. */
export function averagePooling2d(options: PoolingOptions = {}): OracleOp {
  return {
    forward([x]) {
      const { output, cells } = poolingWindows(x.shape, options);
      for (const [o, window] of cells.entries()) {
        for (const i of window) output.data[o] += x.data[i] / window.length;
      }
      return {
        output,
        backward(dOutput) {
          const dX = tensor(x.shape);
          // output[o] += x[i] / window.length
          for (const [o, window] of cells.entries()) {
            for (const i of window) dX.data[i] += dOutput.data[o] / window.length;
          }
          return { inputs: [dX], weights: [] };
        },
      };
    },
  };
}

/** The largest cell of each window; of equal cells the first in row-major order gets the whole gradient. */
export function maxPooling2d(options: PoolingOptions = {}): OracleOp {
  return {
    forward([x]) {
      const { output, cells } = poolingWindows(x.shape, options);
      const winners = cells.map((window) => window.reduce((best, i) => (x.data[i] > x.data[best] ? i : best)));
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

/** [N, H, W, C] -> [N, C], the mean of each channel's plane. */
export function globalAveragePooling2d(): OracleOp {
  return {
    forward([x]) {
      const [N, H, W, C] = x.shape;
      const { output, backward } = averagePooling2d({ poolSize: [H, W] }).forward([x], []);
      const flat: Shape = [N, C];
      return {
        output: { shape: flat, data: output.data },
        backward: (dOutput) => backward({ shape: output.shape, data: dOutput.data }),
      };
    },
  };
}

/**
 * The subsampling units of LeCun et al. 1998, section II.B: the cells of a window are added, times a coefficient, plus a
 * bias. Weights coefficient [C] and bias [C]; the squashing follows as an operation of its own.
 */
export function subsampling2d(options: Omit<PoolingOptions, "padding"> = {}): OracleOp {
  return {
    forward([x], [coefficient, bias]) {
      const C = x.shape[3];
      const { output, cells } = poolingWindows(x.shape, options);
      const sums = cells.map((window) => window.reduce((sum, i) => sum + x.data[i], 0));
      for (const [o, sum] of sums.entries()) output.data[o] = coefficient.data[o % C] * sum + bias.data[o % C];
      return {
        output,
        backward(dOutput) {
          const dX = tensor(x.shape);
          const dCoefficient = tensor([C]);
          const dBias = tensor([C]);
          // output[o] = coefficient[o % C] * (sum of x[i] over the window) + bias[o % C]
          for (const [o, window] of cells.entries()) {
            dCoefficient.data[o % C] += dOutput.data[o] * sums[o];
            dBias.data[o % C] += dOutput.data[o];
            for (const i of window) dX.data[i] += dOutput.data[o] * coefficient.data[o % C];
          }
          return { inputs: [dX], weights: [dCoefficient, dBias] };
        },
      };
    },
  };
}

/** An empty output, and for each of its elements the positions in the input that its window covers, row-major. */
function poolingWindows(
  shape: Shape,
  { poolSize = [2, 2], strides = poolSize, padding = "valid" }: PoolingOptions,
): { output: Tensor64; cells: number[][] } {
  const [N, H, W, C] = shape;
  const rows = windows(H, poolSize[0], strides[0], padding);
  const columns = windows(W, poolSize[1], strides[1], padding);
  const at = indexer(shape);
  const cells: number[][] = [];
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
          cells.push(window);
        }
  return { output: tensor([N, rows.count, columns.count, C]), cells };
}
