import { random } from "../../core/random.ts";
import type { Dataset, TrainTest } from "../dataset.ts";
import { frameAsMnist, type Ink } from "../mnist-frame.ts";
import { SIDE, write } from "./hand.ts";
import { ink } from "./raster.ts";

/** Rows and columns of an image: MNIST's 28, and 2 of paper on each side for LeNet-5. */
const SIZE = 32;

/** Images drawn between two chances for the page to do something else: about 10 ms of work. */
const SLICE = 100;

export interface DigitsOptions {
  /** Training images; default 40,000. */
  train?: number;
  /** Test images; default 5,000. */
  test?: number;
  /** The same seed gives the same images everywhere; default 0. */
  seed?: number;
}

/**
 * Handwriting-like digits, drawn as strokes of a pen in the styles people write them in and framed as MNIST's are:
 * something to train on with nothing to download. Every image is new; the test part comes from its own stream of
 * random numbers. Images are `[N, 32, 32, 1]` bytes with scale 1/255; the classes are equally frequent, to 1, and
 * shuffled. Takes about 0.1 ms per image.
 */
export function digits(options: DigitsOptions = {}): TrainTest {
  const work = draw(options);
  let step = work.next();
  while (!step.done) step = work.next();
  return step.value;
}

/**
 * The same data as {@link digits}, drawn in slices so that a page stays alive.
 *
 * @param onProgress Called after each slice with the part that is done, up to 1.
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

/** Draws both parts, stopping after each slice with the part that is done. */
function* draw({ train = 40_000, test = 5_000, seed = 0 }: DigitsOptions): Generator<number, TrainTest> {
  const total = train + test;
  return {
    source: "built-in digits",
    train: yield* drawPart("train", train, 0),
    test: yield* drawPart("test", test, train),
  };

  function* drawPart(name: string, count: number, before: number): Generator<number, Dataset> {
    const labels = Uint32Array.from({ length: count }, (_, i) => i % 10);
    random(seed, "digits", name, "order").shuffle(labels);
    const hand = random(seed, "digits", name, "hand");
    const sheet: Ink = { rows: SIDE, columns: SIDE, data: new Float32Array(SIDE * SIDE) };
    const data = new Uint8Array(count * SIZE * SIZE);
    for (let i = 0; i < count; i++) {
      data.set(frameAsMnist(ink(write(labels[i], hand), sheet), SIZE), i * SIZE * SIZE);
      if ((i + 1) % SLICE === 0 || i + 1 === count) yield (before + i + 1) / total;
    }
    return {
      images: { shape: [count, SIZE, SIZE, 1], data, scale: 1 / 255 },
      labels: Uint8Array.from(labels),
      classNames: Array.from({ length: 10 }, (_, digit) => String(digit)),
    };
  }
}
