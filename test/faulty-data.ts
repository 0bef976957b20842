import { type Dataset, digits, type TrainTest } from "../src/index.ts";

const PIXELS = 28 * 28;

/**
 * Digits with a leak, labels in conflict, a near copy, a blank and a faint image, an inverted class, a rare and a missing
 * one, and files with names.
 */
export function faultyData(classNames: readonly string[]): TrainTest {
  const { train, test } = digits({ train: 300, test: 120, size: 28, seed: 2 });
  const image = ({ images }: Dataset, i: number) => images.data.subarray(i * PIXELS, (i + 1) * PIXELS);
  for (const part of [train, test]) {
    part.labels.forEach((label, i) => {
      if (label === 6) image(part, i).set(image(part, i).map((value) => 255 - value));
    });
  }
  image(test, 0).set(image(train, 0));
  image(test, 1).set(image(train, 1).map((value) => Math.min(255, value + 3)));
  test.labels[0] = train.labels[0]!;
  test.labels[1] = train.labels[1]!;
  image(train, 3).set(image(train, 2));
  train.labels[3] = (train.labels[2]! + 1) % 6;
  image(train, 4).fill(0);
  image(train, 5).set(image(train, 5).map((value) => value >> 5));
  test.labels.set(test.labels.map((label) => (label === 9 ? 8 : label)));
  let rare = 0;
  train.labels.set(train.labels.map((label) => (label === 7 && ++rare > 4 ? 8 : label)));
  const named = (part: Dataset, name: string): Dataset => ({
    ...part,
    classNames,
    names: Array.from(part.labels, (label, i) => `${name}/${classNames[label]!}/${i}.png`),
    sizes: Uint32Array.from({ length: 2 * part.labels.length }, (_, i) => 20 + (i % 14)),
  });
  return {
    source: "pictures in /home/<b>me</b>/letters",
    split: "20% of each class for the test, seed 0",
    train: named(train, "train"),
    test: named(test, "test"),
  };
}
