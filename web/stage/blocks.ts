/** The pictures of a layer before they have a place on the stage: sizes in CSS pixels, from the top left corner. */
import type { ShownLayer } from "./shown-layers.ts";

/** The dots of a connection table below a map. */
export const DOTS = 10;
/** The heading of a group of maps. */
const GROUP = 18;
/** Its heading, "Output 10 probabilities", needs the least. */
export const OUTPUT_WIDTH = { least: 152, most: 300 } as const;
export const OUTPUT_ROW = 26;

/** A layer whose size is known, and whose place is not. */
export interface Block {
  readonly layer: ShownLayer;
  readonly unit: number;
  readonly width: number;
  readonly height: number;
  /** Places of maps from the top left corner of the body. */
  readonly corners: readonly { readonly x: number; readonly y: number }[];
  /** Headings of groups of maps. */
  readonly groups: readonly { readonly text: string; readonly x: number; readonly y: number }[];
  readonly across: number;
  readonly isOneColumn: boolean;
}

/** The side of a unit: whole device pixels, or a whole part of one where maps are very large. */
export function unitSize(size: number, ratio: number): number {
  const pixels = size * ratio;
  return (pixels >= 0.75 ? Math.max(1, Math.round(pixels)) : 1 / Math.ceil(1 / pixels)) / ratio;
}

export function outputBlock(layer: ShownLayer): Block {
  const rows = Math.min(outputRows(layer), layer.maps * layer.columns);
  const height = rows * OUTPUT_ROW;
  return { layer, unit: 0, width: OUTPUT_WIDTH.least, height, corners: [], groups: [], across: 1, isOneColumn: false };
}

/** Classes that are shown: all, or the best ten of many. */
export function outputRows({ maps, columns }: ShownLayer): number {
  const classes = maps * columns;
  return classes <= 16 ? classes : 10;
}

export function unitsBlock(layer: ShownLayer, unit: number, across: number): Block {
  const count = layer.maps * layer.columns;
  const height = Math.ceil(count / across) * unit;
  return {
    layer,
    unit,
    width: across * unit,
    height,
    corners: [{ x: 0, y: 0 }],
    groups: [],
    across,
    isOneColumn: false,
  };
}

/**
 * Cells in a row for single units: the 84 of F6 are 7 across, as the bitmaps of characters are; else a divisor of their
 * number near the wanted width, so that the last row is full.
 *
 * @param shape width / height that is wanted
 */
export function unitsAcross({ maps, columns }: Pick<ShownLayer, "maps" | "columns">, shape: number): number {
  const count = maps * columns;
  if (count === 84) return 7;
  const wanted = Math.sqrt(count * shape);
  const divisors = Array.from({ length: count }, (_, i) => i + 1).filter((i) => count % i === 0);
  const nearest = divisors.reduce((best, i) =>
    Math.abs(Math.log(i / wanted)) < Math.abs(Math.log(best / wanted)) ? i : best,
  );
  return Math.abs(Math.log(nearest / wanted)) < 0.5 ? nearest : Math.max(1, Math.round(wanted));
}

/** Maps in rows; those of Table I of the paper in rows of their groups. `pitch` is the distance of maps at least. */
export function mapsBlock(layer: ShownLayer, unit: number, across: number, gap: number, pitch = 0): Block {
  const [width, height] = [layer.columns * unit, layer.rows * unit];
  const { groups } = layer;
  const below = hasDots(layer) ? DOTS : 0;
  const above = layer.table && groups.length > 0 ? GROUP : 0;
  const [stepX, stepY] = [width + gap, Math.max(height + below + above + gap, pitch)];
  const places: ShownLayer["groups"] =
    groups.length > 0 ? groups : [{ text: "", row: 0, column: 0, count: layer.maps }];
  const wide = groups.length > 0 ? layer.maps : across;
  const corners = places.flatMap(({ row, column, count }) =>
    Array.from({ length: count }, (_, i) => ({
      x: (column + (i % wide)) * stepX,
      y: (row + Math.floor(i / wide)) * stepY + above,
    })),
  );
  return {
    layer,
    unit,
    width: Math.max(...corners.map(({ x }) => x)) + width,
    height: Math.max(...corners.map(({ y }) => y)) + height + below,
    corners,
    groups: above ? groups.map(({ text, row, column }) => ({ text, x: column * stepX, y: row * stepY })) : [],
    across,
    isOneColumn: across === 1 && layer.maps > 1,
  };
}

/** Whether each map has dots that show which maps it sees. */
export function hasDots({ table, inputs }: ShownLayer): boolean {
  return table !== undefined && inputs[0]!.outputShape[2]! <= 8;
}
