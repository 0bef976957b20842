import type { Shape } from "../../src/core/tensor.ts";
import { averagePooling2d } from "./pooling2d.ts";
import type { OracleOp } from "./tensor.ts";

/** [N, H, W, C] -> [N, C], or [N, 1, 1, C], the mean of each channel's plane. */
export function globalAveragePooling2d({ keepdims = false }: { keepdims?: boolean } = {}): OracleOp {
  return {
    forward([x]) {
      const [N, H, W, C] = x.shape;
      const { output, backward } = averagePooling2d({ poolSize: [H, W] }).forward([x], []);
      const flat: Shape = keepdims ? output.shape : [N, C];
      return {
        output: { shape: flat, data: output.data },
        backward: (dOutput) => backward({ shape: output.shape, data: dOutput.data }),
      };
    },
  };
}
