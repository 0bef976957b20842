import { sizeOf } from "../../src/core/tensor.ts";
import { moves } from "./moves.ts";
import { type OracleOp, tensor } from "./tensor.ts";

/** Other axes for the same elements in the same order; -1 stands for the size that is left. */
export function reshape(targetShape: readonly number[]): OracleOp {
  return {
    forward([x]) {
      const left = x.data.length / x.shape[0] / sizeOf(targetShape.filter((size) => size > 0));
      const output = tensor([x.shape[0], ...targetShape.map((size) => (size === -1 ? left : size))]);
      return moves(x, output, (move) => {
        for (let i = 0; i < x.data.length; i++) move(i, i);
      });
    },
  };
}

/** Axis a of the output is axis dims[a] of the input, counted from 1; the batch stays first. */
export function permute(dims: readonly number[]): OracleOp {
  return {
    forward([x]) {
      const output = tensor([x.shape[0], ...dims.map((axis) => x.shape[axis])]);
      return moves(x, output, (move) => {
        for (const [o] of output.data.entries()) {
          const place = placeOf(o, output.shape);
          const source = [place[0], ...dims.map(() => 0)];
          for (const [a, axis] of dims.entries()) source[axis] = place[a + 1];
          move(o, indexOf(source, x.shape));
        }
      });
    },
  };
}

function placeOf(index: number, shape: readonly number[]): number[] {
  const place: number[] = [];
  let rest = index;
  for (const size of [...shape].reverse()) {
    place.unshift(rest % size);
    rest = Math.floor(rest / size);
  }
  return place;
}

function indexOf(place: readonly number[], shape: readonly number[]): number {
  return place.reduce((index, at, axis) => index * shape[axis] + at, 0);
}
