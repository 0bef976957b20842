import { expect, test } from "vitest";
import { stratifiedFolds } from "./split.ts";
import { subset } from "./subset.ts";

const labels = Uint8Array.from({ length: 103 }, (_, i) => (i < 60 ? 0 : i < 100 ? 1 : 2));
const spread = (counts: readonly number[]) => Math.max(...counts) - Math.min(...counts);

test("each image is in one fold; sizes of folds, and images of a class in them, differ by at most one", () => {
  for (const folds of [2, 3, 5, 10, 103]) {
    const numbers = [...stratifiedFolds(labels, 3, folds, 1)];
    const all = Array.from({ length: folds }, (_, k) => k + 1);
    expect(new Set(numbers)).toEqual(new Set(all));
    expect(spread(all.map((fold) => numbers.filter((number) => number === fold).length))).toBeLessThanOrEqual(1);
    for (const label of [0, 1, 2]) {
      const counts = all.map((fold) => numbers.filter((number, i) => number === fold && labels[i] === label).length);
      expect(spread(counts)).toBeLessThanOrEqual(1);
    }
  }
});

test("the folds depend on the seed, and on nothing else", () => {
  expect(stratifiedFolds(labels, 3, 5, 1)).toEqual(stratifiedFolds([...labels], 3, 5, 1));
  expect(stratifiedFolds(labels, 3, 5, 1)).not.toEqual(stratifiedFolds(labels, 3, 5, 2));
});

test("some images of a data set, with their names and sizes", () => {
  const images = { shape: [3, 1, 2, 1], data: Uint8Array.from([0, 1, 10, 11, 20, 21]), scale: 1 / 255 };
  const data = { images, labels: Uint8Array.from([5, 6, 7]), classNames: ["x"], names: ["a", "b", "c"] };
  const sizes = Uint32Array.from([1, 2, 3, 4, 5, 6]);
  expect(subset({ ...data, sizes }, Uint32Array.from([2, 0]))).toEqual({
    images: { shape: [2, 1, 2, 1], data: Uint8Array.from([20, 21, 0, 1]), scale: 1 / 255 },
    labels: Uint8Array.from([7, 5]),
    classNames: ["x"],
    names: ["c", "a"],
    sizes: Uint32Array.from([5, 6, 1, 2]),
  });
});
