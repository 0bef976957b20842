import { InputError, numberWithin, shown, wholeNumber } from "../core/errors.ts";
import {
  type Check,
  type ConfigOf,
  checkedOptions,
  choice,
  type OptionsOf,
  optional,
  positive,
  required,
} from "../core/options.ts";
import type { Tensor } from "../core/tensor.ts";
import type { Box } from "./box.ts";
import { greyOf, luminance } from "./grey.ts";
import { inkOf } from "./ink/ink.ts";
import { centredAsMnist, type Ink, scaledAsMnist } from "./mnist-frame.ts";
import { lookOf } from "./mnist-look.ts";
import { isPicture, type Picture } from "./picture.ts";
import { resized } from "./resize.ts";

const sides: Check<readonly [rows: number, columns: number]> = (what, given) => {
  const isSize = Array.isArray(given) && given.length === 2 && given.every((side) => Number.isInteger(side));
  if (isSize && given.every((side) => side >= 1 && side <= MAX_SIDE)) return [given[0], given[1]];
  throw new InputError(`${what}: expected [rows, columns] from 1 to ${MAX_SIDE}, got ${shown(given)}`);
};

const channelCount: Check<1 | 3 | 4> = (what, given) => {
  if (given === 1 || given === 3 || given === 4) return given;
  throw new InputError(`${what}: expected 1 (grey), 3 (red, green, blue) or 4 (with alpha), got ${shown(given)}`);
};

/** A network for larger images does not fit the memory. */
const MAX_SIDE = 4096;

const wholePadding: Check<number> = (what, given) => numberWithin(what, wholeNumber(what, given, 0), 0, MAX_SIDE);

const preparation = {
  /** Rows and columns of the image inside the padding. Required. */
  size: required(sides),
  /** Rows and columns of zeros on each side of it; LeNet-5 takes MNIST's 28x28 with 2. Default 0. */
  padding: optional(wholePadding, 0),
  /** 1: grey; 3: red, green and blue; 4: these with alpha. Default 1. */
  channels: optional(channelCount, 1),
  /**
   * "mnist": the ink of a digit is found, scaled and centred as in MNIST; "none": the whole picture, with what is in it
   * as it is. Default "none".
   */
  framing: optional(choice(["mnist", "none"]), "none"),
  /** Whether the ink is lighter or darker than its ground in the images of the data set. Default "light". */
  ink: optional(choice(["light", "dark"]), "light"),
  /**
   * How a picture of another size comes to `size` (as in Keras's image_dataset_from_directory): "stretch" it, "pad" it
   * with the ground's colour to the same aspect ratio, or "crop" its middle. Default "pad".
   */
  fit: optional(choice(["stretch", "pad", "crop"]), "pad"),
  /** What a byte of the picture is multiplied by. Default 1 / 255, for inputs from 0 to 1. */
  scale: optional(positive, 1 / 255),
};

/**
 * How a picture becomes an image for a model: what was done to the pictures that the model was trained on. A data set
 * has it, `fit` gives it to the model, and a model file keeps it.
 */
export interface Preparation extends ConfigOf<typeof preparation> {}

/** A {@link Preparation} whose parts with a default may be left out. */
export interface PreparationOptions extends OptionsOf<typeof preparation> {}

/** A complete preparation, checked. @throws InputError for anything else */
export function checkedPreparation(what: string, given: PreparationOptions): Preparation {
  return checkedOptions(what, preparation, given);
}

/** How a picture becomes one of MNIST's images, which has 28 rows and columns and `padding` more on each side. */
export function mnistPreparation(padding = 0): Preparation {
  const size = [28, 28] as const;
  return { size, padding, channels: 1, framing: "mnist", ink: "light", fit: "pad", scale: 1 / 255 };
}

/** What LeNet-5 takes: one of MNIST's images with 2 pixels of zeros on each side. */
const LENET5 = mnistPreparation(2);

/**
 * One image for a model, made from a picture.
 *
 * A picture that is an image of the data set already, with its padding or without, keeps its values exactly: with the
 * framing "none", one of the same size; with the framing "mnist", one of the same size whose digit is framed as MNIST
 * frames it, in black on white or in white on black. In any other picture, framing finds the ink of the digit; without
 * framing, the picture is resized, and its transparent parts are the ground. {@link preparationSteps} shows how.
 *
 * @param preparation default: that of LeNet-5's input, MNIST's 28x28 with 2 pixels of 0 on each side
 * @param name the picture's name in errors
 * @returns `[rows, columns, channels]`, padding included, bytes with the preparation's scale
 * @throws InputError for what is no picture, and where framing finds no digit
 */
export function prepared(
  picture: Picture,
  preparation: PreparationOptions = LENET5,
  name = "image",
): Tensor<Uint8Array> {
  return preparationSteps(picture, preparation, name).at(-1)!.image;
}

/** One step from a picture to the image for a model. */
export interface PreparationStep {
  /**
   * With framing: "ink", what was found, cut to its box; "widened", with strokes as wide as MNIST's, if they were
   * thinner; "scaled", the longer side as long as MNIST's, 20 pixels of 28; "centred", its centre of mass in the middle.
   * Without: "resized". For a picture that is an image of the data set already: "kept". At the end "padded", where the
   * preparation has padding.
   */
  readonly name: "ink" | "widened" | "scaled" | "centred" | "resized" | "kept" | "padded";
  /**
   * `[rows, columns, channels]` bytes. In "ink", "widened" and "scaled", 0 is paper and 255 the strongest ink; the
   * others are as in the data set.
   */
  readonly image: Tensor<Uint8Array>;
  /** With "ink": where it is in the picture. */
  readonly box?: Box;
}

/**
 * The steps by which {@link prepared} makes an image for a model from a picture, the image being that of the last.
 *
 * @param preparation default: that of LeNet-5's input, MNIST's 28x28 with 2 pixels of 0 on each side
 * @param name the picture's name in errors
 * @throws InputError for what is no picture, and where framing finds no digit
 */
export function preparationSteps(
  picture: Picture,
  preparation: PreparationOptions = LENET5,
  name = "image",
): readonly PreparationStep[] {
  if (!isPicture(picture)) {
    throw new InputError(
      `${name}: expected pixels { width, height, data } with data of 4 x width x height bytes, got ${shown(picture)}`,
    );
  }
  const complete = checkedPreparation("prepared", preparation);
  const asItIs = pictureAsItIs(picture, complete);
  if (asItIs) {
    const isKept = asItIs.width === complete.size[1] && asItIs.height === complete.size[0];
    return ended(isKept ? "kept" : "resized", asItIs, complete);
  }
  const ink = inkOf(picture);
  if (!ink)
    throw new InputError(`${name}: expected a digit, but nothing stands out of the background; give a clearer picture`);
  const field = Math.min(...complete.size);
  const scaled = scaledAsMnist(ink.ready, field)!;
  return [
    { name: "ink", image: imageOfInk(ink.found), box: ink.box },
    ...(ink.isWidened ? [{ name: "widened", image: imageOfInk(ink.ready) } as const] : []),
    { name: "scaled", image: imageOfInk(scaled) },
    ...ended("centred", fieldPicture(scaled, complete), { ...complete, fit: "pad" }),
  ];
}

/** The last steps: the picture in the size of the data set, and with its padding. */
function ended(name: PreparationStep["name"], picture: Picture, preparation: Preparation): PreparationStep[] {
  const padded = { name: "padded", image: imageOf(picture, preparation) } as const;
  if (preparation.padding === 0) return [{ ...padded, name }];
  return [{ name, image: imageOf(picture, { ...preparation, padding: 0 }) }, padded];
}

/** The image from a picture in which no digit needs to be found; undefined where one does. */
export function preparedAsItIs(picture: Picture, preparation: Preparation): Tensor<Uint8Array> | undefined {
  const asItIs = pictureAsItIs(picture, preparation);
  return asItIs && imageOf(asItIs, preparation);
}

function pictureAsItIs(picture: Picture, preparation: Preparation): Picture | undefined {
  const inner = withoutPadding(picture, preparation);
  return preparation.framing === "none" ? inner : framedPicture(inner, preparation);
}

/** One image for a model from the ink of a digit, framed as in MNIST. */
export function framedInk(ink: Ink, preparation: Preparation): Tensor<Uint8Array> {
  const scaled = scaledAsMnist(ink, Math.min(...preparation.size))!;
  return imageOf(fieldPicture(scaled, preparation), { ...preparation, fit: "pad" });
}

/**
 * Scaled ink in the middle of a square field. The smaller field of an oblong image is in its middle: with `fit: "pad"`,
 * nothing is resized.
 */
function fieldPicture(scaled: Ink, { size, ink }: Preparation): Picture {
  const field = Math.min(...size);
  const light = centredAsMnist(scaled, field, field);
  const data = new Uint8Array(4 * light.length);
  for (let i = 0; i < data.length; i++) data[i] = i % 4 === 3 ? 255 : light[i >> 2];
  const picture = { width: field, height: field, data };
  return ink === "light" ? picture : inverted(picture);
}

function imageOfInk({ rows, columns, data }: Ink): Tensor<Uint8Array> {
  let peak = 0;
  for (const value of data) peak = Math.max(peak, value);
  const bytes = new Uint8Array(data.length);
  for (let i = 0; i < bytes.length; i++) bytes[i] = Math.round((255 * data[i]) / peak);
  return { shape: [rows, columns, 1], data: bytes, scale: 1 / 255 };
}

/** The picture as it is, in the size, the channels and the padding of the data set. */
function imageOf(picture: Picture, { size, padding, channels, ink, fit, scale }: Preparation): Tensor<Uint8Array> {
  const [rows, columns] = size;
  const ground = ink === "light" ? 0 : 255;
  const { data } = resized(picture, columns, rows, fit, ground);
  const shape = [rows + 2 * padding, columns + 2 * padding, channels];
  const image = new Uint8Array(shape[0] * shape[1] * channels);
  for (let row = 0, from = 0; row < rows; row++) {
    let to = ((row + padding) * shape[1] + padding) * channels;
    for (let column = 0; column < columns; column++, from += 4, to += channels) {
      const red = data[from];
      const green = data[from + 1];
      const blue = data[from + 2];
      const alpha = data[from + 3];
      if (channels === 1) image[to] = onGround(luminance(red, green, blue), alpha, ground);
      else if (channels === 3) {
        image[to] = onGround(red, alpha, ground);
        image[to + 1] = onGround(green, alpha, ground);
        image[to + 2] = onGround(blue, alpha, ground);
      } else image.set(data.subarray(from, from + 4), to);
    }
  }
  return { shape, data: image, scale };
}

/** A value from 0 to 255 in a colour with an alpha, on a ground. */
function onGround(value: number, alpha: number, ground: number): number {
  return Math.round(ground + ((value - ground) * alpha) / 255);
}

/** The picture without the padding of the data set, or of MNIST's images in 32x32, where it has one; else as it is. */
function withoutPadding(picture: Picture, { size: [rows, columns], padding, framing }: Preparation): Picture {
  const { width, height, data } = picture;
  const border = (width - columns) / 2;
  const isPadding = border === padding || (framing === "mnist" && border === 2);
  if (border === 0 || !isPadding || height !== rows + 2 * border) return picture;
  const inner = new Uint8Array(4 * rows * columns);
  for (let y = 0; y < height; y++) {
    const isInside = y >= border && y < height - border;
    const row = data.subarray(4 * y * width, 4 * (y + 1) * width);
    const side = 4 * (isInside ? border : width);
    if (!isBlack(row.subarray(0, side)) || !isBlack(row.subarray(-side))) return picture;
    if (isInside) inner.set(row.subarray(side, -side), 4 * (y - border) * columns);
  }
  return { width: columns, height: rows, data: inner };
}

/** Whether pixels are black and not transparent. */
function isBlack(rgba: Picture["data"]): boolean {
  for (let at = 0; at < rgba.length; at += 4)
    if (rgba[at] + rgba[at + 1] + rgba[at + 2] > 0 || rgba[at + 3] < 255) return false;
  return true;
}

/**
 * The picture where it is framed as the images of the data set are, in their size, with ink as light or dark as theirs;
 * else undefined. A shift of one pixel is left as it is: networks are not thrown off by it.
 */
function framedPicture(picture: Picture, { size: [rows, columns], ink }: Preparation): Picture | undefined {
  const { width, height } = picture;
  if (width !== columns || height !== rows) return undefined;
  const { ground, isFramed } = lookOf(greyOf(picture).data, [rows, columns]);
  if (!isFramed(Math.min(rows, columns), 1.3)) return undefined;
  return ground < 0.5 === (ink === "light") ? picture : inverted(picture);
}

/** Dark where the picture is light, and light where it is dark. */
export function inverted({ width, height, data }: Picture): Picture {
  const values = new Uint8Array(data.length);
  // Uint8Array.from with a function takes a hundred times as long: 25 seconds for 12 megapixels.
  for (let at = 0; at < data.length; at++) values[at] = at % 4 === 3 ? data[at] : 255 - data[at];
  return { width, height, data: values };
}
