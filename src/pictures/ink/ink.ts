import { largest } from "../../core/extremes.ts";
import type { Box } from "../box.ts";
import type { Grey } from "../grey.ts";
import type { Ink } from "../mnist-frame.ts";
import type { Picture } from "../picture.ts";
import { amountOf, type Missing, missingOf } from "./amount.ts";
import { type Colours, coloursOf } from "./colours.ts";
import { boxOf, type Component, type Components, componentsOf, sideOf } from "./components.ts";
import { contrastOf } from "./contrast.ts";
import { drawnInk } from "./drawn-ink.ts";
import { closed, enlarged, softened } from "./filters.ts";
import { flatInk } from "./flat-ink.ts";
import { withoutForeign } from "./foreign-ink.ts";
import { plainInk } from "./plain-ink.ts";
import { MAX_STROKE, strokesOf } from "./strokes.ts";
import { strokeWidth, widened } from "./widen.ts";

/** Smaller pictures are enlarged until their longer side has so many pixels. */
const SMALLEST = 100;

/** Pictures whose longer side has so many pixels are softened: they are photos, with noise. */
const PHOTO = 200;

/**
 * Larger pictures are shrunk until their longer side has at most so many pixels: a digit is scaled to 20 pixels, and
 * more detail is only noise. Where the largest part of the ink is then smaller than `ENOUGH` pixels, or where nothing
 * is found, they are shrunk less.
 */
const SIDES = [200, 768];
const ENOUGH = 56;

/** Less ink than this fraction of the strongest is none: what is left of pale lines would join a digit. */
const FAINT = 0.1;

/** The ink that was found in a picture. */
export interface FoundInk extends Ink {
  /** Pixels of the picture in one pixel of the ink. */
  readonly unit: number;
  /** Its connected parts; what was removed may still have marks of its own. */
  readonly parts: Components;
}

/** The ink of a digit in a picture. */
export interface DigitInk {
  /** The pixels of the picture that hold it. */
  readonly box: Box;
  /** As it is in the picture, cut to its box. */
  readonly found: Ink;
  /** Ready to be framed as MNIST's digits are: thin strokes are widened to the width that MNIST's have. */
  readonly ready: Ink;
  readonly isWidened: boolean;
}

/** @returns undefined for a picture in which nothing stands out */
export function inkOf(picture: Picture): DigitInk | undefined {
  const plain = plainInk(picture);
  if (plain) {
    const found = cropped(plain);
    return { box: boxIn(picture, found, 1), found, ready: plain, isWidened: false };
  }
  const all = foundInk(picture);
  if (!all) return undefined;
  const found = cropped(all, all.parts.list);
  const ready = widened(found);
  return { box: boxIn(picture, found, all.unit), found, ready, isWidened: ready !== found };
}

/**
 * Finds the ink in a picture: a drawing or a photo, dark on light, light on dark or of another colour than its ground,
 * on paper of any tone, under uneven light, with noise. Paper becomes exactly 0, the ink of the strongest strokes 1.
 * Dirt is removed, and so are edges of the paper or the table along the picture's border, lines of the paper, frames
 * and underlines.
 *
 * @returns undefined for a blank picture
 */
export function foundInk(picture: Picture): FoundInk | undefined {
  for (const longest of SIDES) {
    const { found, shrunkBy } = inkOfTwo(picture, longest) ?? inkDrawn(picture, longest) ?? inkSeen(picture, longest);
    if (shrunkBy === 1 || longest === SIDES.at(-1)) return found;
    if (found && largest(found.parts.list.map(sideOf)) >= ENOUGH) return found;
  }
  return undefined;
}

/** What is found in a picture that was shrunk first. */
interface Search {
  readonly found: FoundInk | undefined;
  readonly shrunkBy: number;
}

/** The ink of a picture of two colours is known; it may have lines and frames. */
function inkOfTwo(picture: Picture, longest: number): Search | undefined {
  const flat = flatInk(picture, longest);
  if (flat === undefined) return undefined;
  const { shrunkBy, ...ink } = flat;
  const clean = inkFrom({ ...ink, noise: new Float32Array(ink.data.length) });
  return { found: clean && { ...clean, unit: shrunkBy }, shrunkBy };
}

/** So is that of a drawing; only dirt is removed. */
function inkDrawn(picture: Picture, longest: number): Search | undefined {
  const drawn = drawnInk(picture, longest);
  if (drawn === undefined) return undefined;
  const { shrunkBy, ...ink } = drawn;
  for (let i = 0; i < ink.data.length; i++) if (ink.data[i] < FAINT) ink.data[i] = 0;
  const clean = cleaned(ink);
  return { found: clean && { ...clean, unit: shrunkBy }, shrunkBy };
}

function inkSeen(picture: Picture, longest: number): Search {
  const colours = coloursOf(picture, longest);
  return { found: inkIn(colours), shrunkBy: colours.shrunkBy };
}

function inkIn(colours: Colours): FoundInk | undefined {
  const contrast = contrastOf(colours);
  const factor = Math.max(1, Math.ceil(SMALLEST / Math.max(contrast.rows, contrast.columns)));
  const sharp = enlarged(contrast, factor);
  const side = Math.max(sharp.rows, sharp.columns);
  const grey = side < PHOTO ? sharp : softened(sharp);
  const { isDark, width } = strokesOf(grey);
  const dark = isDark ? grey : inverted(grey);
  const radius = Math.max(2, Math.ceil((side * width) / 2));
  const widest = Math.ceil((side * MAX_STROKE) / 2);
  let first = inkOn(dark, closed(dark, radius));
  // Lines and frames are thin, and may have hidden how wide the strokes of the digit are.
  if (first?.hadForeign && radius < widest) first = inkOn(dark, closed(dark, widest));
  if (first === undefined) return undefined;
  // Once the width of the strokes is known, the paper's brightness can be estimated in smaller windows, which removes
  // shadows.
  const near = Math.min(widest, Math.max(3, Math.ceil(1.5 * strokeWidth(cropped(first, first.parts.list)))));
  const ink = inkOn(dark, closed(dark, near));
  return ink && { ...ink, unit: colours.shrunkBy / factor };
}

function inverted({ rows, columns, data }: Grey): Grey {
  const negative = new Float32Array(data.length);
  for (let i = 0; i < data.length; i++) negative[i] = 1 - data[i];
  return { rows, columns, data: negative };
}

/** The ink on paper whose grey is known at each pixel; undefined if there is none. */
function inkOn(grey: Grey, paper: Float32Array): (CleanInk & { readonly hadForeign: boolean }) | undefined {
  return inkFrom(missingOf(grey, paper));
}

/** The ink where light is missing, without lines, frames and dirt. */
function inkFrom(missing: Missing): (CleanInk & { readonly hadForeign: boolean }) | undefined {
  const { rows, columns } = missing;
  const all = amountOf(missing);
  if (all === undefined) return undefined;
  const own = withoutForeign(all, rows, columns);
  const data = own === all ? all : amountOf(missing, own);
  if (data === undefined) return undefined;
  for (let i = 0; i < data.length; i++) data[i] = data[i] < FAINT ? 0 : Math.min(data[i], 1);
  const clean = cleaned({ rows, columns, data });
  return clean && { ...clean, hadForeign: own !== all };
}

type CleanInk = Omit<FoundInk, "unit">;

/** The ink without dirt and without edges along the border; undefined if none is left. */
function cleaned({ rows, columns, data }: Ink): CleanInk | undefined {
  const side = Math.max(rows, columns);
  const { marks, list } = componentsOf(rows, columns, data);
  const sizable = list.filter((part) => part.peak > 0.5 && sideOf(part) >= 0.03 * side);
  const inner = sizable.filter((part) => !isEdge(part, marks, rows, columns));
  const candidates = inner.length > 0 ? inner : sizable;
  const max = candidates.reduce((largest, { mass }) => Math.max(largest, mass), 0);
  const isKept = new Uint8Array(list.length + 1);
  for (const { mass, mark } of candidates) if (mass >= 0.03 * max) isKept[mark] = 1;
  if (!isKept.includes(1)) return undefined;
  if (!isKept.includes(0, 1)) return { rows, columns, data, parts: { marks, list } };
  const kept = new Float32Array(data.length);
  for (let at = 0; at < kept.length; at++) if (isKept[marks[at]]) kept[at] = data[at];
  const parts = { marks, list: list.filter(({ mark }) => isKept[mark]) };
  return { rows, columns, data: kept, parts };
}

/** Whether a part is an edge of the paper or the table: it lies along most of a side of the picture, and crosses it. */
function isEdge(
  { mark, top, bottom, left, right }: Component,
  marks: Int32Array,
  rows: number,
  columns: number,
): boolean {
  if (Math.max((bottom - top) / rows, (right - left) / columns) <= 0.9) return false;
  const share = (start: number, step: number, count: number) => {
    let own = 0;
    for (let i = 0; i < count; i++) if (marks[start + i * step] === mark) own++;
    return own / count;
  };
  return (
    share(0, 1, columns) > 0.5 ||
    share((rows - 1) * columns, 1, columns) > 0.5 ||
    share(0, columns, rows) > 0.5 ||
    share(columns - 1, columns, rows) > 0.5
  );
}

/** A part of some ink, and the rows above it and the columns before it. */
export interface CroppedInk extends Ink {
  readonly top: number;
  readonly left: number;
}

/**
 * The smallest part of the ink that holds all of it.
 * @param parts its connected parts, where they are known
 */
export function cropped({ rows, columns, data }: Ink, parts?: readonly Component[]): CroppedInk {
  const { top, bottom, left, right } = parts ? boxOf(parts) : boxOfInk(rows, columns, data);
  const [height, width] = [Math.max(0, bottom - top), Math.max(0, right - left)];
  const cut = new Float32Array(height * width);
  for (let row = 0; row < height; row++) {
    const start = (top + row) * columns + left;
    cut.set(data.subarray(start, start + width), row * width);
  }
  return { rows: height, columns: width, data: cut, top, left };
}

function boxOfInk(rows: number, columns: number, data: Float32Array): ReturnType<typeof boxOf> {
  let [top, bottom, left, right] = [rows, 0, columns, 0];
  for (let row = 0, at = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++, at++) {
      if (!(data[at] > 0)) continue;
      if (row < top) top = row;
      bottom = row + 1;
      if (column < left) left = column;
      if (column >= right) right = column + 1;
    }
  }
  return { top, bottom, left, right };
}

/** The pixels of the picture that hold some of its ink. */
export function boxIn(picture: Picture, { rows, columns, top, left }: CroppedInk, unit: number): Box {
  const first = { left: Math.floor(left * unit), top: Math.floor(top * unit) };
  return {
    ...first,
    width: Math.min(picture.width, Math.ceil((left + columns) * unit)) - first.left,
    height: Math.min(picture.height, Math.ceil((top + rows) * unit)) - first.top,
  };
}
