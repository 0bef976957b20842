/**
 * Where everything on the stage stands, in CSS pixels: pictures of maps, headings, legends. One number decides the
 * sizes: a unit of a map with `side` rows is `factor / sqrt(side)` pixels, so that small maps have larger units, but are
 * smaller pictures. A unit is a whole number of device pixels. The largest factor whose columns fit is taken.
 */
import {
  type Block,
  mapsBlock,
  OUTPUT_ROW,
  OUTPUT_WIDTH,
  outputBlock,
  unitSize,
  unitsAcross,
  unitsBlock,
} from "./blocks.ts";
import { formulaText, layerTitle, sizeText } from "./layer-texts.ts";
import type { ShownLayer } from "./shown-layers.ts";

export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** Where a layer stands. */
export interface PlacedLayer {
  readonly layer: ShownLayer;
  /** All of it, with heading and legend. */
  readonly box: Box;
  /** Its pictures. */
  readonly body: Box;
  /** Side of a unit. */
  readonly unit: number;
  /** The top left corner of each map; of kind "units", of the one picture. */
  readonly corners: readonly { readonly x: number; readonly y: number }[];
  /** Cells in a row of the picture of kind "units". */
  readonly across: number;
  /** Headings of groups of maps. */
  readonly groups: Block["groups"];
  /** Height of a row of kind "output". */
  readonly row: number;
}

export interface StageLayout {
  readonly width: number;
  readonly height: number;
  readonly places: readonly PlacedLayer[];
  /** Whether headings are one line above the maps: the layers stand below each other. */
  readonly isFlow: boolean;
}

export interface Room {
  readonly width: number;
  /** Columns are at most this high, as far as they can be. */
  readonly height: number;
  /** Device pixels in a CSS pixel. */
  readonly ratio: number;
}

/** Heading of two lines above a column, and of one line above a row of maps. */
const HEAD = { column: 42, flow: 26 } as const;
/** The legend below a layer. */
export const LEGEND = 30;
/** Legends need this much. */
const LEAST_WIDTH = 78;
/** A wider heading is cut. */
const WIDEST_HEAD = 200;
/** A heading of one line, such as "F6 84 sees all 120". */
const FLOW_HEAD_WIDTH = 136;
const FACTORS = { most: 40, least: 7, flow: 18 } as const;
const BETWEEN_LAYERS = 20;
/** Between columns, at least. */
const betweenColumns = (width: number) => (width < 800 ? 8 : BETWEEN_LAYERS);
/** Outlines reach beyond what they mark. */
const MARGIN = 3;

/** The stage of a network in the room that there is. */
export function stageLayout(layers: readonly ShownLayer[], room: Room): StageLayout {
  const { width } = room;
  if (width >= 640)
    for (let factor = FACTORS.most; factor >= FACTORS.least; factor -= 0.5) {
      const columns = fittingColumns(layers, () => factor, room);
      if (columns) return columnsLayout(enlarged(layers, factor, room), width);
    }
  return flowLayout(layers, room);
}

/** The columns of layers with a factor each; undefined where there is no room for them. */
function fittingColumns(
  layers: readonly ShownLayer[],
  factorOf: (layer: ShownLayer) => number,
  room: Room,
): Block[][] | undefined {
  const blocks = alignedPairs(layers.map((layer) => columnBlock(layer, factorOf(layer), room)));
  const columns = packed(blocks, room.height);
  return widthOf(columns, betweenColumns(room.width)) + 2 * MARGIN <= room.width &&
    columns.every((column) => heightOf(column) <= room.height)
    ? columns
    : undefined;
}

/** The columns with one layer after the other enlarged, as far as there is room: sizes come in whole device pixels. */
function enlarged(layers: readonly ShownLayer[], factor: number, room: Room): Block[][] {
  const factors = new Map(layers.map((layer) => [layer, factor]));
  let best = fittingColumns(layers, () => factor, room)!;
  for (const layer of layers.filter(({ kind }) => kind === "maps" || kind === "input"))
    for (let larger = factor + 0.5; larger <= 1.5 * factor; larger += 0.5) {
      const tried = new Map([...factors, [layer, larger]]);
      const columns = fittingColumns(layers, (one) => tried.get(one)!, room);
      if (!columns) break;
      if (!shrinks(columns.flat())) continue;
      factors.set(layer, larger);
      best = columns;
    }
  return best;
}

/** Whether maps with fewer units are smaller pictures than those that they are made from. */
function shrinks(blocks: readonly Block[]): boolean {
  const side = ({ layer, unit }: Block) => layer.columns * unit;
  const maps = blocks.filter(({ layer }) => layer.kind === "maps" || layer.kind === "input");
  return maps.every((block, i) => {
    const before = maps[i - 1];
    return !before || block.layer.columns >= before.layer.columns || side(block) < 0.9 * side(before);
  });
}

function columnBlock(layer: ShownLayer, factor: number, { ratio }: Room): Block {
  if (layer.kind === "output") return outputBlock(layer);
  if (layer.kind === "units") return unitsBlock(layer, unitSize(0.78 * factor, ratio), unitsAcross(layer, 0.6));
  const larger = layer.kind === "input" ? 1.6 : 1;
  const unit = unitSize((larger * factor) / Math.sqrt(Math.max(layer.rows, layer.columns)), ratio);
  const across = layer.maps <= 8 ? 1 : layer.maps <= 16 ? 4 : Math.ceil(Math.sqrt(layer.maps));
  return mapsBlock(layer, unit, layer.kind === "input" ? layer.maps : across, 8);
}

/** A layer of as many maps as the one before it is level with it, map by map. */
function alignedPairs(blocks: readonly Block[]): Block[] {
  const made: Block[] = [];
  for (const block of blocks) {
    const before = made.at(-1);
    const isPair = block.isOneColumn && before?.isOneColumn && before.layer.maps === block.layer.maps;
    const pitch = isPair ? before.corners[1]!.y - before.corners[0]!.y : 0;
    made.push(pitch > 0 ? mapsBlock(block.layer, block.unit, 1, 8, pitch) : block);
  }
  return made;
}

const fullWidth = ({ layer, width }: Block) => Math.max(width, LEAST_WIDTH, headWidth(layer));

/** The width of a heading of two lines, of characters of a usual width: the name is bold, the formula small. */
export function headWidth(layer: ShownLayer): number {
  if (layer.kind === "output") return 0;
  const first = 9 * layerTitle(layer).length + 6 + 7.6 * sizeText(layer).length;
  return Math.min(WIDEST_HEAD, Math.ceil(Math.max(first, 5.4 * formulaText(layer).length)));
}

const fullHeight = ({ height, layer }: Block, head: number) => head + height + (layer.kind === "output" ? 0 : LEGEND);
const heightOf = (column: readonly Block[]) =>
  column.reduce((sum, block) => sum + fullHeight(block, HEAD.column) + BETWEEN_LAYERS, -BETWEEN_LAYERS);
const columnWidth = (column: readonly Block[]) => Math.max(...column.map(fullWidth));
const widthOf = (columns: readonly Block[][], between: number) =>
  columns.reduce((sum, column) => sum + columnWidth(column) + between, -between);

/** Columns from left to right: a layer stands below the one before it where the height allows it. */
function packed(blocks: readonly Block[], height: number): Block[][] {
  const columns: Block[][] = [];
  for (const block of blocks) {
    const last = columns.at(-1);
    const stands = last && block.layer.kind !== "output" && last[0]!.layer.kind !== "input";
    if (stands && heightOf([...last, block]) <= height) last.push(block);
    else columns.push([block]);
  }
  return columns;
}

/** Room that is left goes between the columns, and to the output. */
function columnsLayout(columns: readonly Block[][], width: number): StageLayout {
  const height = Math.max(...columns.map(heightOf)) + 2 * MARGIN;
  const least = betweenColumns(width);
  const spare = width - 2 * MARGIN - widthOf(columns, least);
  const wider = Math.min(spare, OUTPUT_WIDTH.most - OUTPUT_WIDTH.least);
  const between = least + Math.min(48, (spare - wider) / Math.max(1, columns.length - 1));
  const places: PlacedLayer[] = [];
  let x = MARGIN;
  for (const column of columns) {
    let y = MARGIN;
    for (const block of column) {
      const isOutput = block.layer.kind === "output";
      places.push(
        placed(block, Math.round(x), Math.round(y), HEAD.column, isOutput ? block.width + wider : fullWidth(block)),
      );
      y += fullHeight(block, HEAD.column) + BETWEEN_LAYERS;
    }
    x += columnWidth(column) + between;
  }
  return { width, height, places, isFlow: false };
}

function placed(block: Block, x: number, y: number, head: number, width: number): PlacedLayer {
  const { layer, unit, across } = block;
  const move = <T extends { readonly x: number; readonly y: number }>(at: T): T => ({
    ...at,
    x: x + at.x,
    y: y + head + at.y,
  });
  return {
    layer,
    box: { x, y, width, height: fullHeight(block, head) },
    body: { x, y: y + head, width: layer.kind === "output" ? width : block.width, height: block.height },
    unit,
    corners: block.corners.map(move),
    across,
    groups: block.groups.map(move),
    row: OUTPUT_ROW,
  };
}

/** Layers one after the other, like words of a text: on a phone, and for networks that have too many for columns. */
function flowLayout(layers: readonly ShownLayer[], given: Room): StageLayout {
  const room = { ...given, width: given.width - 2 * MARGIN };
  const { width } = room;
  const places: PlacedLayer[] = [];
  const blocks = layers.map((layer) => flowBlock(layer, room));
  let [x, y, lineHeight] = [0, 0, 0];
  blocks.forEach((block) => {
    const isOutput = block.layer.kind === "output";
    const needs = Math.max(block.width, FLOW_HEAD_WIDTH);
    if (x > 0 && x + needs > width) {
      y += lineHeight + BETWEEN_LAYERS;
      [x, lineHeight] = [0, 0];
    }
    const isAlone = width < 640 && !isOutput && block.layer.kind !== "units";
    const taken = isOutput ? Math.min(OUTPUT_WIDTH.most, width - x) : isAlone ? width : needs;
    places.push(placed(block, x + MARGIN, y + MARGIN, HEAD.flow, taken));
    lineHeight = Math.max(lineHeight, fullHeight(block, HEAD.flow));
    x += taken + BETWEEN_LAYERS;
  });
  return { width: given.width, height: y + lineHeight + 2 * MARGIN, places, isFlow: true };
}

function flowBlock(layer: ShownLayer, { width, ratio }: Room): Block {
  if (layer.kind === "output") return outputBlock(layer);
  const isNarrow = width < 640;
  if (layer.kind === "units") {
    const across = unitsAcross(layer, isNarrow ? 3 : 0.6);
    const size = Math.min(12, width / across);
    const unit = unitSize(layer.maps * layer.columns === 120 && isNarrow ? width / across : size, ratio);
    return unitsBlock(layer, fitting(unit, across, width, ratio), across);
  }
  const gap = isNarrow ? 4 : 8;
  const largest = (FACTORS.flow * (layer.kind === "input" ? 1.6 : 1)) / Math.sqrt(Math.max(layer.rows, layer.columns));
  const wanted = Math.min(layer.maps, layer.maps <= 8 || layer.groups.length > 0 ? 6 : 8);
  const unit = unitSize(Math.min(largest, (width - (wanted - 1) * gap) / wanted / layer.columns), ratio);
  const fits = fitting(unit, layer.columns, (width - (wanted - 1) * gap) / wanted, ratio);
  const most = Math.max(1, Math.floor((width + gap) / (layer.columns * fits + gap)));
  return mapsBlock(layer, fits, Math.min(wanted, most), gap);
}

/** The given size of a unit, or one device pixel less where `count` units are too wide. */
function fitting(unit: number, count: number, width: number, ratio: number): number {
  return unit * count > width && unit > 1 / ratio ? unit - 1 / ratio : unit;
}
