import { expect, test } from "vitest";
import { digits, InputError, mnist } from "../index.ts";
import { imagesOfShape, preparationOfShape } from "./image-size.ts";

const [small, large] = [28, 32].map((size) => digits({ train: 20, test: 5, seed: 2, size: size as 28 | 32 }));

test("digits of 28x28 are those of 32x32 without the border", () => {
  expect(small!.train.images.shape).toEqual([20, 28, 28, 1]);
  expect(imagesOfShape(large!.train.images, [28, 28, 1])).toEqual(small!.train.images);
  expect(imagesOfShape(small!.train.images, [32, 32, 1])).toEqual(large!.train.images);
  expect(imagesOfShape(small!.train.images, [28, 28, 1])).toBe(small!.train.images);
});

test("row by row, and sizes that differ by an odd number", () => {
  const flat = imagesOfShape(large!.test.images, [784])!;
  expect(flat.shape).toEqual([5, 784]);
  expect(flat.data).toEqual(small!.test.images.data);
  const images = { shape: [1, 2, 2, 2], data: Float32Array.of(1, 2, 3, 4, 5, 6, 7, 8), scale: 0.5 };
  expect(imagesOfShape(images, [3, 2, 2])).toEqual({
    shape: [1, 3, 2, 2],
    data: Float32Array.of(1, 2, 3, 4, 5, 6, 7, 8, 0, 0, 0, 0),
    scale: 0.5,
  });
});

test("what is not clear is not done: other channels, pixels that would be lost, no square", () => {
  const { images } = small!.test;
  expect(imagesOfShape(images, [28, 28, 3])).toBeUndefined();
  expect(imagesOfShape(images, [12, 12, 1])).toBeUndefined();
  expect(imagesOfShape(images, [785])).toBeUndefined();
  expect(imagesOfShape(images, [28, 28])).toBeUndefined();
});

test("another size is refused", async () => {
  expect(() => digits({ size: 30 as never })).toThrow(InputError);
  await expect(mnist({ size: "28" as never })).rejects.toThrow('mnist size: expected 28 or 32, got "28"');
});

test("the preparation of images in another size has the padding that they have now", () => {
  const { preparation } = large!.train;
  const paddingOf = (shape: number[]) => preparationOfShape(preparation!, shape).padding;
  expect(preparation).toMatchObject({ size: [28, 28], padding: 2 });
  expect([[28, 28, 1], [784], [30, 30, 1], [32, 32, 1]].map(paddingOf)).toEqual([0, 0, 1, 2]);
  // No padding makes these.
  expect(
    [
      [24, 24, 1],
      [29, 29, 1],
      [28, 32, 1],
      [10, 10],
    ].map(paddingOf),
  ).toEqual([2, 2, 2, 2]);
});
