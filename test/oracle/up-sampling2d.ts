import { indexer, type OracleOp, tensor } from "./tensor.ts";

export interface UpSampling2dOptions {
  size: readonly [number, number];
  interpolation: "nearest" | "bilinear";
}

/**
 * [N, H, W, C] -> [N, H size, W size, C]. Bilinear as TensorFlow: pixels have their middles at i + 1/2, and what lies
 * beyond the outermost middle has its value.
 */
export function upSampling2d({ size, interpolation }: UpSampling2dOptions): OracleOp {
  return {
    forward([x]) {
      const [N, H, W, C] = x.shape;
      const output = tensor([N, H * size[0], W * size[1], C]);
      const xAt = indexer(x.shape);
      const outputAt = indexer(output.shape);
      const weightOf = interpolation === "nearest" ? nearest : bilinear;

      /** Visits every product, as indices of output and x and the weight. */
      function eachProduct(visit: (o: number, i: number, weight: number) => void): void {
        for (let n = 0; n < N; n++)
          for (let r = 0; r < H * size[0]; r++)
            for (let s = 0; s < W * size[1]; s++)
              for (let h = 0; h < H; h++) {
                const down = weightOf(r, h, size[0], H);
                for (let w = 0; down > 0 && w < W; w++) {
                  const weight = down * weightOf(s, w, size[1], W);
                  const [o, i] = [outputAt(n, r, s, 0), xAt(n, h, w, 0)];
                  for (let c = 0; c < C; c++) visit(o + c, i + c, weight);
                }
              }
      }

      eachProduct((o, i, weight) => {
        output.data[o] += x.data[i] * weight;
      });
      return {
        output,
        backward(dOutput) {
          const dX = tensor(x.shape);
          // output[o] += x[i] * weight
          eachProduct((o, i, weight) => {
            dX.data[i] += dOutput.data[o] * weight;
          });
          return { inputs: [dX], weights: [] };
        },
      };
    },
  };
}

function nearest(output: number, input: number, factor: number): number {
  return Math.floor(output / factor) === input ? 1 : 0;
}

/** The weight falls from 1 at the middle of the input pixel to 0 at its neighbours' middles. */
function bilinear(output: number, input: number, factor: number, count: number): number {
  const middle = Math.min(Math.max((output + 0.5) / factor - 0.5, 0), count - 1);
  return Math.max(0, 1 - Math.abs(middle - input));
}
