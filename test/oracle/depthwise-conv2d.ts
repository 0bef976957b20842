import type { Conv2dOptions } from "./conv2d.ts";
import { indexer, type OracleOp, tensor } from "./tensor.ts";
import { windows } from "./windows.ts";

/**
 * Input [N, H, W, C]; weights kernel [KH, KW, C, M] and, optionally, bias [C M]. Map c M + m is the m-th of channel c.
 */
export function depthwiseConv2d(options: Omit<Conv2dOptions, "groups" | "connectionTable"> = {}): OracleOp {
  const { strides = [1, 1], padding = "valid", dilationRate = [1, 1] } = options;
  return {
    forward([x], [kernel, bias]) {
      const [N, H, W, C] = x.shape;
      const [KH, KW, , M] = kernel.shape;
      const rows = windows(H, (KH - 1) * dilationRate[0] + 1, strides[0], padding);
      const columns = windows(W, (KW - 1) * dilationRate[1] + 1, strides[1], padding);
      const output = tensor([N, rows.count, columns.count, C * M]);
      const xAt = indexer(x.shape);
      const kernelAt = indexer(kernel.shape);
      const outputAt = indexer(output.shape);

      /** Visits every product, as indices of output, x and kernel. */
      function eachProduct(visit: (o: number, i: number, w: number) => void): void {
        for (let n = 0; n < N; n++)
          for (let row = 0; row < rows.count; row++)
            for (let column = 0; column < columns.count; column++)
              for (let kh = 0; kh < KH; kh++)
                for (let kw = 0; kw < KW; kw++) {
                  const h = row * strides[0] - rows.before + kh * dilationRate[0];
                  const w = column * strides[1] - columns.before + kw * dilationRate[1];
                  if (h < 0 || h >= H || w < 0 || w >= W) continue;
                  const [o, i, at] = [outputAt(n, row, column, 0), xAt(n, h, w, 0), kernelAt(kh, kw, 0, 0)];
                  for (let c = 0; c < C; c++) for (let m = 0; m < M; m++) visit(o + c * M + m, i + c, at + c * M + m);
                }
      }

      eachProduct((o, i, w) => {
        output.data[o] += x.data[i] * kernel.data[w];
      });
      if (bias !== undefined) for (let o = 0; o < output.data.length; o++) output.data[o] += bias.data[o % (C * M)];

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
          // output[o] += bias[o % (C M)]
          for (let o = 0; o < dOutput.data.length; o++) dBias.data[o % (C * M)] += dOutput.data[o];
          return { inputs: [dX], weights: [dKernel, dBias] };
        },
      };
    },
  };
}
