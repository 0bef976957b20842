import { moves } from "./moves.ts";
import { type OracleOp, tensor } from "./tensor.ts";

/** Channels [start, stop) of the last axis. */
export function channelSlice({ start, stop }: { start: number; stop: number }): OracleOp {
  return {
    forward([x]) {
      const C = x.shape.at(-1)!;
      const output = tensor([...x.shape.slice(0, -1), stop - start]);
      return moves(x, output, (move) => {
        for (let position = 0; position < x.data.length / C; position++)
          for (let c = start; c < stop; c++) move(position * (stop - start) + c - start, position * C + c);
      });
    },
  };
}
