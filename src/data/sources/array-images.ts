import { InputError } from "../../core/errors.ts";
import { type Numbers, type Shape, sizeOf, type Tensor } from "../../core/tensor.ts";
import type { ReadDataConfig } from "../read-data-options.ts";

/** Images as they are in a file: numbers of any kind. */
export interface RawImages {
  /** The file or array in errors. */
  readonly name: string;
  /** `[N, rows, columns]`, `[N, rows, columns, channels]`, `[N, channels, rows, columns]` or `[N, pixels]`. */
  readonly shape: Shape;
  readonly data: Numbers;
}

/** How the numbers of images become bytes: (number - black) * factor. */
export interface Range {
  readonly black: number;
  readonly white: number;
}

/** What white is where pixels are whole numbers: bits, 4 bits (as in the UCI's digits), 8 bits, 16 bits. */
const whites = [1, 16, 255, 65535];

/**
 * The range of the pixels, by the smallest and the largest of all parts: -1 to 1 where some are negative; else 0 to the
 * least of 1, 16, 255 and 65535 that is not exceeded, 16 only for whole numbers.
 * @throws InputError for numbers that are none, and for a range that is none of these
 */
export function rangeOf(parts: readonly RawImages[]): Range {
  let [least, most, areWhole] = [0, 0, true];
  for (const { name, data, shape } of parts) {
    const isBytes = data instanceof Uint8Array;
    for (let i = 0; i < data.length; i++) {
      const value = data[i]!;
      if (value > most) most = value;
      else if (value < least) least = value;
      if (isBytes) continue;
      if (!Number.isFinite(value)) throw notFinite(name, value, i, shape);
      if (areWhole && !Number.isInteger(value)) areWhole = false;
    }
  }
  if (least < 0) {
    if (least >= -1 && most <= 1) return { black: -1, white: 1 };
    throw outOfRange(parts[0]!.name, least, most);
  }
  const white = whites.find((each) => most <= each && (each !== 16 || areWhole));
  if (white === undefined || (white === 255 && !areWhole && most <= 16)) throw outOfRange(parts[0]!.name, least, most);
  return { black: 0, white };
}

/** A line for people about a range other than that of bytes. */
export function rangeNote({ black, white }: Range): string[] {
  return white === 255 ? [] : [`Pixels are numbers from ${black} to ${white}: ${black} is black, ${white} is white`];
}

function notFinite(name: string, value: number, i: number, shape: Shape): InputError {
  const image = Math.floor(i / sizeOf(shape.slice(1)));
  return new InputError(`${name}: expected numbers, got ${value} in image ${image}; replace or remove it`);
}

function outOfRange(name: string, least: number, most: number): InputError {
  const shown = [least, most].map((value) => Number(value.toPrecision(4)));
  return new InputError(
    `${name}: expected pixels from 0 to 1, -1 to 1, 0 to 255 or 0 to 65535, got ${shown[0]} to ${shown[1]}; give them as they were before they were standardized`,
  );
}

/** Rows, columns and channels of images, and how they lie in the file. */
export interface Layout {
  readonly rows: number;
  readonly columns: number;
  readonly channels: number;
  /** Steps in the file from one row, column and channel to the next. */
  readonly steps: readonly [row: number, column: number, channel: number];
}

/** @throws InputError for shapes that are no images, and for two axes that may be the channels */
export function layoutOf({ name, shape }: RawImages, options: ReadDataConfig): Layout {
  const { layout, transpose = false, size } = options;
  const sides = shape.slice(1);
  const [first = 0, second = 0, third = 0] = sides;
  if (sizeOf(sides) === 0) throw new InputError(`${name}: expected images, got [${shape.join(", ")}]; give the images`);
  let made: { rows: number; columns: number; channels: number };
  let isFirst = layout === "channels_first";
  if (sides.length === 1) made = sidesOfPixels(name, first, size);
  else if (sides.length === 2) made = { rows: first, columns: second, channels: 1 };
  else if (sides.length === 3) {
    isFirst = channelsComeFirst(name, shape, layout);
    made = isFirst
      ? { channels: first, rows: second, columns: third }
      : { rows: first, columns: second, channels: third };
  } else {
    throw new InputError(
      `${name}: expected images [N, rows, columns], [N, rows, columns, channels] or [N, pixels], got [${shape.slice(0, 6).join(", ")}]`,
    );
  }
  const { rows, columns, channels } = made;
  const steps = isFirst ? [columns, 1, rows * columns] : [columns * channels, channels, 1];
  const [row, column, channel] = steps as [number, number, number];
  if (!transpose) return { ...made, steps: [row, column, channel] };
  return { rows: columns, columns: rows, channels, steps: [column, row, channel] };
}

const CHANNELS = [1, 2, 3, 4];

function channelsComeFirst(name: string, shape: Shape, layout: ReadDataConfig["layout"]): boolean {
  const [, first = 0, , last = 0] = shape;
  const fits = { channels_first: CHANNELS.includes(first), channels_last: CHANNELS.includes(last) };
  if (layout !== undefined && fits[layout]) return layout === "channels_first";
  if (layout === undefined && fits.channels_first !== fits.channels_last) return fits.channels_first;
  const problem =
    fits.channels_first && fits.channels_last
      ? "either axis may be the channels: give --layout channels_last or --layout channels_first"
      : `no such axis is ${layout === undefined ? "there" : layout === "channels_last" ? "the last" : "the second"}`;
  throw new InputError(
    `${name}: expected images with an axis of 1 to 4 channels, got [${shape.join(", ")}]; ${problem}`,
  );
}

/** Rows, columns and channels of images whose pixels stand in one row: square, unless a size fits. */
function sidesOfPixels(
  name: string,
  pixels: number,
  size: ReadDataConfig["size"],
): { rows: number; columns: number; channels: number } {
  const side = Math.sqrt(pixels);
  if (size && pixels % (size[0] * size[1]) === 0 && CHANNELS.includes(pixels / (size[0] * size[1])))
    return { rows: size[0], columns: size[1], channels: pixels / (size[0] * size[1]) };
  if (Number.isInteger(side)) return { rows: side, columns: side, channels: 1 };
  const channels = [3, 4].find((count) => Number.isInteger(Math.sqrt(pixels / count)));
  if (channels !== undefined)
    return { rows: Math.sqrt(pixels / channels), columns: Math.sqrt(pixels / channels), channels };
  throw new InputError(
    `${name}: expected square images, got ${pixels} pixels in each; give rows and columns, such as --size 24x32`,
  );
}

/** `[N, rows, columns, channels]` bytes; a view of the data where they are that already. */
export function imageBytes({ shape, data }: RawImages, layout: Layout, { black, white }: Range): Tensor<Uint8Array> {
  const { rows, columns, channels, steps } = layout;
  const count = shape[0]!;
  const made = [count, rows, columns, channels];
  const isInOrder = steps.join() === [columns * channels, channels, 1].join();
  if (data instanceof Uint8Array && isInOrder && white === 255) return { shape: made, data };
  const factor = 255 / (white - black);
  const bytes = new Uint8Array(data.length);
  const size = rows * columns * channels;
  for (let image = 0, to = 0; image < count; image++) {
    for (let y = 0; y < rows; y++) {
      for (let x = 0; x < columns; x++) {
        const from = image * size + y * steps[0] + x * steps[1];
        for (let k = 0; k < channels; k++, to++) bytes[to] = (data[from + k * steps[2]]! - black) * factor + 0.5;
      }
    }
  }
  return { shape: made, data: bytes };
}
