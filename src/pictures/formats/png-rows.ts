/** The rows of a PNG file: what filters did to them, and their pixels (sections 7 to 9 of the specification). */
import { InputError } from "../../core/errors.ts";
import { Damage } from "./decoder.ts";

export interface PngHeader {
  readonly width: number;
  readonly height: number;
  readonly depth: number;
  readonly channels: number;
  readonly hasPalette: boolean;
  readonly isInterlaced: boolean;
}

export interface PngColours {
  /** RGBA of each colour, if there is a palette. */
  readonly palette: Uint8Array | undefined;
  /** Without alpha: the channels of the colour that is transparent. */
  readonly transparent: readonly number[] | undefined;
}

/** What takes pixels, row after row; of an interlaced picture, each row several times. */
export interface RowTarget {
  /** Where row `y` is written, as red, green, blue and alpha of each pixel. */
  row(y: number): { readonly rgba: Uint8Array; readonly start: number };
  /** Row `y` is written. */
  finish(y: number): void;
}

/** Takes the filtered rows in parts of any size, and writes their pixels to a target. */
export class PngRows {
  /** The bytes of all filtered rows. */
  readonly size: number;
  private readonly header: PngHeader;
  private readonly colours: PngColours;
  private readonly target: RowTarget;
  private readonly passes: readonly Pass[];
  private pass = 0;
  private y = 0;
  /** The row that is not complete, with its filter in front, and the row above it. */
  private row: Uint8Array<ArrayBuffer>;
  private above: Uint8Array<ArrayBuffer>;
  private filled = 0;

  constructor(header: PngHeader, colours: PngColours, target: RowTarget) {
    this.header = header;
    this.colours = colours;
    this.target = target;
    this.passes = passesOf(header);
    this.size = filteredBytes(header);
    const longest = Math.max(...this.passes.map(({ rowBytes }) => 1 + rowBytes));
    [this.row, this.above] = [new Uint8Array(longest), new Uint8Array(longest)];
  }

  /** Takes the next part of the filtered rows, which together have `size` bytes. */
  push(part: Uint8Array): void {
    for (let at = 0; at < part.length; ) {
      const need = 1 + this.passes[this.pass].rowBytes;
      const taken = part.subarray(at, at + need - this.filled);
      this.row.set(taken, this.filled);
      this.filled += taken.length;
      at += taken.length;
      if (this.filled === need) this.finishRow();
    }
  }

  private finishRow(): void {
    const { header, colours, target, row, above } = this;
    const { left, top, stepX, stepY, rows, columns, rowBytes } = this.passes[this.pass];
    const pixelBytes = Math.max(1, (header.depth * header.channels) / 8);
    const bytes = row.subarray(1, 1 + rowBytes);
    unfilter(row[0], bytes, above.subarray(1, 1 + rowBytes), pixelBytes);
    const y = top + this.y * stepY;
    const { rgba, start } = target.row(y);
    paint(samplesOf(bytes, header, columns), header, colours, rgba, start + 4 * left, 4 * stepX);
    target.finish(y);
    [this.row, this.above] = [above, row];
    this.filled = 0;
    if (++this.y < rows) return;
    this.pass++;
    this.y = 0;
    this.above.fill(0);
  }
}

/** Some of the pixels, in rows of their own. */
interface Pass {
  readonly left: number;
  readonly top: number;
  readonly stepX: number;
  readonly stepY: number;
  readonly columns: number;
  readonly rows: number;
  readonly rowBytes: number;
}

/** The passes that have pixels: one, or seven of an interlaced picture (Adam7). */
function passesOf({ width, height, depth, channels, isInterlaced }: PngHeader): Pass[] {
  const steps = isInterlaced ? adam7 : [[0, 0, 1, 1]];
  return steps
    .filter(([left, top]) => left < width && top < height)
    .map(([left, top, stepX, stepY]) => {
      const columns = Math.ceil((width - left) / stepX);
      const rowBytes = Math.ceil((columns * depth * channels) / 8);
      return { left, top, stepX, stepY, columns, rows: Math.ceil((height - top) / stepY), rowBytes };
    });
}

/** The bytes of all filtered rows. */
export function filteredBytes(header: PngHeader): number {
  return passesOf(header).reduce((sum, { rows, rowBytes }) => sum + rows * (1 + rowBytes), 0);
}

/** Left, top, and the steps from one pixel to the next across and down. */
const adam7 = [
  [0, 0, 8, 8],
  [4, 0, 8, 8],
  [0, 4, 4, 8],
  [2, 0, 4, 4],
  [0, 2, 2, 4],
  [1, 0, 2, 2],
  [0, 1, 1, 2],
];

/** Undoes a row's filter in place (section 9). `above`: the row above it; `step`: bytes of a pixel. */
function unfilter(filter: number, row: Uint8Array, above: Uint8Array, step: number): void {
  if (filter === 1) for (let i = step; i < row.length; i++) row[i] += row[i - step];
  else if (filter === 2) for (let i = 0; i < row.length; i++) row[i] += above[i];
  else if (filter === 3)
    for (let i = 0; i < row.length; i++) row[i] += ((i < step ? 0 : row[i - step]) + above[i]) >> 1;
  else if (filter === 4) {
    for (let i = 0; i < row.length; i++) {
      const isFirst = i < step;
      row[i] += paeth(isFirst ? 0 : row[i - step], above[i], isFirst ? 0 : above[i - step]);
    }
  } else if (filter !== 0) throw new Damage(`unknown filter ${filter}`);
}

/** Of three neighbours, the one nearest to left + above - upperLeft. */
function paeth(left: number, above: number, upperLeft: number): number {
  const toLeft = Math.abs(above - upperLeft);
  const toAbove = Math.abs(left - upperLeft);
  const toUpperLeft = Math.abs(left + above - 2 * upperLeft);
  if (toLeft <= toAbove && toLeft <= toUpperLeft) return left;
  return toAbove <= toUpperLeft ? above : upperLeft;
}

/** The numbers of a row, of 1, 2, 4, 8 or 16 bits; the first is in the highest bits. */
function samplesOf(row: Uint8Array, { depth, channels }: PngHeader, columns: number): Uint8Array | Uint16Array {
  if (depth === 8) return row;
  const samples = new Uint16Array(columns * channels);
  const mask = (1 << depth) - 1;
  for (let i = 0; i < samples.length; i++) {
    const bit = i * depth;
    samples[i] = depth === 16 ? row[2 * i] * 256 + row[2 * i + 1] : (row[bit >> 3] >> (8 - depth - (bit & 7))) & mask;
  }
  return samples;
}

/** Writes a row's pixels from `to` on, `step` bytes apart. */
function paint(
  samples: Uint8Array | Uint16Array,
  { depth, channels }: PngHeader,
  { palette, transparent }: PngColours,
  rgba: Uint8Array,
  to: number,
  step: number,
): void {
  if (palette) {
    for (let i = 0; i < samples.length; i++, to += step) {
      const from = 4 * samples[i];
      if (from >= palette.length) throw new InputError("a pixel's colour is not in the palette; save it again");
      for (let k = 0; k < 4; k++) rgba[to + k] = palette[from + k];
    }
    return;
  }
  const shift = depth === 16 ? 8 : 0;
  const factor = depth < 8 ? 255 / ((1 << depth) - 1) : 1;
  const [green, blue] = channels < 3 ? [0, 0] : [1, 2];
  const hasAlpha = channels % 2 === 0;
  for (let i = 0; i < samples.length; i += channels, to += step) {
    rgba[to] = (samples[i] * factor) >> shift;
    rgba[to + 1] = (samples[i + green] * factor) >> shift;
    rgba[to + 2] = (samples[i + blue] * factor) >> shift;
    rgba[to + 3] = hasAlpha ? samples[i + channels - 1] >> shift : 255;
    if (transparent?.every((value, k) => samples[i + k] === value)) rgba[to + 3] = 0;
  }
}
