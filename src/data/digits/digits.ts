import { type Random, random } from "../../core/random.ts";
import type { Dataset, TrainTest } from "../dataset.ts";
import { frameAsMnist, type Ink } from "../mnist-frame.ts";
import { SIDE, write } from "./hand.ts";
import { ink } from "./raster.ts";

/** Rows and columns of an image: 28, and 2 of paper on each side for LeNet-5. */
const SIZE = 32;

export interface DigitsOptions {
  /** Training images; default 30,000. */
  train?: number;
  /** Test images; default 5,000. */
  test?: number;
  /** The same seed gives the same images everywhere; default 0. */
  seed?: number;
}

/**
 * Handwriting-like digits, drawn as strokes of a pen in the styles people write them in and framed as MNIST's are:
 * something to train on with nothing to download. Every image is new; the test part comes from its own stream of
 * random numbers. Images are `[N, 32, 32, 1]` bytes with scale 1/255, classes equally frequent (to 1) and shuffled.
 */
export function digits({ train = 30_000, test = 5_000, seed = 0 }: DigitsOptions = {}): TrainTest {
  return {
    source: "built-in digits",
    train: part(train, seed, "train"),
    test: part(test, seed, "test"),
  };
}

function part(count: number, seed: number, name: string): Dataset {
  const labels = Array.from({ length: count }, (_, i) => i % 10);
  random(seed, "digits", name, "order").shuffle(labels);
  const hand = random(seed, "digits", name, "hand");
  const sheet: Ink = { rows: SIDE, columns: SIDE, data: new Float32Array(SIDE * SIDE) };
  const data = new Uint8Array(count * SIZE * SIZE);
  for (let i = 0; i < count; i++) data.set(image(labels[i], hand, sheet), i * SIZE * SIZE);
  return {
    images: { shape: [count, SIZE, SIZE, 1], data, scale: 1 / 255 },
    labels: Uint8Array.from(labels),
    classNames: Array.from({ length: 10 }, (_, digit) => String(digit)),
  };
}

function image(digit: number, hand: Random, sheet: Ink): Uint8Array {
  return frameAsMnist(ink(write(digit, hand), sheet), SIZE);
}
