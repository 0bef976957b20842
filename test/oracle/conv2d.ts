import { indexer, type OracleOp, tensor } from "./tensor.ts";
import { type Padding, windows } from "./windows.ts";

export interface Conv2dOptions {
  /** Rows, columns. Default [1, 1]. */
  strides?: readonly [number, number];
  /** Default "valid". */
  padding?: Padding;
  /** Rows, columns from one tap of the kernel to the next. Default [1, 1]. */
  dilationRate?: readonly [number, number];
  /** Default 1. */
  groups?: number;
  /** For each output map the input channels it sees. Default all. Kernel entries of other pairs are ignored. */
  connectionTable?: readonly (readonly number[])[];
}

/**
 * Input [N, H, W, C]; weights kernel [KH, KW, C / groups, K] and, optionally, bias [K]. Cross-correlation, as in Keras.
 */
export function conv2d(options: Conv2dOptions = {}): OracleOp {
  const { strides = [1, 1], padding = "valid", dilationRate = [1, 1], groups = 1, connectionTable } = options;
  return {
    forward([x], [kernel, bias]) {
      const [N, H, W, C] = x.shape;
      const [KH, KW, own, K] = kernel.shape;
      const rows = windows(H, (KH - 1) * dilationRate[0] + 1, strides[0], padding);
      const columns = windows(W, (KW - 1) * dilationRate[1] + 1, strides[1], padding);
      const output = tensor([N, rows.count, columns.count, K]);
      const xAt = indexer(x.shape);
      const kernelAt = indexer(kernel.shape);
      const outputAt = indexer(output.shape);
      const sees = Array.from({ length: K }, (_, k) =>
        Array.from(
          { length: C },
          (_, c) => connectionTable?.[k].includes(c) ?? Math.floor(c / own) === Math.floor((k * groups) / K),
        ),
      );

      /** Visits every product of the convolution, as indices of output, x and kernel. */
      function eachProduct(visit: (o: number, i: number, w: number) => void): void {
        for (let n = 0; n < N; n++)
          for (let row = 0; row < rows.count; row++)
            for (let column = 0; column < columns.count; column++)
              for (let kh = 0; kh < KH; kh++)
                for (let kw = 0; kw < KW; kw++) {
                  const h = row * strides[0] - rows.before + kh * dilationRate[0];
                  const w = column * strides[1] - columns.before + kw * dilationRate[1];
                  if (h < 0 || h >= H || w < 0 || w >= W) continue;
                  const [o, i] = [outputAt(n, row, column, 0), xAt(n, h, w, 0)];
                  for (let c = 0; c < C; c++) {
                    const at = kernelAt(kh, kw, c % own, 0);
                    for (let k = 0; k < K; k++) if (sees[k][c]) visit(o + k, i + c, at + k);
                  }
                }
      }

      eachProduct((o, i, w) => {
        output.data[o] += x.data[i] * kernel.data[w];
      });
      if (bias !== undefined) for (let o = 0; o < output.data.length; o++) output.data[o] += bias.data[o % K];

      return {
        output,
        backward(dOutput) {
          const dX = tensor(x.shape);
          const dKernel = tensor(kernel.shape);
          // output[o] += x[i] * kernel[w]
          eachProduct((o, i, w) => {
            dX.data[i] += dOutput.data[o] * kernel.data[w];
            dKernel.data[w] += dOutput.data[o] * x.data[i];
          });
          if (bias === undefined) return { inputs: [dX], weights: [dKernel] };
          const dBias = tensor(bias.shape);
          // output[o] += bias[o % K]
          for (let o = 0; o < dOutput.data.length; o++) dBias.data[o % K] += dOutput.data[o];
          return { inputs: [dX], weights: [dKernel, dBias] };
        },
      };
    },
  };
}
