/** The layers that the stage shows, as pictures of maps: plain data from a network's summary. */
import type { LayerOutput, LayerSummary, Summary } from "lenet5";
import { foldsOf, insideFolds } from "../state/folded.ts";
import type { Unit } from "../state/view.ts";
import { type Group, groupsOf } from "./groups.ts";

/**
 * A layer as the stage shows it. Its values are those of `maps` pictures of `rows` x `columns`; a layer without maps is
 * one picture of one row, and so are the outputs of a network.
 */
export interface ShownLayer {
  readonly name: string;
  /** Its name for people, unless it is the input or the output: that of the first layer that is shown with it. */
  readonly title: string;
  /** "units": single numbers, drawn as one picture of `maps * columns` cells. */
  readonly kind: "input" | "maps" | "units" | "output";
  readonly maps: number;
  readonly rows: number;
  readonly columns: number;
  /** The maps that each map sees, of a layer with a connection table. */
  readonly table?: readonly (readonly number[])[];
  /** Its maps by what they see, or by what the maps see that they shrink; empty for no groups. */
  readonly groups: readonly Group[];
  /** The nearest shown layers that it reads. */
  readonly reads: readonly string[];
  /** Of the layer that its size follows from: the first of those that are shown as one. */
  readonly summary: LayerSummary;
  /** The layers behind it that are shown with it: normalization, activation. */
  readonly followers: readonly LayerSummary[];
  /** The layers whose outputs it reads, shown or not. */
  readonly inputs: readonly LayerSummary[];
}

/** What these types do to values can be seen in the layer before or after them. */
const hidden: ReadonlySet<string> = new Set([
  "flatten",
  "reshape",
  "dropout",
  "spatialDropout2d",
  "gaussianDropout",
  "gaussianNoise",
  "rescaling",
  "randomRotation",
  "randomTranslation",
  "randomZoom",
]);

/** The layers that are shown, from the input to the output. */
export function shownLayers({ layers }: Summary): ShownLayer[] {
  const byName = new Map(layers.map((layer) => [layer.name, layer]));
  const last = layers.at(-1);
  const folds = foldsOf(layers);
  const inside = insideFolds(layers);
  const isShown = (layer: LayerSummary) => layer === last || !(hidden.has(layer.type) || inside.has(layer.name));
  const nearest = (layer: LayerSummary): string[] =>
    layer.connectedTo.flatMap((name) => {
      const read = byName.get(name)!;
      return isShown(read) ? [name] : nearest(read);
    });
  const groups = (layer: LayerSummary): Group[] => {
    const last = layer.connectedTo[0] ?? "";
    const read = folds.get(last)?.[0] ?? byName.get(last);
    if (!read || layer.outputShape.length !== 3) return [];
    if (layer.config.connectionTable) return groupsOf(tableOf(layer), read.outputShape[2]!);
    const isPooling = /pooling2d|subsampling2d/i.test(layer.type);
    return isPooling && read.outputShape[2] === layer.outputShape[2] ? groups(read) : [];
  };
  return layers.filter(isShown).map((layer) => {
    const [first = layer, ...followers] = folds.get(layer.name) ?? [];
    const [rows, columns, maps] = pictureShape(layer.outputShape);
    const table = tableOf(first);
    const isSingle = rows * columns === 1 || (rows === 1 && maps === 1);
    return {
      name: layer.name,
      title: first.name,
      kind: layer.type === "input" ? "input" : layer === last && isSingle ? "output" : isSingle ? "units" : "maps",
      maps,
      rows,
      columns,
      ...(table && { table }),
      groups: groups(first),
      reads: [...new Set(nearest(first))],
      summary: first,
      followers,
      inputs: first.connectedTo.map((name) => byName.get(name)!),
    };
  });
}

function tableOf({ config }: LayerSummary): ShownLayer["table"] {
  return config.connectionTable as ShownLayer["table"];
}

/** `[rows, columns, maps]` of the values of a layer. */
function pictureShape(shape: readonly number[]): [number, number, number] {
  if (shape.length === 3) return [shape[0]!, shape[1]!, shape[2]!];
  if (shape.length === 2) return [shape[0]!, shape[1]!, 1];
  return [1, shape.reduce((size, side) => size * side, 1), 1];
}

/** Where a unit's value stands among the values of its layer. */
export function valueIndex({ columns, maps }: Pick<ShownLayer, "columns" | "maps">, unit: Omit<Unit, "layer">): number {
  return (unit.row * columns + unit.column) * maps + unit.map;
}

/** The i-th single unit of a layer of kind "units" or "output". */
export function singleUnit({ name, maps }: ShownLayer, i: number): Unit {
  return { layer: name, map: maps > 1 ? i : 0, row: 0, column: maps > 1 ? 0 : i };
}

/** Which single unit it is, the other way of {@link singleUnit}. */
export function singleIndex({ maps }: ShownLayer, { map, column }: Omit<Unit, "layer">): number {
  return maps > 1 ? map : column;
}

/** Whether the layer has the unit. */
export function hasUnit({ maps, rows, columns }: ShownLayer, { map, row, column }: Omit<Unit, "layer">): boolean {
  return map < maps && row < rows && column < columns;
}

/** The value of a unit; undefined where the pass has no such layer. */
export function unitValue(layer: ShownLayer, unit: Unit, outputs: readonly LayerOutput[]): number | undefined {
  return outputs.find(({ name }) => name === layer.name)?.values[valueIndex(layer, unit)];
}
