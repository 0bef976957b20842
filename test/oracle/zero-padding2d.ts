import { moves } from "./moves.ts";
import { indexer, type OracleOp, tensor } from "./tensor.ts";

/** Adds rows of zeros above and below, and columns of zeros left and right. */
export function zeroPadding2d({
  padding,
}: {
  padding: readonly [readonly [number, number], readonly [number, number]];
}): OracleOp {
  const [[top, bottom], [left, right]] = padding;
  return {
    forward([x]) {
      const [N, H, W, C] = x.shape;
      const output = tensor([N, top + H + bottom, left + W + right, C]);
      return moves(x, output, (move) => {
        const xAt = indexer(x.shape);
        const outputAt = indexer(output.shape);
        for (let n = 0; n < N; n++)
          for (let h = 0; h < H; h++)
            for (let w = 0; w < W; w++)
              for (let c = 0; c < C; c++) move(outputAt(n, h + top, w + left, c), xAt(n, h, w, c));
      });
    },
  };
}
