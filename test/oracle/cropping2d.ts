import { moves } from "./moves.ts";
import { indexer, type OracleOp, tensor } from "./tensor.ts";

/** Removes rows above and below, and columns left and right. */
export function cropping2d({
  cropping,
}: {
  cropping: readonly [readonly [number, number], readonly [number, number]];
}): OracleOp {
  const [[top, bottom], [left, right]] = cropping;
  return {
    forward([x]) {
      const [N, H, W, C] = x.shape;
      const output = tensor([N, H - top - bottom, W - left - right, C]);
      const [, rows, columns] = output.shape;
      return moves(x, output, (move) => {
        const xAt = indexer(x.shape);
        const outputAt = indexer(output.shape);
        for (let n = 0; n < N; n++)
          for (let h = 0; h < rows; h++)
            for (let w = 0; w < columns; w++)
              for (let c = 0; c < C; c++) move(outputAt(n, h, w, c), xAt(n, h + top, w + left, c));
      });
    },
  };
}
