import { indexer, type OracleOp, tensor } from "./tensor.ts";
import { type Padding, windows } from "./windows.ts";

export interface Conv2dTransposeOptions {
  /** Rows, columns. Default [1, 1]. */
  strides?: readonly [number, number];
  /** Default "valid". */
  padding?: Padding;
  /** Rows, columns added to the smallest output. Default: Keras's sizes without it. */
  outputPadding?: readonly [number, number];
  /** Rows, columns from one tap of the kernel to the next. Default [1, 1]. */
  dilationRate?: readonly [number, number];
}

/** Input [N, H, W, C]; weights kernel [KH, KW, K, C] and, optionally, bias [K]. */
export function conv2dTranspose(options: Conv2dTransposeOptions = {}): OracleOp {
  const { strides = [1, 1], padding = "valid", outputPadding, dilationRate = [1, 1] } = options;
  return {
    forward([x], [kernel, bias]) {
      const [N, H, W, C] = x.shape;
      const [KH, KW, K] = kernel.shape;
      const extents = [KH, KW].map((size, i) => (size - 1) * dilationRate[i] + 1);
      const sizes = [H, W].map((size, i) => outputSize(size, extents[i], strides[i], outputPadding?.[i], padding));
      const output = tensor([N, ...sizes, K]);
      // The windows of the convolution whose input is the output: one for each position of x.
      const [rows, columns] = sizes.map((size, i) => windows(size, extents[i], strides[i], padding));
      const xAt = indexer(x.shape);
      const kernelAt = indexer(kernel.shape);
      const outputAt = indexer(output.shape);

      /** Visits every product, as indices of output, x and kernel. */
      function eachProduct(visit: (o: number, i: number, w: number) => void): void {
        for (let n = 0; n < N; n++)
          for (let row = 0; row < H; row++)
            for (let column = 0; column < W; column++)
              for (let kh = 0; kh < KH; kh++)
                for (let kw = 0; kw < KW; kw++) {
                  const h = row * strides[0] - rows.before + kh * dilationRate[0];
                  const w = column * strides[1] - columns.before + kw * dilationRate[1];
                  if (h < 0 || h >= sizes[0] || w < 0 || w >= sizes[1]) continue;
                  const [o, i, at] = [outputAt(n, h, w, 0), xAt(n, row, column, 0), kernelAt(kh, kw, 0, 0)];
                  for (let c = 0; c < C; c++) for (let k = 0; k < K; k++) visit(o + k, i + c, at + k * C + c);
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

/** keras/src/backend/common/backend_utils.py, _get_output_shape_given_tf_padding. */
function outputSize(
  input: number,
  kernel: number,
  stride: number,
  added: number | undefined,
  padding: Padding,
): number {
  if (padding === "valid") return (input - 1) * stride + kernel + (added ?? Math.max(kernel, stride) - kernel);
  return added === undefined ? input * stride : (input - 1) * stride + (kernel % 2) + added;
}
