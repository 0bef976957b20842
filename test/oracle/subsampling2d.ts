import { type PoolingOptions, poolingWindows } from "./pooling2d.ts";
import { type OracleOp, tensor } from "./tensor.ts";

/**
 * The subsampling units of LeCun et al. 1998, section II.B: the numbers of a window are added, times a coefficient,
 * plus a bias. Weights coefficient [C] and bias [C]; the squashing follows as an operation of its own.
 */
export function subsampling2d(options: Omit<PoolingOptions, "padding"> = {}): OracleOp {
  return {
    forward([x], [coefficient, bias]) {
      const C = x.shape[3];
      const { output, covered } = poolingWindows(x.shape, options);
      const sums = covered.map((window) => window.reduce((sum, i) => sum + x.data[i], 0));
      for (const [o, sum] of sums.entries()) output.data[o] = coefficient.data[o % C] * sum + bias.data[o % C];
      return {
        output,
        backward(dOutput) {
          const dX = tensor(x.shape);
          const dCoefficient = tensor([C]);
          const dBias = tensor([C]);
          // output[o] = coefficient[o % C] * (sum of x[i] over the window) + bias[o % C]
          for (const [o, window] of covered.entries()) {
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
