/** The numbers of a layer as units: maps of rows and columns. A vector is one row of one map. */
import type { Shape } from "lenet5";
import type { Unit } from "./view.ts";

/** How many maps a layer has, and the rows and columns of each. */
export interface Layout {
  readonly maps: number;
  readonly rows: number;
  readonly columns: number;
}

/** `[rows, columns, maps]`, `[rows, columns]` for one map, or `[units]` for one row of one map. */
export function layoutOf(shape: Shape): Layout {
  if (shape.length === 1) return { maps: 1, rows: 1, columns: shape[0]! };
  return { maps: shape[2] ?? 1, rows: shape[0]!, columns: shape[1]! };
}

/** Where the number of a unit is among the values of its layer; -1 for a unit that the layer does not have. */
export function unitIndex(shape: Shape, { map, row, column }: Unit): number {
  const { maps, rows, columns } = layoutOf(shape);
  return map < maps && row < rows && column < columns ? (row * columns + column) * maps + map : -1;
}

/** The unit of a number among the values of a layer. */
export function unitAt(layer: string, shape: Shape, index: number): Unit {
  const { maps, columns } = layoutOf(shape);
  const position = Math.floor(index / maps);
  return { layer, map: index % maps, row: Math.floor(position / columns), column: position % columns };
}
