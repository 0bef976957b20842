import { InputError, shown, wholeNumber } from "../core/errors.ts";
import { type Check, type ConfigOf, choice, flag, type OptionsOf, optional, wholeSeed } from "../core/options.ts";
import type { Preparation } from "../pictures/preparation.ts";

/** Rows and columns of images: one number for both, or each. */
export type GivenSize = number | readonly [rows: number, columns: number];

/** The largest side of an image for a network. */
export const LARGEST = 4096;

const size: Check<GivenSize, readonly [number, number]> = (what, given) => {
  const sides: readonly unknown[] = typeof given === "number" ? [given, given] : Array.isArray(given) ? given : [];
  const isSide = (side: unknown) => Number.isInteger(side) && (side as number) >= 1 && (side as number) <= LARGEST;
  if (sides.length === 2 && sides.every(isSide)) return sides as [number, number];
  throw new InputError(
    `${what}: expected rows and columns from 1 to ${LARGEST}, such as 32 or [24, 32], got ${shown(given)}`,
  );
};

const channels: Check<Preparation["channels"]> = (what, given) => {
  if (given === 1 || given === 3 || given === 4) return given;
  throw new InputError(`${what}: expected 1 (grey), 3 (colour) or 4 (colour and alpha), got ${shown(given)}`);
};

export const fits = ["pad", "stretch", "crop"] as const satisfies readonly Preparation["fit"][];

const share: Check<number> = (what, given) => {
  if (typeof given === "number" && given > 0 && given < 1) return given;
  throw new InputError(`${what}: expected a number between 0 and 1, got ${shown(given)}`);
};

export const readDataOptions = {
  /**
   * Rows and columns to which every image is brought: one number for both, or `[rows, columns]`. Default: the size of
   * the images where all have the same; grey images of 28x28 get 2 rows and columns of zeros on each side, as LeNet-5
   * takes MNIST's.
   */
  size: optional(size, undefined),
  /** 1: grey; 3: red, green and blue; 4: these with alpha. Default: 1 where the pictures are grey, else 3. */
  channels: optional(channels, undefined),
  /**
   * How images of another aspect ratio come to `size`: "pad" them with the colour of the ground, "stretch" them, or
   * "crop" their middle. Default "pad".
   */
  fit: optional(choice(fits), "pad"),
  /**
   * The share of each class that becomes the test set, where the data have none of their own; between 0 and 1. Default
   * 0.2.
   */
  testSplit: optional(share, undefined),
  /** Seed of that split, and of the order of images that are sorted by class. Default 0. */
  splitSeed: optional(wholeSeed, undefined),
  /** Whether rows and columns are exchanged, as in EMNIST's files. Default: for files with EMNIST's names. */
  transpose: optional(flag, undefined),
  /**
   * Where the channels of arrays `[N, rows, columns, channels]` ("channels_last") or `[N, channels, rows, columns]`
   * ("channels_first") are. Default: the axis after the images, or the last one, that has 1 to 4 numbers.
   */
  layout: optional(choice(["channels_last", "channels_first"]), undefined),
  /**
   * The most bytes that the data may take. Of arrays (IDX, NumPy, CSV): their files together when they are unpacked, with
   * what their numbers take; default 2 GiB, or half the memory of the machine, if that is less. Of pictures: the images
   * that they become, one byte for each number; default half the memory of the machine. Each picture is decoded alone,
   * and its pixels are not counted. Of streamed data, only the test and the validation images are counted.
   */
  maxBytes: optional((what, given: number) => wholeNumber(what, given), undefined),
  /** Whether the labels of a CSV file are its "first" or its "last" column. Default: seen in the file. */
  labelColumn: optional(choice(["first", "last"]), undefined),
};

/** Options of {@link readData}. */
export interface ReadDataOptions extends OptionsOf<typeof readDataOptions> {}

/** {@link ReadDataOptions}, checked. */
export interface ReadDataConfig extends ConfigOf<typeof readDataOptions> {}

/** The default of `testSplit`. */
export const TEST_SPLIT = 0.2;
