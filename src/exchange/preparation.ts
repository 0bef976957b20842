import { InputError, shown } from "../core/errors.ts";
import {
  type Check,
  type ConfigOf,
  checkedOptions,
  finite,
  flag,
  type OptionsOf,
  optional,
  whole,
} from "../core/options.ts";
import { type Shape, sizeOf } from "../core/tensor.ts";
import { concatenate } from "../layers/concatenate.ts";
import { input } from "../layers/input.ts";
import type { SymbolicTensor } from "../layers/layer.ts";
import { rescaling } from "../layers/rescaling.ts";
import { reshape } from "../layers/reshape.ts";
import { zeroPadding2d } from "../layers/zero-padding2d.ts";
import { Model } from "../model/model.ts";
import type { OneOrMore } from "../model/model-options.ts";
import type { Preparation } from "../pictures/preparation.ts";

/** Rows, columns and channels of an image. */
export type ImageShape = readonly [rows: number, columns: number, channels: 1 | 3 | 4];

const factor: Check<number> = (what, given) => {
  if (finite(what, given) !== 0) return given;
  throw new InputError(`${what}: expected a number other than 0, which would make all pixels equal`);
};

const imageShape: Check<ImageShape> = (what, given) => {
  const isShape =
    Array.isArray(given) && given.length === 3 && given.every((side) => Number.isInteger(side) && side > 0);
  if (isShape && [1, 3, 4].includes(given[2])) return given;
  throw new InputError(`${what}: expected [rows, columns, channels] with 1, 3 or 4 channels, got ${shown(given)}`);
};

const options = {
  /** What a pixel, from 0 to 1, is multiplied by: 255 for a network that takes 0 to 255. Default 1. */
  scale: optional(factor, 1),
  /** Added to every product: with scale 2, -1 for a network that takes -1 to 1. Default 0. */
  offset: optional(finite, 0),
  /** Whether light and dark are exchanged first, for a network that learned dark ink on light ground. Default false. */
  invert: optional(flag, false),
  /** Pixels of 0, the ground, that are put on each side of an image before anything else. Default 0. */
  pad: optional(whole(0), 0),
  /** Zeros that are put on each side after scale and offset, as networks do that normalise before they pad. Default 0. */
  padAfter: optional(whole(0), 0),
  /** `[rows, columns, channels]` of the images. Default: what the network takes, without the padding. */
  image: optional(imageShape, undefined),
};

/** How images become what the network of a file takes: `scale * pixel + offset`, and padding. */
export interface InputPreparation extends OptionsOf<typeof options> {}

/** An {@link InputPreparation}, checked and complete. */
export interface CompleteInputPreparation extends ConfigOf<typeof options> {}

/** @throws InputError for unknown options and values out of range */
export function checkedInputPreparation(given: InputPreparation): CompleteInputPreparation {
  return checkedOptions("withPreparation", options, given);
}

/**
 * The image that the input of a network stands for: `[rows, columns, channels]`; of `[n]` square and grey, row by row.
 * Undefined for another input.
 */
export function imageOfInput(shape: Shape): ImageShape | undefined {
  const side = Math.sqrt(sizeOf(shape));
  const [rows, columns, channels = 1] = shape.length === 1 ? [side, side] : shape;
  const isImage = Number.isInteger(rows) && [1, 3, 4].includes(channels);
  return isImage ? ([rows, columns, channels] as unknown as ImageShape) : undefined;
}

/**
 * A model of another program's file, made to take the images of this library: `[N, rows, columns, channels]`, pixels from
 * 0 to 1, light ink on dark. It is a copy: exact layers in front of the file's network pad and scale the images, repeat
 * grey ones for a network of colour, and give the input its shape. Its weights and its state of training are those of
 * the model, and its `reading` says how pictures are prepared for it.
 *
 * @throws InputError for a model that takes no images, and for images that do not have its size with the padding
 */
export function withPreparation(model: Model<OneOrMore, OneOrMore>, given: InputPreparation = {}): Model {
  const preparation = checkedInputPreparation(given);
  const { scale, offset, invert, pad, padAfter } = preparation;
  if (!isOfOneImage(model))
    throw new InputError("withPreparation: expected a model with one input and one output, got several");
  const taken = imageOfInput(model.inputs.shape);
  if (!taken) {
    const shape = ["N", ...model.inputs.shape].join(", ");
    throw new InputError(
      `withPreparation: expected a model of images, [N, rows, columns, channels], got one of [${shape}]`,
    );
  }
  const border = 2 * (pad + padAfter);
  const image: ImageShape = preparation.image ?? [taken[0] - border, taken[1] - border, taken[2]];
  const isSameSize = image[0] + border === taken[0] && image[1] + border === taken[1] && image[0] > 0 && image[1] > 0;
  if (!isSameSize || (image[2] !== taken[2] && !(image[2] === 1 && taken[2] === 3))) {
    const padding = border > 0 ? ` with ${border / 2} pixels on each side` : "";
    throw new InputError(
      `withPreparation: expected images that are ${taken.join("x")}${padding}, as the network takes them, got ${image.join("x")}: nothing is cut off or resized`,
    );
  }
  const images = input({ shape: image });
  let start: SymbolicTensor = images;
  if (pad > 0) start = zeroPadding2d({ padding: pad })(start);
  // scale (1 - x) + offset
  const [factor, added] = invert ? [-scale, scale + offset] : [scale, offset];
  if (factor !== 1 || added !== 0) start = rescaling({ scale: factor, offset: added })(start);
  if (padAfter > 0) start = zeroPadding2d({ padding: padAfter })(start);
  if (image[2] !== taken[2]) start = concatenate()([start, start, start]);
  if (start.shape.join() !== model.inputs.shape.join()) start = reshape({ targetShape: model.inputs.shape })(start);
  const made = Model.startingAt(images, start, model);
  const { padding = 0, ...known } = model.reading?.preparation ?? usualPreparation(image);
  // The pixels of this library's images, whatever the network takes behind its new layers.
  const inside = { padding: Math.max(0, padding - pad - padAfter), scale: 1 / 255 };
  made.reading = { ...model.reading, preparation: { ...known, ...inside } };
  return made;
}

function isOfOneImage(model: Model<OneOrMore, OneOrMore>): model is Model {
  return "shape" in model.inputs && "shape" in model.outputs;
}

/** As large images are digits: smaller ones have no room for MNIST's frame. */
const SMALLEST_DIGIT = 20;

/** Pictures for images of this shape, where nothing else is known: grey squares are taken for digits. */
function usualPreparation([rows, columns, channels]: ImageShape): Preparation {
  const isDigit = rows === columns && rows >= SMALLEST_DIGIT && channels === 1;
  const padding = isDigit && rows === 32 ? 2 : 0;
  const size = [rows - 2 * padding, columns - 2 * padding] as const;
  return { size, padding, channels, framing: isDigit ? "mnist" : "none", ink: "light", fit: "pad", scale: 1 / 255 };
}
