import { checkOptions, wholeNumber } from "../../core/errors.ts";
import { wholeSeed } from "../../core/options.ts";
import { random } from "../../core/random.ts";
import { frameAsMnist, type Ink } from "../../pictures/mnist-frame.ts";
import { mnistPreparation } from "../../pictures/preparation.ts";
import type { Dataset, TrainTest } from "../dataset.ts";
import { type ImageSize, imageSize } from "../image-size.ts";
import { SIDE, write } from "./hand.ts";
import { ink } from "./raster.ts";

/** Images drawn without a break, about 10 ms of work. In a break, the page can respond to its user. */
const SLICE = 100;

/** Options of {@link digits}. */
export interface DigitsOptions {
  /** The number of training images; default 40,000. */
  train?: number;
  /** The number of test images; default 5,000. */
  test?: number;
  /** Rows and columns of an image: 28 as in MNIST's files, or 32 with 2 pixels of 0 on each side. Default 32. */
  size?: ImageSize;
  /** The same seed gives the same images everywhere; default 0. */
  seed?: number;
}

/**
 * Synthetic handwritten digits, for training without a download. Each image is drawn with a simulated pen in one of the
 * styles in which people write the digit, and framed as in MNIST. Training and test images come from separate streams
 * of random numbers. Images are `[N, 32, 32, 1]` (with `size: 28`, `[N, 28, 28, 1]`) bytes with scale 1/255. The labels are shuffled; the counts of any two
 * classes differ by at most 1. An image takes about 0.1 ms.
 * @throws InputError for options that are unknown or out of range
 */
export function digits(options: DigitsOptions = {}): TrainTest {
  const work = draw(options);
  let step = work.next();
  while (!step.done) step = work.next();
  return step.value;
}

/**
 * The same data as {@link digits}, drawn in slices so that a page stays responsive.
 *
 * @param onProgress called after each slice with the fraction of the images that is done, up to 1
 */
export async function digitsInSlices(
  options: DigitsOptions = {},
  onProgress?: (part: number) => void,
): Promise<TrainTest> {
  const work = draw(options);
  let step = work.next();
  while (!step.done) {
    onProgress?.(step.value);
    await new Promise((resolve) => setTimeout(resolve));
    step = work.next();
  }
  return step.value;
}

/** Draws training and test images; yields after each slice the fraction that is done. */
function* draw(options: DigitsOptions): Generator<number, TrainTest> {
  checkOptions("digits", options, ["train", "test", "size", "seed"] satisfies (keyof DigitsOptions)[]);
  const { train = 40_000, test = 5_000, seed = 0 } = options;
  const size = imageSize("digits", options.size);
  wholeNumber("digits train", train, 0);
  wholeNumber("digits test", test, 0);
  wholeSeed("digits seed", seed);
  const total = train + test;
  return {
    source: "built-in digits",
    train: yield* drawPart("train", train, 0),
    test: yield* drawPart("test", test, train),
  };

  function* drawPart(name: "train" | "test", count: number, before: number): Generator<number, Dataset> {
    const labels = labelsOf(seed, name, count);
    const hand = random(seed, "digits", name, "hand");
    const sheet: Ink = { rows: SIDE, columns: SIDE, data: new Float32Array(SIDE * SIDE) };
    const data = new Uint8Array(count * size * size);
    for (let i = 0; i < count; i++) {
      data.set(frameAsMnist(ink(write(labels[i], hand), sheet), size), i * size * size);
      if ((i + 1) % SLICE === 0 || i + 1 === count) yield (before + i + 1) / total;
    }
    return datasetOf(labels, data, size);
  }
}

/** The labels of the training or the test images, shuffled: as many of each class as possible. */
export function labelsOf(seed: number, name: "train" | "test", count: number): Uint32Array {
  const labels = Uint32Array.from({ length: count }, (_, i) => i % 10);
  return random(seed, "digits", name, "order").shuffle(labels);
}

/** A data set of drawn images. */
export function datasetOf(labels: Uint32Array, data: Uint8Array, size: ImageSize): Dataset {
  return {
    images: { shape: [labels.length, size, size, 1], data, scale: 1 / 255 },
    labels: Uint8Array.from(labels),
    classNames: Array.from({ length: 10 }, (_, digit) => String(digit)),
    preparation: mnistPreparation((size - 28) / 2),
  };
}
