import { sizeOf } from "../../src/core/tensor.ts";
import { moves } from "./moves.ts";
import { type OracleOp, tensor } from "./tensor.ts";

/** [N, rows, columns, channels] -> [N, rows x columns x channels]. The data have this order already. */
export function flatten(): OracleOp {
  return {
    forward([x]) {
      const output = tensor([x.shape[0], sizeOf(x.shape.slice(1))]);
      return moves(x, output, (move) => {
        for (let i = 0; i < x.data.length; i++) move(i, i);
      });
    },
  };
}
