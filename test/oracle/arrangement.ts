import { sizeOf } from "../../src/core/tensor.ts";
import { indexer, type OracleOp, type Tensor64, tensor } from "./tensor.ts";

/** Rows above and below, columns left and right, of zeros. */
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

/** Channels [start, stop) of the last axis. */
export function channelSlice({ start, stop }: { start: number; stop: number }): OracleOp {
  return {
    forward([x]) {
      const C = x.shape.at(-1)!;
      const output = tensor([...x.shape.slice(0, -1), stop - start]);
      return moves(x, output, (move) => {
        for (let cell = 0; cell < x.data.length / C; cell++)
          for (let c = start; c < stop; c++) move(cell * (stop - start) + c - start, cell * C + c);
      });
    },
  };
}

/** [N, ...] -> [N, everything]; the order row, column, channel is how the data lie already. */
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

/** Any number of inputs, side by side on the last axis. */
export function concatenate(): OracleOp {
  return {
    forward(inputs) {
      const channels = inputs.map(({ shape }) => shape.at(-1)!);
      const C = channels.reduce((a, b) => a + b);
      const cells = inputs[0].data.length / channels[0];
      const output = tensor([...inputs[0].shape.slice(0, -1), C]);
      /** Every element once, as the input's number and the positions in that input and in the output. */
      function eachElement(visit: (input: number, i: number, o: number) => void): void {
        for (let cell = 0; cell < cells; cell++) {
          let o = cell * C;
          for (const [input, count] of channels.entries())
            for (let c = 0; c < count; c++) visit(input, cell * count + c, o++);
        }
      }
      eachElement((input, i, o) => {
        output.data[o] = inputs[input].data[i];
      });
      return {
        output,
        backward(dOutput) {
          const dInputs = inputs.map(({ shape }) => tensor(shape));
          // output[o] = inputs[input][i]
          eachElement((input, i, o) => {
            dInputs[input].data[i] += dOutput.data[o];
          });
          return { inputs: dInputs, weights: [] };
        },
      };
    },
  };
}

/** The pass of an operation that only moves elements; `eachMove` tells every pair of positions. */
function moves(x: Tensor64, output: Tensor64, eachMove: (move: (o: number, i: number) => void) => void) {
  eachMove((o, i) => {
    output.data[o] = x.data[i];
  });
  return {
    output,
    backward(dOutput: Tensor64) {
      const dX = tensor(x.shape);
      // output[o] = x[i]
      eachMove((o, i) => {
        dX.data[i] += dOutput.data[o];
      });
      return { inputs: [dX], weights: [] };
    },
  };
}
