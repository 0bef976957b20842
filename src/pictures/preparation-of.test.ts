import { expect, test } from "vitest";
import { digits } from "../data/digits/digits.ts";
import { mnistPreparation } from "./preparation.ts";
import { preparationOf } from "./preparation-of.ts";

const { images } = digits({ train: 200, test: 0, size: 28 }).train;
const bytes = images.data as Uint8Array;
const made = mnistPreparation();

/** `[count, side, side, 1]` images of the values at each index, row and column. */
function imagesOf(count: number, side: number, value: (index: number, row: number, column: number) => number) {
  const data = new Uint8Array(count * side * side).map((_, at) => {
    return value(Math.floor(at / side ** 2), Math.floor(at / side) % side, at % side);
  });
  return { shape: [count, side, side, 1], data, scale: 1 / 255 };
}

const pixel = (index: number, row: number, column: number) => {
  return Math.min(row, column) < 0 || Math.max(row, column) > 27 ? 0 : bytes[(index * 28 + row) * 28 + column];
};

test("images that are framed as MNIST's are recognised, light or dark, padded, in colour and as floats", () => {
  expect(preparationOf(images)).toEqual(made);
  const dark = { ...images, data: bytes.map((value) => 255 - value) };
  expect(preparationOf(dark)).toEqual({ ...made, ink: "dark" });
  const padded = imagesOf(200, 32, (index, row, column) => pixel(index, row - 2, column - 2));
  expect(preparationOf(padded)).toEqual(mnistPreparation(2));
  expect(preparationOf(padded, { padding: 2 })).toEqual(mnistPreparation(2));
  const colour = { ...images, shape: [200, 28, 28, 3], data: new Uint8Array([...bytes].flatMap((v) => [v, v, v])) };
  expect(preparationOf(colour)).toEqual({ ...made, channels: 3 });
  const floats = { shape: images.shape, data: Float32Array.from(bytes, (value) => value / 255) };
  expect(preparationOf(floats)).toEqual(made);
  expect(preparationOf({ ...images, data: Float32Array.from(bytes), scale: 1 })).toEqual({ ...made, scale: 1 });
});

test("halved and doubled images of MNIST are framed as these are", () => {
  const mean = (index: number, row: number, column: number) => {
    const sum = [0, 1].flatMap((y) => [0, 1].map((x) => pixel(index, 2 * row + y, 2 * column + x)));
    return (sum[0] + sum[1] + sum[2] + sum[3]) / 4;
  };
  expect(preparationOf(imagesOf(200, 14, mean))).toEqual({ ...made, size: [14, 14] });
  const doubled = imagesOf(200, 56, (index, row, column) => pixel(index, row >> 1, column >> 1));
  expect(preparationOf(doubled)).toEqual({ ...made, size: [56, 56] });
});

test("images that are framed otherwise, or not at all, are taken as they are", () => {
  const none = { ...made, framing: "none" };
  expect(preparationOf(imagesOf(200, 28, (index, row, column) => pixel(index, row + 3, column)))).toEqual(none);
  const wide = imagesOf(200, 36, (index, row, column) => pixel(index, row - 4, column - 4));
  expect(preparationOf(wide)).toEqual({ ...none, size: [36, 36] });
  const onGrey = imagesOf(200, 28, (...at) => 60 + 0.7 * pixel(...at));
  expect(preparationOf(onGrey)).toEqual(none);
  const blank = imagesOf(20, 28, () => 0);
  expect(preparationOf(blank)).toEqual(none);
  const halfDark = imagesOf(200, 28, (index, ...at) => (index % 2 ? 255 - pixel(index, ...at) : pixel(index, ...at)));
  expect(preparationOf(halfDark)).toEqual(none);
});

test("what no picture's bytes become is unknown", () => {
  expect(preparationOf({ shape: [2, 784], data: new Uint8Array(1568) })).toBeUndefined();
  expect(preparationOf({ shape: [1, 2, 2, 2], data: new Uint8Array(8) })).toBeUndefined();
  expect(preparationOf({ shape: [0, 28, 28, 1], data: new Uint8Array(0) })).toBeUndefined();
  expect(preparationOf({ shape: [1, 2, 2, 1], data: Float32Array.of(-1, 0, 0, 1) })).toBeUndefined();
  expect(preparationOf({ shape: [1, 2, 2, 1], data: Float32Array.of(Number.NaN, 0, 0, 1) })).toBeUndefined();
  expect(preparationOf({ shape: [1, 2, 2, 1], data: Float32Array.of(0, 0, 0, 300) })).toBeUndefined();
});
