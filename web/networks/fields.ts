/**
 * What a unit sees in every layer below it, and where it reaches in every layer above, from the layers' geometry. Where
 * a layer has gaps between the places that it reads (strides above the kernel's size, dilation), the field is the whole
 * range from the first to the last.
 */
import type { LayerSummary, Summary } from "lenet5";
import type { Highlight } from "../state/state.ts";
import { layoutOf } from "../state/units.ts";
import type { Unit } from "../state/view.ts";
import { type Box, boxesOf, indicesOf, litOf, withBox } from "./boxes.ts";
import { type Links, linksOf, type Size, sizeOf, type Taps } from "./links.ts";

export interface Field {
  /** The units, layer by layer from the nearest to the farthest; without the unit itself. */
  readonly lit: readonly Highlight[];
  /** The layers of types that are not the library's: the field counts on it that they mix everything. */
  readonly unknown: readonly string[];
}

/** The receptive field of a unit in every layer below it. */
export function seenBy(summary: Summary, unit: Unit): Field {
  const layers = from(summary, unit).below.reverse();
  return spread(summary, unit, layers, (layer, boxes) =>
    inputsOf(summary, layer).map(({ input, links }) => ({
      to: input,
      boxes: boxes.flatMap((box) => down(box, links, layer, input)),
    })),
  );
}

/** Where a unit reaches in every layer above it: the units that change when it does. */
export function reachedBy(summary: Summary, unit: Unit): Field {
  const { above } = from(summary, unit);
  return spread(summary, unit, above, (layer, boxes) =>
    above
      .filter(({ connectedTo }) => connectedTo.includes(layer.name))
      .flatMap((to) =>
        inputsOf(summary, to)
          .filter(({ input }) => input === layer)
          .map(({ links }) => ({ to, boxes: boxes.flatMap((box) => up(box, links, layer, to)) })),
      ),
  );
}

interface Step {
  readonly to: LayerSummary;
  readonly boxes: readonly Box[];
}

/** Follows the boxes of a unit from layer to layer. */
function spread(
  summary: Summary,
  unit: Unit,
  layers: readonly LayerSummary[],
  step: (layer: LayerSummary, boxes: readonly Box[]) => readonly Step[],
): Field {
  const start = summary.layers.find(({ name }) => name === unit.layer);
  const box = start && boxOf(start, unit);
  if (!box) return { lit: [], unknown: [] };
  const found = new Map<LayerSummary, readonly Box[]>([[start, [box]]]);
  for (const layer of layers) {
    for (const { to, boxes } of step(layer, found.get(layer) ?? [])) {
      found.set(to, boxes.reduce(withBox, found.get(to) ?? []));
    }
  }
  found.delete(start);
  const reached = [...found].filter(([, boxes]) => boxes.length > 0);
  const involved = [start, ...reached.map(([layer]) => layer)];
  return {
    lit: reached.flatMap(([layer, boxes]) => boxes.flatMap((one) => litOf(layer.name, layer.outputShape, one))),
    unknown: involved.filter((layer) => layer.connectedTo.length > 0 && !linksOf(layer, [])).map(({ name }) => name),
  };
}

/** The layers up to a unit's and those from it on. */
function from({ layers }: Summary, unit: Unit): { below: LayerSummary[]; above: LayerSummary[] } {
  const at = layers.findIndex(({ name }) => name === unit.layer);
  return { below: layers.slice(0, at + 1), above: at < 0 ? [] : layers.slice(at) };
}

/** The layers that a layer reads, with the links to each. */
function inputsOf(summary: Summary, layer: LayerSummary): { input: LayerSummary; links: Links | undefined }[] {
  const inputs = layer.connectedTo.map((name) => summary.layers.find((other) => other.name === name)!);
  const links = linksOf(
    layer,
    inputs.map(({ outputShape }) => outputShape),
  );
  return inputs.map((input, i) => ({ input, links: links?.[i] }));
}

function boxOf({ outputShape }: LayerSummary, { map, row, column }: Unit): Box | undefined {
  const { maps, rows, columns } = layoutOf(outputShape);
  if (map >= maps || row >= rows || column >= columns) return undefined;
  if (outputShape.length === 3) return { rows: [row, row], columns: [column, column], channels: [map] };
  return { rows: [0, 0], columns: [row, row], channels: [column] };
}

/** What the numbers of a box are computed from. */
function down(box: Box, links: Links | undefined, layer: LayerSummary, input: LayerSummary): readonly Box[] {
  const size = sizeOf(input.outputShape);
  if (!links) return [whole(size)];
  if (links.type === "order") {
    const indices = indicesOf(box, sizeOf(layer.outputShape));
    return boxesOf(indices.map(links.sourceOf), size);
  }
  const [rows, columns, channels] = links.axes;
  return made(
    placesRead(rows, range(box.rows), size[0]),
    placesRead(columns, range(box.columns), size[1]),
    placesRead(channels, box.channels, size[2]),
  );
}

/** Which numbers are computed from those of a box. */
function up(box: Box, links: Links | undefined, input: LayerSummary, layer: LayerSummary): readonly Box[] {
  const size = sizeOf(layer.outputShape);
  if (!links) return [whole(size)];
  if (links.type === "order") {
    const { sourceOf } = links;
    const own = new Set(indicesOf(box, sizeOf(input.outputShape)));
    const indices = range([0, size[0] * size[1] * size[2] - 1]);
    return boxesOf(
      indices.filter((index) => own.has(sourceOf(index))),
      size,
    );
  }
  const [rows, columns, channels] = links.axes;
  return made(
    placesReading(rows, range(box.rows), size[0]),
    placesReading(columns, range(box.columns), size[1]),
    placesReading(channels, box.channels, size[2]),
  );
}

/** The places that any of the given places reads. */
function placesRead(taps: Taps, places: readonly number[], size: number): number[] {
  const read = new Set(places.flatMap(taps));
  return range([0, size - 1]).filter((place) => read.has(place));
}

/** The places that read any of the given ones. */
function placesReading(taps: Taps, places: readonly number[], size: number): number[] {
  const wanted = new Set(places);
  return range([0, size - 1]).filter((place) => taps(place).some((tap) => wanted.has(tap)));
}

/** The box of rows, columns and channels; none where one of them is empty. */
function made(rows: readonly number[], columns: readonly number[], channels: readonly number[]): readonly Box[] {
  if (rows.length === 0 || columns.length === 0 || channels.length === 0) return [];
  return [{ rows: [rows[0]!, rows.at(-1)!], columns: [columns[0]!, columns.at(-1)!], channels }];
}

function whole([rows, columns, channels]: Size): Box {
  return { rows: [0, rows - 1], columns: [0, columns - 1], channels: range([0, channels - 1]) };
}

function range([first, last]: readonly [number, number]): number[] {
  return Array.from({ length: last - first + 1 }, (_, i) => first + i);
}
