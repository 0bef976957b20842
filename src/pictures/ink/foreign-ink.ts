import { largest } from "../../core/extremes.ts";
import { boxOf, type Component, type Components, componentsOf, sideOf } from "./components.ts";
import { transposed } from "./filters.ts";
import { removeLine } from "./line-removal.ts";
import { type Line, linesOf } from "./lines.ts";

/** A line is at most this thick, as a fraction of the longer side of the picture, or 3 pixels. */
const THICKEST = 0.07;

/** What is left must be at least this large, as a fraction of the longer side, to be the digit. */
const SMALLEST = 0.1;

/**
 * A picture with more lines than this, none of them through all of it, is a drawing or a text: none underlines the rest.
 * Each costs a pass over the picture; 270 dashes took 5 seconds.
 */
const MOST_LINES = 16;

/**
 * Takes out what is not of a digit by its shape: lines from one side of the picture to the other (ruled and squared
 * paper, cells of tables), frames around other ink, whole or in pieces, and lines over or under it. Strokes of a digit
 * that cross such a line stay whole. If nothing of a digit's size would be left, the lines are the digit: a straight 1.
 *
 * @param ink `[rows, columns]`, 0 = paper
 * @returns a copy, or `ink` itself where there is nothing to take out
 */
export function withoutForeign(ink: Float32Array, rows: number, columns: number): Float32Array {
  const thickest = Math.max(3, THICKEST * Math.max(rows, columns));
  const all = componentsOf(rows, columns, ink);
  const unframed = withoutParts(ink, all, rows, columns, (parts) => frames(parts, columns));
  const unlined = withoutLines(unframed, rows, columns, thickest);
  const left = unlined === ink ? all : componentsOf(rows, columns, unlined);
  return withoutParts(unlined, left, rows, columns, (parts) => {
    const framing = frames(parts, columns);
    return [
      ...framing,
      ...looseLines(
        parts.list.filter((part) => !framing.includes(part)),
        thickest,
      ),
    ];
  });
}

/** Without some connected parts; the ink itself if there are none, or if nothing large enough would be left. */
function withoutParts(
  ink: Float32Array,
  all: Components,
  rows: number,
  columns: number,
  foreign: (parts: Components) => readonly Component[],
): Float32Array {
  const side = Math.max(rows, columns);
  const list = all.list.filter((part) => sideOf(part) >= 0.02 * side);
  const isForeign = new Uint8Array(all.list.length + 1);
  const parts = foreign({ marks: all.marks, list });
  if (parts.length === 0) return ink;
  for (const { mark } of parts) isForeign[mark] = 1;
  if (!list.some((part) => isForeign[part.mark] === 0 && sideOf(part) >= SMALLEST * side)) return ink;
  return ink.map((value, at) => (isForeign[all.marks[at]] ? 0 : value));
}

/** Without lines through the whole picture, and without lines that underline the rest and touch it. */
function withoutLines(ink: Float32Array, rows: number, columns: number, thickest: number): Float32Array {
  const across = linesIn(ink, rows, columns, thickest);
  const spanning = across.filter((line) => spans(line, columns));
  const down = touchesTop(ink, columns)
    ? linesIn(transposed(ink, rows, columns), columns, rows, thickest).filter((line) => spans(line, rows))
    : [];
  let kept = ink;
  if (spanning.length + down.length > 0) {
    const rest = withoutSpanning(ink, rows, columns, spanning, down);
    if (hasDigit(rest, rows, columns)) kept = rest;
  }
  const others = across.filter((line) => !spans(line, columns));
  if (others.length > MOST_LINES) return kept;
  for (const line of others) {
    const rest = Float32Array.from(kept);
    removeLine(rest, rows, columns, line);
    if (underlines(line, rest, rows, columns)) kept = rest;
  }
  return kept;
}

function withoutSpanning(
  ink: Float32Array,
  rows: number,
  columns: number,
  across: readonly Line[],
  down: readonly Line[],
): Float32Array {
  const kept = Float32Array.from(ink);
  for (const line of across) removeLine(kept, rows, columns, line);
  const turned = transposed(kept, rows, columns);
  for (const line of down) removeLine(turned, columns, rows, line);
  const rest = transposed(turned, columns, rows);
  const single = across.length + down.length === 1;
  if (single && across.length === 1 && isStrokeOfDigit(across[0], rest, rows, columns)) return ink;
  if (single && down.length === 1 && isStrokeOfDigit(down[0], turned, columns, rows)) return ink;
  return rest;
}

function hasDigit(ink: Float32Array, rows: number, columns: number): boolean {
  const least = SMALLEST * Math.max(rows, columns);
  return componentsOf(rows, columns, ink).list.some((part) => part.peak > 0.5 && sideOf(part) >= least);
}

function linesIn(ink: Float32Array, rows: number, columns: number, thickest: number): Line[] {
  const marked = new Uint8Array(ink.length);
  for (let i = 0; i < marked.length; i++) if (ink[i] > 0.08) marked[i] = 1;
  return linesOf(marked, rows, columns, 0.25 * columns, thickest);
}

/** Whether there is ink near the upper side of the picture, as a line from there down needs. */
function touchesTop(ink: Float32Array, columns: number): boolean {
  const rows = Math.ceil(Math.max(2, (0.03 * ink.length) / columns));
  return ink.subarray(0, (rows + 1) * columns).some((value) => value > 0);
}

/** Whether a line goes from the left side of the picture to the right one. */
function spans({ from, to }: Line, columns: number): boolean {
  const margin = Math.max(2, 0.03 * columns);
  return from <= margin && to >= columns - margin;
}

/** Whether a line lies at the lower or upper end of the rest, and reaches far beyond it on both sides. */
function underlines(line: Line, rest: Float32Array, rows: number, columns: number): boolean {
  const { list } = componentsOf(rows, columns, rest);
  const most = largest(
    list.map(({ mass }) => mass),
    0,
  );
  const main = list.filter(({ mass }) => mass >= 0.1 * most);
  if (main.length === 0) return false;
  const { top, bottom, left, right } = boxOf(main);
  const size = Math.max(bottom - top, right - left);
  if (size < SMALLEST * Math.max(rows, columns)) return false;
  const middle = line.start + (line.slope * (line.from + line.to)) / 2;
  const atEnd = middle >= bottom - 0.12 * size || middle <= top + 0.12 * size;
  return atEnd && line.from < left - 0.12 * size && line.to > right + 0.12 * size;
}

/**
 * Whether a single line through the whole picture is the digit's own: the bar of a 7 or a 4 in a picture cut tightly
 * around it. Then the rest of the ink reaches the picture's edges, too.
 */
function isStrokeOfDigit(line: Line, rest: Float32Array, rows: number, columns: number): boolean {
  const near = Math.max(2, 0.03 * rows);
  const middle = line.start + (line.slope * columns) / 2;
  let [first, last] = [rows, -1];
  for (let at = 0; at < rest.length; at++) {
    if (rest[at] < 0.3) continue;
    const row = Math.floor(at / columns);
    if (row < first) first = row;
    if (row > last) last = row;
  }
  const [atTop, atBottom] = [first <= near, last >= rows - 1 - near];
  const reach = line.thickness + near;
  return (atTop && atBottom) || (atBottom && middle <= reach) || (atTop && middle >= rows - 1 - reach);
}

/** Frames around other ink, whole or in pieces. */
function frames({ marks, list }: Components, columns: number): Component[] {
  const whole = list.filter((part) => isFrame(part, list, marks, columns));
  const pieces = framePieces(list, marks, columns);
  return list.filter((part) => whole.includes(part) || pieces.includes(part));
}

/** Whether a part lies around another one, hollow, and along the sides of its box. */
function isFrame(part: Component, all: readonly Component[], marks: Int32Array, columns: number): boolean {
  const { top, bottom, left, right, mark } = part;
  const [height, width] = [bottom - top, right - left];
  const inside = all.some(
    (other) =>
      other.top > top &&
      other.bottom < bottom &&
      other.left > left &&
      other.right < right &&
      sideOf(other) >= 0.2 * Math.max(height, width),
  );
  if (!inside) return false;
  for (let row = Math.ceil(top + 0.22 * height); row < bottom - 0.22 * height; row++) {
    for (let column = Math.ceil(left + 0.22 * width); column < right - 0.22 * width; column++) {
      if (marks[row * columns + column] === mark) return false;
    }
  }
  return true;
}

/** The pieces of a frame with gaps: each lies wholly along a side of the box of all ink, and they cover three sides. */
function framePieces(parts: readonly Component[], marks: Int32Array, columns: number): Component[] {
  if (parts.length < 3) return [];
  const { top, bottom, left, right } = boxOf(parts);
  const band = Math.max(3, 0.12 * Math.min(bottom - top, right - left));
  const pieces: Component[] = [];
  const sides = [new Uint8Array(columns), new Uint8Array(columns), new Uint8Array(bottom), new Uint8Array(bottom)];
  for (const part of parts) {
    const along: [number, number][] = [];
    let isPiece = true;
    for (let row = part.top; row < part.bottom && isPiece; row++) {
      for (let column = part.left; column < part.right; column++) {
        if (marks[row * columns + column] !== part.mark) continue;
        const distances = [row - top, bottom - 1 - row, column - left, right - 1 - column];
        const nearest = distances.indexOf(Math.min(...distances));
        if (distances[nearest] > band) {
          isPiece = false;
          break;
        }
        along.push([nearest, nearest < 2 ? column : row]);
      }
    }
    if (!isPiece) continue;
    pieces.push(part);
    for (const [which, at] of along) sides[which][at] = 1;
  }
  const covered = sides.filter((seen, which) => {
    const length = which < 2 ? right - left : bottom - top;
    return seen.reduce((sum, value) => sum + value, 0) > 0.4 * length;
  });
  return covered.length >= 3 && pieces.length < parts.length ? pieces : [];
}

/** Straight parts over or under all others, and longer than these are wide. */
function looseLines(parts: readonly Component[], thickest: number): Component[] {
  const isThin = (part: Component) => {
    const [height, width] = [part.bottom - part.top, part.right - part.left];
    const thickness = part.pixels / width;
    return width >= 5 * thickness && thickness <= thickest && height <= Math.max(thickness + 2, 0.12 * width);
  };
  const others = parts.filter((part) => !isThin(part));
  if (others.length === 0) return [];
  const most = largest(others.map(({ pixels }) => pixels));
  const main = others.filter(({ pixels }) => pixels >= 0.1 * most);
  const { top, bottom, left, right } = boxOf(main);
  const size = Math.max(bottom - top, right - left);
  return parts.filter((part) => {
    if (!isThin(part)) return false;
    // A bar on top may be that of a 5 or a 7, written apart: it does not reach far over both ends of the rest.
    const over = 0.15 * size;
    if (part.bottom <= top + 0.1 * size) return part.left < left - over && part.right > right + over;
    return part.top >= bottom - 0.1 * size && part.left < left + 0.1 * size && part.right > right - 0.1 * size;
  });
}
