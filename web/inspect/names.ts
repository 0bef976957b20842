/** Names of units for people, counted from 1. */
import type { LayerSummary, Summary } from "lenet5";
import { linksOf, sizeOf } from "../networks/links.ts";
import { insideFolds, shownName } from "../state/folded.ts";
import { layoutOf, unitAt, unitIndex } from "../state/units.ts";
import type { Unit } from "../state/view.ts";

/** "C3, map 7 of 16, row 5, column 7", "F6, unit 12 of 84", or "Output, class 3". */
export function unitName({ summary: { layers }, classNames }: Named, unit: Unit): string {
  const layer = layers.find(({ name }) => name === unit.layer);
  if (!layer) return unit.layer;
  const title = layerName(layer, layers);
  const { maps, columns } = layoutOf(layer.outputShape);
  if (isSingle(layer)) {
    const [at, count] = layer.outputShape.length === 1 ? [unit.column, columns] : [unit.map, maps];
    const className = layer === layers.at(-1) && classNames.length === count ? classNames[at] : undefined;
    return className === undefined ? `${title}, unit ${at + 1} of ${count}` : `${title}, class ${className}`;
  }
  const map = maps === 1 ? "" : ` map ${unit.map + 1} of ${maps},`;
  return `${title},${map} row ${unit.row + 1}, column ${unit.column + 1}`;
}

interface Named {
  readonly summary: Summary;
  readonly classNames: readonly string[];
}

/** "S2 map 3", or "C5 unit 17". */
export function mapName({ layers }: Summary, unit: Unit): string {
  const layer = layers.find(({ name }) => name === unit.layer);
  if (!layer) return unit.layer;
  const title = layerName(layer, layers);
  if (layer.outputShape.length === 1) return `${title} unit ${unit.column + 1}`;
  if (isSingle(layer)) return `${title} unit ${unit.map + 1}`;
  return layoutOf(layer.outputShape).maps === 1 ? title : `${title} map ${unit.map + 1}`;
}

/** As the stage heads it. */
export function layerName(layer: LayerSummary, all: readonly LayerSummary[]): string {
  if (layer.type === "input") return "Input";
  if (layer === all.at(-1) && isSingle(layer)) return "Output";
  return shownName(all, layer.name);
}

/** Whether the layer has units without rows and columns. */
export function isSingle({ outputShape }: LayerSummary): boolean {
  const { rows, columns } = layoutOf(outputShape);
  return outputShape.length === 1 || rows * columns === 1;
}

/** Layers whose numbers are those of the layer that they read; the stage does not show them. */
const passed: ReadonlySet<string> = new Set(["flatten", "reshape", "dropout", "spatialDropout2d", "gaussianDropout"]);

/** The unit that a number was computed in: a flattened one is a unit of a map. */
export function originOf({ layers }: Summary, unit: Unit): Unit {
  const find = (name: string): LayerSummary | undefined => layers.find((layer) => layer.name === name);
  let at = unit;
  for (let layer = find(at.layer); layer && passed.has(layer.type); layer = find(at.layer)) {
    const input = find(layer.connectedTo[0] ?? "");
    const links = input && linksOf(layer, [input.outputShape])?.[0];
    if (!input || !links) return at;
    const index = unitIndex(layer.outputShape, at);
    at = unitAt(input.name, input.outputShape, links.type === "order" ? links.sourceOf(index) : index);
  }
  return at;
}

/** The units around a unit, for arrows: undefined where the layer ends. */
export function neighbours(summary: Summary, unit: Unit): Readonly<Record<Way, Unit | undefined>> {
  const inside = insideFolds(summary.layers);
  const layers = summary.layers.filter(({ name }) => name === unit.layer || !inside.has(name));
  const at = layers.findIndex(({ name }) => name === unit.layer);
  const layer = layers[at];
  const { maps, rows, columns } = layoutOf(layer?.outputShape ?? [1]);
  const moved = (change: Partial<Unit>): Unit | undefined => {
    const to = { ...unit, ...change };
    const isThere = to.map >= 0 && to.map < maps && to.row >= 0 && to.row < rows;
    return isThere && to.column >= 0 && to.column < columns ? to : undefined;
  };
  const onLayer = (step: number): Unit | undefined => {
    const to = layers[at + step];
    if (!layer || !to) return undefined;
    const [from, size] = [sizeOf(layer.outputShape), sizeOf(to.outputShape)];
    const index = unitIndex(layer.outputShape, unit);
    const position = Math.floor(index / from[2]);
    const scaled = (place: number, axis: 0 | 1 | 2) =>
      Math.min(Math.floor(((place + 0.5) * size[axis]) / from[axis]), size[axis] - 1);
    const [row, column] = [scaled(Math.floor(position / from[1]), 0), scaled(position % from[1], 1)];
    return unitAt(to.name, to.outputShape, (row * size[1] + column) * size[2] + scaled(index % from[2], 2));
  };
  // Units that are maps of one number stand side by side.
  const beside = rows * columns === 1;
  return {
    left: moved(beside ? { map: unit.map - 1 } : { column: unit.column - 1 }),
    right: moved(beside ? { map: unit.map + 1 } : { column: unit.column + 1 }),
    up: moved({ row: unit.row - 1 }),
    down: moved({ row: unit.row + 1 }),
    before: beside ? undefined : moved({ map: unit.map - 1 }),
    after: beside ? undefined : moved({ map: unit.map + 1 }),
    below: onLayer(-1),
    above: onLayer(1),
  };
}

export type Way = "left" | "right" | "up" | "down" | "before" | "after" | "below" | "above";
