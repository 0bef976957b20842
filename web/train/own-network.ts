/** One's own network from the rows of the editor. */
import {
  activation,
  averagePooling2d,
  batchNormalization,
  conv2d,
  dense,
  dropout,
  flatten,
  globalAveragePooling2d,
  input,
  type Layer,
  type Model,
  maxPooling2d,
  sequential,
} from "lenet5";
import { type Kind, optionsOf, type Row, rowsText, textRows } from "./layers.ts";
import type { Described } from "./train-api.ts";

/** The makers of the library by kind. Each checks its options. */
const makers: { readonly [Name in Kind]: (options: never) => Layer } = {
  conv2d,
  averagePooling2d,
  maxPooling2d,
  globalAveragePooling2d,
  batchNormalization,
  activation,
  dropout,
  flatten,
  dense,
};

/** What images of a shape become, and how many classes they have. */
interface Ends {
  readonly shape: readonly number[];
  readonly classes: number;
}

interface Engine {
  readonly seed?: number;
  readonly threads?: number;
}

/** The layer of a row. */
function layerOf(row: Row, name: string): Layer {
  return makers[row.kind]({ ...optionsOf(row), name } as never);
}

/** The name of each layer: C1, S2, C3, ... as the paper counts them. */
function namesOf(rows: readonly Row[]): string[] {
  let count = 0;
  return rows.map(({ kind }, i) => {
    if (kind === "conv2d") return `C${++count}`;
    if (kind === "averagePooling2d" || kind === "maxPooling2d") return `S${++count}`;
    if (kind === "dense") return `F${++count}`;
    return `${kind}${i + 1}`;
  });
}

/** @throws Error with a line for the user for layers that cannot follow each other */
export function ownNetwork(text: string, { shape, classes }: Ends, engine: Engine = {}): Model {
  const rows = textRows(text);
  const names = namesOf(rows);
  const layers = rows.map((row, i) => layerOf(row, names[i]!));
  const isFlat = rows.some(({ kind }) => kind === "flatten" || kind === "globalAveragePooling2d");
  return sequential(
    [
      input({ shape: [...shape] as [number, number, number], name: "image" }),
      ...layers,
      ...(isFlat ? [] : [flatten({ name: "flatten" })]),
      dense({ units: classes, activation: "softmax", name: "output" }),
    ],
    { name: "own", ...engine },
  );
}

/** The layers with their shapes and parameters, as far as they can be built. */
export function described(text: string, ends: Ends): Described {
  const rows = textRows(text);
  let good = rows.length;
  let line: string | undefined;
  // The library says what is wrong with a network; the first layer that it refuses is found by leaving out the last ones.
  for (; good >= 0; good--) {
    try {
      const made = ownNetwork(rowsText(rows.slice(0, good)), ends);
      const { layers, params } = made.summaryData();
      return { layers, params, ...(line !== undefined && { fault: { index: good, line } }) };
    } catch (error) {
      line = (error as Error).message;
    }
  }
  throw new Error(line);
}
