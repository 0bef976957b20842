/** Pools: the mean or the largest number of a window, and the subsampling of 1998. */
import { type Explanation, type Pool, sumOf } from "./explanation.ts";
import { axesOf, type Given, type Place } from "./given.ts";
import { squashed } from "./squashing.ts";

export function averagePool(given: Given): Explanation {
  const pool = poolOf(given, given.place, "mean");
  return { parts: [pool], value: pool.result };
}

export function maxPool(given: Given): Explanation {
  const pool = poolOf(given, given.place, "largest");
  return { parts: [pool], value: pool.result };
}

/** The sum of a window times a coefficient plus a bias, and the activation. */
export function subsampling(given: Given): Explanation {
  const [row, column, own] = given.place;
  const coefficients = given.weight("coefficient")!.data;
  const biases = given.weight("bias")!.data;
  const pool = poolOf(given, given.place, "sum");
  const scaled = pool.result * coefficients[own]!;
  return squashed(
    given,
    [
      pool,
      { type: "line", text: "times the map’s coefficient", operand: coefficients[own]!, result: scaled },
      { type: "line", text: "plus the map’s bias", operand: biases[own]!, result: scaled + biases[own]! },
    ],
    (map) => poolOf(given, [row, column, map], "sum").result * coefficients[map]! + biases[map]!,
  );
}

/** The positions of the window that lie inside the map. */
function poolOf(given: Given, [row, column, channel]: Place, kind: Pool["kind"]): Pool {
  const source = given.sources[0]!;
  const [rowsOf, columnsOf] = axesOf(source);
  const within = (size: number) => (place: number) => place >= 0 && place < size;
  const rows = rowsOf(row).filter(within(source.size[0]));
  const columns = columnsOf(column).filter(within(source.size[1]));
  const indices = rows.flatMap((r) => columns.map((c) => source.index([r, c, channel])));
  const values = indices.map((index) => source.values[index]!);
  const sum = sumOf(values);
  return {
    type: "pool",
    kind,
    rows: rows.length,
    columns: columns.length,
    units: indices.map(source.unit),
    values,
    result: kind === "largest" ? Math.max(...values) : kind === "mean" ? sum / values.length : sum,
  };
}
