/** The numbers of a layer as units: maps of rows and columns. A vector is one row of one map. */
import type { Shape, Summary } from "lenet5";
import { insideFolds, shownName } from "./folded.ts";
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

/** Whether the network has the unit. */
export function isThere({ layers }: Summary, unit: Unit): boolean {
  const layer = layers.find(({ name }) => name === unit.layer);
  return layer !== undefined && unitIndex(layer.outputShape, unit) >= 0;
}

/** The line for the user where the network does not have the unit; undefined where it does. */
export function unitFault(summary: Summary, unit: Unit): string | undefined {
  if (isThere(summary, unit)) return undefined;
  const given = `${unit.layer.slice(0, 40)}.${unit.map}.${unit.row}.${unit.column}`;
  const layer = summary.layers.find(({ name }) => name === unit.layer);
  if (!layer) {
    const inside = insideFolds(summary.layers);
    const names = summary.layers.map(({ name }) => name).filter((name) => !inside.has(name));
    const shown = names.map((name) => shownName(summary.layers, name));
    return `The network has no layer of the unit ${given}: expected ${shown.join(", ")}.`;
  }
  const { maps, rows, columns } = layoutOf(layer.outputShape);
  return `The network has no unit ${given}: expected ${layer.name}.0.0.0 to ${layer.name}.${maps - 1}.${rows - 1}.${columns - 1}.`;
}
