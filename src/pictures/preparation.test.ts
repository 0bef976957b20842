import { expect, test } from "vitest";
import { digits } from "../data/digits/digits.ts";
import type { Picture } from "./picture.ts";
import { checkedPreparation, inverted, mnistPreparation, type PreparationOptions, prepared } from "./preparation.ts";

const { images } = digits({ train: 8, test: 0, size: 28, seed: 3 }).train;
const mnistImage = (i: number) => images.data.slice(784 * i, 784 * (i + 1)) as Uint8Array;

/** A picture from the values of an image `[rows, columns, channels]`. */
function pictureOf(values: ArrayLike<number>, width: number, height: number, channels = 1): Picture {
  const data = new Uint8Array(4 * width * height);
  for (let i = 0; i < width * height; i++) {
    for (let c = 0; c < 4; c++) data[4 * i + c] = channels > c ? values[i * channels + c] : c === 3 ? 255 : data[4 * i];
  }
  return { width, height, data };
}

/** A picture in the middle of a larger one of one grey. */
function within(picture: Picture, side: number, grey: number, left = (side - picture.width) >> 1, top = left): Picture {
  const data = new Uint8Array(4 * side * side).map((_, i) => (i % 4 === 3 ? 255 : grey));
  for (let y = 0; y < picture.height; y++)
    data.set(picture.data.subarray(4 * y * picture.width, 4 * (y + 1) * picture.width), 4 * ((y + top) * side + left));
  return { width: side, height: side, data };
}

const mnist0 = mnistImage(0);
const mnist = mnistPreparation();
const shared: Record<string, PreparationOptions> = {
  "MNIST in 28x28": mnist,
  "LeNet-5's 32x32": mnistPreparation(2),
  "black on white": { ...mnist, ink: "dark" },
  "black on white, padded with zeros": { ...mnist, padding: 2, ink: "dark" },
  "in colour": { ...mnist, channels: 3 },
  "not framed": { size: [28, 28] },
  "not framed, padded": { size: [28, 28], padding: 3, ink: "dark" },
};

test.each(Object.entries(shared))("an image of the data set keeps its values: %s", (_, preparation) => {
  const { padding = 0, channels = 1, ink } = preparation;
  for (let i = 0; i < 8; i++) {
    const values = mnistImage(i).map((value) => (ink === "dark" ? 255 - value : value));
    const picture = pictureOf(values, 28, 28);
    const image = prepared(picture, preparation);
    expect(image.shape).toEqual([28 + 2 * padding, 28 + 2 * padding, channels]);
    const inPadding = within(picture, 28 + 2 * padding, 0);
    expect(image.data).toEqual(inPadding.data.filter((_, at) => at % 4 < channels));
    expect(prepared(inPadding, preparation).data).toEqual(image.data);
  }
});

test("an image of 2 classes in colour, 12x9, keeps its values", () => {
  const values = Uint8Array.from({ length: 12 * 9 * 3 }, (_, i) => (i * 97) % 256);
  const picture = pictureOf(values, 12, 9, 3);
  expect(prepared(picture, { size: [9, 12], channels: 3 })).toEqual({
    shape: [9, 12, 3],
    data: values,
    scale: 1 / 255,
  });
  const alpha = picture.data.map((value, i) => (i % 4 === 3 ? (i * 7) % 256 : value));
  const rgba = prepared({ ...picture, data: alpha }, { size: [9, 12], channels: 4, scale: 1 });
  expect(rgba).toEqual({ shape: [9, 12, 4], data: alpha, scale: 1 });
});

test("light and dark are those of the data, whatever the picture's are", () => {
  for (let i = 0; i < 8; i++) {
    const picture = pictureOf(mnistImage(i), 28, 28);
    expect(prepared(inverted(picture), mnist).data).toEqual(mnistImage(i));
    expect(prepared(picture, { ...mnist, ink: "dark" }).data).toEqual(mnistImage(i).map((value) => 255 - value));
  }
});

test("a large image that is framed already keeps its values", () => {
  const side = 28 * 28;
  const values = Uint8Array.from({ length: side ** 2 }, (_, at) => {
    return mnist0[28 * Math.floor(at / side / 28) + Math.floor((at % side) / 28)];
  });
  const image = prepared(pictureOf(values, side, side), { size: [side, side], framing: "mnist" });
  expect(Buffer.compare(image.data, values)).toBe(0);
});

/** The centre of mass and the longer side of the ink. */
function measured({ shape, data }: { shape: readonly number[]; data: Uint8Array }, ground: number) {
  const [rows, columns] = shape;
  let [mass, y, x, top, bottom, left, right] = [0, 0, 0, rows, 0, columns, 0];
  data.forEach((value, at) => {
    const [row, column, ink] = [Math.floor(at / columns), at % columns, Math.abs(value - ground)];
    mass += ink;
    y += ink * (row + 0.5);
    x += ink * (column + 0.5);
    if (ink < 25) return;
    [top, bottom] = [Math.min(top, row), Math.max(bottom, row + 1)];
    [left, right] = [Math.min(left, column), Math.max(right, column + 1)];
  });
  return { row: y / mass, column: x / mass, longer: Math.max(bottom - top, right - left) };
}

test.each([
  [28, 28, "light"],
  [28, 28, "dark"],
  [14, 14, "light"],
  [56, 56, "dark"],
  [28, 40, "light"],
] as const)("a digit elsewhere in a picture is framed for %sx%s, %s ink", (rows, columns, ink) => {
  for (let i = 0; i < 2; i++) {
    const picture = within(pictureOf(mnistImage(i), 28, 28), 90, 0, 5 + i, 40);
    const image = prepared(picture, { size: [rows, columns], framing: "mnist", ink });
    expect(image.shape).toEqual([rows, columns, 1]);
    const field = Math.min(rows, columns);
    const { row, column, longer } = measured(image, ink === "dark" ? 255 : 0);
    expect(Math.abs(longer - (20 * field) / 28)).toBeLessThan(1.1);
    expect(Math.abs(row - (rows - field) / 2 - (14.5 * field) / 28)).toBeLessThan(0.6);
    expect(Math.abs(column - (columns - field) / 2 - (14.5 * field) / 28)).toBeLessThan(0.6);
  }
});

test("a picture in MNIST's size, but not framed as MNIST, is framed", () => {
  for (let i = 0; i < 2; i++) {
    const picture = pictureOf(mnistImage(i), 28, 28);
    const moved = within({ ...picture, height: 24 }, 28, 0, 0, 4);
    expect(Math.abs(measured(prepared(moved, mnist), 0).row - 14.5)).toBeLessThan(0.6);
  }
});

test("without framing, another size is fitted and transparent parts are the ground", () => {
  const grey = (width: number, height: number, value: number, alpha = 255) => ({
    width,
    height,
    data: new Uint8Array(4 * width * height).map((_, i) => (i % 4 === 3 ? alpha : value)),
  });
  const given = { size: [4, 4], fit: "pad" } as const;
  expect([...prepared(grey(8, 4, 100), given).data]).toEqual([0, 0, 0, 0, ...new Array(8).fill(100), 0, 0, 0, 0]);
  const onWhite = [...prepared(grey(8, 4, 100), { ...given, ink: "dark" }).data];
  expect(onWhite.slice(0, 5)).toEqual([255, 255, 255, 255, 100]);
  expect([...prepared(grey(8, 4, 100), { ...given, fit: "stretch" }).data]).toEqual(new Array(16).fill(100));
  expect([...prepared(grey(8, 4, 100), { ...given, fit: "crop" }).data]).toEqual(new Array(16).fill(100));
  expect(prepared(grey(4, 4, 200, 51), given).data[0]).toBe(40);
  expect(prepared(grey(4, 4, 200, 51), { ...given, ink: "dark" }).data[0]).toBe(244);
});

test("a blank picture and a wrong preparation are refused", () => {
  const blank = { width: 50, height: 50, data: new Uint8Array(1e4).fill(255) };
  expect(() => prepared(blank, mnist, "blank.png")).toThrow("blank.png: expected a digit, but nothing stands out");
  expect(prepared(blank, { size: [28, 28] }).data[0]).toBe(255);
  expect(() => prepared(blank, { size: [28, 28], fit: "squeeze" as "pad" })).toThrow('fit: expected "stretch", "pad"');
  expect(() => checkedPreparation("it", { size: [0, 28] })).toThrow("it size: expected [rows, columns] from 1");
});
