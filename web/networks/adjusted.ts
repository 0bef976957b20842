/** Changes of a network's input image: moved, turned, resized, thickened, noisy, partly hidden. */
import type { Tensor } from "lenet5";
import { type Adjust, isUnadjusted } from "../state/adjust.ts";

type Image = Tensor<Uint8Array>;

/** The image with everything done to it; the image itself where nothing is. Paper is what most of its border is. */
export function adjusted(image: Image, adjust: Adjust): Image {
  if (isUnadjusted(adjust)) return image;
  const { shape, data, scale } = image;
  const [rows = 1, columns = 1, channels = 1] = shape;
  const size = { rows, columns, channels };
  const paper = paperOf(data, size);
  let values: Float32Array = Float32Array.from(data);
  if (adjust.x !== 0 || adjust.y !== 0 || adjust.rotate !== 0 || adjust.scale !== 100 || adjust.squeeze !== 0)
    values = moved(values, size, paper, adjust);
  if (adjust.thicken !== 0) values = thickened(values, size, paper, adjust.thicken);
  if (adjust.noise !== 0) addNoise(values, 2.55 * adjust.noise, adjust.seed);
  if (adjust.box !== 0) hide(values, size, paper, boxStart(adjust, size), adjust.box);
  return { shape, data: Uint8Array.from(values, (value) => Math.min(255, Math.max(0, Math.round(value)))), scale };
}

interface Size {
  readonly rows: number;
  readonly columns: number;
  readonly channels: number;
}

/** The median of the border, by channel. */
function paperOf(data: Uint8Array, { rows, columns, channels }: Size): number[] {
  return Array.from({ length: channels }, (_, channel) => {
    const border: number[] = [];
    for (let row = 0; row < rows; row++) {
      const step = row === 0 || row === rows - 1 ? 1 : Math.max(1, columns - 1);
      for (let column = 0; column < columns; column += step)
        border.push(data[(row * columns + column) * channels + channel]!);
    }
    return border.sort((a, b) => a - b)[border.length >> 1]!;
  });
}

/** Each pixel is read, between four others, where it comes from: resized and turned around the middle, then shifted. */
function moved(from: Float32Array, size: Size, paper: readonly number[], adjust: Adjust): Float32Array {
  const { rows, columns, channels } = size;
  const [middleRow, middleColumn] = [(rows - 1) / 2, (columns - 1) / 2];
  const angle = (adjust.rotate * Math.PI) / 180;
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
  const wider = 1 + adjust.squeeze / 100;
  const [width, height] = [(adjust.scale / 100) * wider, adjust.scale / 100 / wider];
  const to = new Float32Array(from.length);
  const at = (row: number, column: number, channel: number) =>
    row < 0 || row >= rows || column < 0 || column >= columns
      ? paper[channel]!
      : from[(row * columns + column) * channels + channel]!;
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      const [down, right] = [row - middleRow - adjust.y, column - middleColumn - adjust.x];
      const sourceRow = middleRow + (cos * down - sin * right) / height;
      const sourceColumn = middleColumn + (sin * down + cos * right) / width;
      const [top, left] = [Math.floor(sourceRow), Math.floor(sourceColumn)];
      const [below, beside] = [sourceRow - top, sourceColumn - left];
      for (let channel = 0; channel < channels; channel++) {
        const upper = (1 - beside) * at(top, left, channel) + beside * at(top, left + 1, channel);
        const lower = (1 - beside) * at(top + 1, left, channel) + beside * at(top + 1, left + 1, channel);
        to[(row * columns + column) * channels + channel] = (1 - below) * upper + below * lower;
      }
    }
  }
  return to;
}

/**
 * Strokes grow by a distance, or shrink: each pixel is the strongest, or the weakest, of its neighbourhood, which loses
 * the whole range within one pixel beyond the distance.
 */
function thickened(from: Float32Array, size: Size, paper: readonly number[], distance: number): Float32Array {
  const { rows, columns, channels } = size;
  const reach = Math.ceil(Math.abs(distance));
  const offsets: { row: number; column: number; loss: number }[] = [];
  for (let row = -reach; row <= reach; row++) {
    for (let column = -reach; column <= reach; column++) {
      const loss = 255 * Math.max(0, Math.hypot(row, column) - Math.abs(distance));
      if (loss < 255) offsets.push({ row, column, loss });
    }
  }
  const to = new Float32Array(from.length);
  for (let i = 0; i < to.length; i++) {
    const channel = i % channels;
    const column = Math.floor(i / channels) % columns;
    const row = Math.floor(i / (channels * columns));
    // Whether the largest or the smallest number is wanted: strokes are darker or lighter than paper.
    const sign = distance > 0 === paper[channel]! < 128 ? 1 : -1;
    let best = Number.NEGATIVE_INFINITY;
    for (const offset of offsets) {
      const [r, c] = [row + offset.row, column + offset.column];
      const isOutside = r < 0 || r >= rows || c < 0 || c >= columns;
      const value = isOutside ? paper[channel]! : from[(r * columns + c) * channels + channel]!;
      best = Math.max(best, sign * value - offset.loss);
    }
    to[i] = sign * best;
  }
  return to;
}

/** Adds normal noise; the same seed gives the same noise, and more deviation the same noise stronger. */
function addNoise(values: Float32Array, deviation: number, seed: number): void {
  let state = seed * 0x9e3779b9;
  // Mulberry32.
  const uniform = () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  for (let i = 0; i < values.length; i++)
    values[i]! += deviation * Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform());
}

/** The image with paper in place of a square whose first pixel is given; a part of it may lie outside. */
export function hiddenAt(image: Image, row: number, column: number, side: number): Image {
  const [rows = 1, columns = 1, channels = 1] = image.shape;
  const size = { rows, columns, channels };
  const data = image.data.slice();
  hide(data, size, paperOf(image.data, size), { row, column }, side);
  return { ...image, data };
}

function hide(
  values: Float32Array | Uint8Array,
  { rows, columns, channels }: Size,
  paper: readonly number[],
  first: { readonly row: number; readonly column: number },
  side: number,
): void {
  for (let row = Math.max(0, first.row); row < Math.min(rows, first.row + side); row++) {
    for (let column = Math.max(0, first.column); column < Math.min(columns, first.column + side); column++) {
      for (let channel = 0; channel < channels; channel++)
        values[(row * columns + column) * channels + channel] = paper[channel]!;
    }
  }
}

/** The first pixel under the box. */
export function boxStart({ box, row, column }: Adjust, { rows, columns }: Pick<Size, "rows" | "columns">) {
  const first = (middle: number, length: number) => Math.round(Math.min(middle, length - 1) - box / 2);
  return { row: first(row, rows), column: first(column, columns) };
}
