/** Sets of the numbers of a layer as boxes: rows, columns and channels. */
import type { Shape } from "lenet5";
import type { Highlight } from "../state/state.ts";
import { type Size, sizeOf } from "./links.ts";

export type Range = readonly [first: number, last: number];

export interface Box {
  readonly rows: Range;
  readonly columns: Range;
  /** In ascending order, each once. */
  readonly channels: readonly number[];
}

/** Boxes of a layer beyond this number become the box around them all. */
const MOST = 64;

/** A set with one more box: boxes that fit together are joined. */
export function withBox(boxes: readonly Box[], box: Box): readonly Box[] {
  for (const other of boxes) {
    const joined = joinedBox(other, box);
    if (joined)
      return withBox(
        boxes.filter((one) => one !== other),
        joined,
      );
  }
  const all = [...boxes, box];
  return all.length <= MOST ? all : [around(all)];
}

/** Two boxes as one, where that has no further numbers. */
function joinedBox(a: Box, b: Box): Box | undefined {
  const [rows, columns] = [isSame(a.rows, b.rows), isSame(a.columns, b.columns)];
  const channels = a.channels.join() === b.channels.join();
  if (rows && columns) return { ...a, channels: union([a, b]) };
  if (channels && rows && touches(a.columns, b.columns)) return { ...a, columns: span([a.columns, b.columns]) };
  if (channels && columns && touches(a.rows, b.rows)) return { ...a, rows: span([a.rows, b.rows]) };
  if (contains(a, b)) return a;
  return contains(b, a) ? b : undefined;
}

function isSame(a: Range, b: Range): boolean {
  return a[0] === b[0] && a[1] === b[1];
}

function touches(a: Range, b: Range): boolean {
  return a[0] <= b[1] + 1 && b[0] <= a[1] + 1;
}

function contains(a: Box, b: Box): boolean {
  const covers = (outer: Range, inner: Range) => outer[0] <= inner[0] && outer[1] >= inner[1];
  return (
    covers(a.rows, b.rows) &&
    covers(a.columns, b.columns) &&
    b.channels.every((channel) => a.channels.includes(channel))
  );
}

function around(boxes: readonly Box[]): Box {
  return {
    rows: span(boxes.map(({ rows }) => rows)),
    columns: span(boxes.map(({ columns }) => columns)),
    channels: union(boxes),
  };
}

function union(boxes: readonly Box[]): number[] {
  return [...new Set(boxes.flatMap(({ channels }) => channels))].sort((a, b) => a - b);
}

/** The smallest range that has all of them. */
function span(ranges: readonly Range[]): Range {
  return [Math.min(...ranges.map(([first]) => first)), Math.max(...ranges.map(([, last]) => last))];
}

/** The indices of a box's numbers, in row-major order. */
export function indicesOf({ rows, columns, channels }: Box, [, width, depth]: Size): number[] {
  const indices: number[] = [];
  for (let row = rows[0]; row <= rows[1]; row++)
    for (let column = columns[0]; column <= columns[1]; column++)
      for (const channel of channels) indices.push((row * width + column) * depth + channel);
  return indices;
}

/** The boxes of the numbers at some indices. */
export function boxesOf(indices: readonly number[], [, width, depth]: Size): readonly Box[] {
  let boxes: readonly Box[] = [];
  const positions = new Map<number, number[]>();
  for (const index of indices) {
    const position = Math.floor(index / depth);
    positions.set(position, [...(positions.get(position) ?? []), index % depth]);
  }
  for (const [position, channels] of positions) {
    const [row, column] = [Math.floor(position / width), position % width];
    boxes = withBox(boxes, { rows: [row, row], columns: [column, column], channels: channels.sort((a, b) => a - b) });
  }
  return boxes;
}

/** A box as the stage shows it: a vector is one row of one map. */
export function litOf(layer: string, shape: Shape, { rows, columns, channels }: Box): Highlight[] {
  const depth = sizeOf(shape)[2];
  if (shape.length >= 3) return [{ layer, rows, columns, maps: channels.length === depth ? "all" : channels }];
  const runs: [first: number, last: number][] = [];
  for (const channel of channels) {
    const last = runs.at(-1);
    if (last?.[1] === channel - 1) last[1] = channel;
    else runs.push([channel, channel]);
  }
  return runs.map((run) => ({ layer, maps: "all", rows: shape.length === 2 ? columns : [0, 0], columns: run }));
}
