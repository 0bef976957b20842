import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { zipSync } from "fflate";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { npyBytes, writeFiles } from "../../../test/made-files.ts";
import { InputError } from "../../core/errors.ts";
import { readData } from "../read-data.ts";
import type { ReadDataOptions } from "../read-data-options.ts";
import { roleOf } from "./array-roles.ts";

let root: string;
let made = 0;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "lenet5-numpy-"));
});
afterAll(() => rm(root, { recursive: true }));
const folderOf = (files: Parameters<typeof writeFiles>[1]) => writeFiles(join(root, String(made++)), files);

const npz = (arrays: Readonly<Record<string, Uint8Array>>) =>
  zipSync(Object.fromEntries(Object.entries(arrays).map(([name, bytes]) => [`${name}.npy`, bytes])));

/** Images of bytes that count from 1. */
const images = (...shape: number[]) =>
  npyBytes(
    shape,
    Uint8Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, i) => 1 + (i % 255)),
  );
const labels = (...values: number[]) => npyBytes([values.length], Uint8Array.from(values));

test("Keras's mnist.npz", async () => {
  const file = npz({
    x_train: images(3, 28, 28),
    y_train: labels(5, 0, 4),
    x_test: images(1, 28, 28),
    y_test: labels(7),
  });
  const folder = await folderOf({ "mnist.npz": file });
  for (const path of [folder, join(folder, "mnist.npz")]) {
    const { train, test: tested, source, split } = await readData(path);
    expect(source).toBe(`NumPy arrays in ${join(folder, "mnist.npz")}`);
    expect(split).toBe("arrays of their own for train and test");
    expect([train.images.shape, tested.images.shape]).toEqual([
      [3, 32, 32, 1],
      [1, 32, 32, 1],
    ]);
    expect([[...train.labels], [...tested.labels], train.classNames]).toEqual([[5, 0, 4], [7], [..."01234567"]]);
    expect([train.images.data[65], train.images.data[66], train.images.data[67]]).toEqual([0, 1, 2]);
    expect(train.preparation).toMatchObject({ size: [28, 28], padding: 2 });
  }
});

test.each<[string, ReturnType<typeof roleOf>]>([
  ["x_train", { content: "images", part: "train" }],
  ["Y_test", { content: "labels", part: "test" }],
  ["xTrain", { content: "images", part: "train" }],
  ["ytest", { content: "labels", part: "test" }],
  ["val_labels", { content: "labels", part: "validation" }],
  ["train-images", { content: "images", part: "train" }],
  ["kmnist-test-imgs", { content: "images", part: "test" }],
  ["X", { content: "images" }],
  ["target", { content: "labels" }],
  ["arr_0", undefined],
  ["weights", undefined],
])("the role of %s", (name, role) => {
  expect(roleOf(name)).toEqual(role);
});

describe("names and shapes", () => {
  const read = async (arrays: Readonly<Record<string, Uint8Array>>, options?: ReadDataOptions) =>
    readData(await folderOf({ "data.npz": npz(arrays) }), options);

  test("npy files in a folder, and KMNIST's npz files of one array each", async () => {
    const npy = await readData(await folderOf({ "X.npy": images(4, 5, 6), "y.npy": labels(0, 1, 0, 1) }));
    expect([npy.train.images.shape, npy.split]).toEqual([[2, 5, 6, 1], "20% of each class for the test, seed 0"]);
    const kmnist = await readData(
      await folderOf({
        "kmnist-train-imgs.npz": npz({ arr_0: images(2, 28, 28) }),
        "kmnist-train-labels.npz": npz({ arr_0: labels(3, 9) }),
        "kmnist-test-imgs.npz": npz({ arr_0: images(1, 28, 28) }),
        "kmnist-test-labels.npz": npz({ arr_0: labels(3) }),
      }),
    );
    expect([kmnist.train.labels.length, kmnist.train.classNames[1]]).toEqual([2, "ki"]);
  });

  test("validation arrays, labels [N, 1] and one-hot, and arrays that are not used", async () => {
    const {
      validation,
      train,
      test: tested,
      notes,
    } = await read({
      train_images: images(2, 3, 3),
      train_labels: npyBytes([2, 1], Uint8Array.of(1, 0)),
      val_images: images(1, 3, 3),
      val_labels: npyBytes([1, 2], Uint8Array.of(0, 1)),
      test_images: images(1, 3, 3),
      test_labels: npyBytes([1, 2], Float32Array.of(1, 0)),
      weights: images(7),
    });
    expect([train, validation!, tested].map((part) => [...part.labels])).toEqual([[1, 0], [1], [0]]);
    expect(notes).toContain('Not used: "weights"');
  });

  test("channels last, first and by option; pixels in a row; transposed", async () => {
    const y = labels(0, 1);
    const test_ = { x_test: images(1, 5, 6), y_test: labels(1) };
    const shapeOf = async (x: Uint8Array, options?: ReadDataOptions) =>
      (await read({ x_train: x, y_train: y, x_test: x, y_test: y }, options)).train.images.shape.slice(1);
    expect(await shapeOf(images(2, 5, 6, 3))).toEqual([5, 6, 3]);
    expect(await shapeOf(images(2, 3, 5, 6))).toEqual([5, 6, 3]);
    expect(await shapeOf(images(2, 1, 5, 6))).toEqual([5, 6, 1]);
    expect(await shapeOf(images(2, 64))).toEqual([8, 8, 1]);
    expect(await shapeOf(images(2, 5, 6), { transpose: true })).toEqual([6, 5, 1]);
    expect(await shapeOf(images(2, 3, 7, 4), { layout: "channels_first" })).toEqual([7, 4, 3]);
    expect(await shapeOf(images(2, 3, 7, 4), { layout: "channels_last" })).toEqual([3, 7, 4]);
    await expect(shapeOf(images(2, 3, 7, 4))).rejects.toThrow(/either axis may be the channels: give --layout/);
    await expect(shapeOf(images(2, 9, 7, 5))).rejects.toThrow(
      /axis of 1 to 4 channels, got \[2, 9, 7, 5\]; no such axis/,
    );
    await expect(shapeOf(images(2, 9, 7, 3), { layout: "channels_first" })).rejects.toThrow(
      /no such axis is the second/,
    );
    const { train } = await read({ x_train: images(2, 5, 6), y_train: y, ...test_ }, { transpose: true });
    expect([...train.images.data.slice(0, 3)]).toEqual([1, 7, 13]);
    const first = await read({
      x_train: images(2, 3, 5, 5),
      y_train: y,
      x_test: images(1, 3, 5, 5),
      y_test: labels(1),
    });
    expect([...first.train.images.data.slice(0, 6)]).toEqual([1, 26, 51, 2, 27, 52]);
  });

  test("floats from 0 to 1 and from -1 to 1, 16 bits, booleans, and texts as labels", async () => {
    const of = async (x: Uint8Array) => {
      const { train } = await read({ x_train: x, y_train: labels(0, 1), x_test: x, y_test: labels(0, 1) });
      return [...train.images.data];
    };
    expect(await of(npyBytes([2, 1, 2], Float32Array.of(0, 1, 0.5, 0.25)))).toEqual([0, 255, 128, 64]);
    expect(await of(npyBytes([2, 1, 2], Float64Array.of(-1, 1, 0, 0.5)))).toEqual([0, 255, 128, 191]);
    expect(await of(npyBytes([2, 1, 2], Int32Array.of(0, 65535, 257, 32768)))).toEqual([0, 255, 1, 128]);
    expect(await of(npyBytes([2, 1, 2], Uint8Array.of(0, 1, 1, 0)))).toEqual([0, 255, 255, 0]);
    const { train } = await read({ x: images(4, 2, 2), y: npyBytes([4], ["b10", "b9", "b10", "b9"]) });
    expect(train.classNames).toEqual(["b9", "b10"]);
  });

  test("labels with gaps are the names of classes; numbers from 0 keep their place", async () => {
    const namesOf = async (...y: number[]) =>
      (await read({ x: images(y.length, 2, 2), y: labels(...y) })).train.classNames;
    expect(await namesOf(10, 20, 30, 10, 20, 30)).toEqual(["10", "20", "30"]);
    expect(await namesOf(1, 2, 1, 2)).toEqual(["1", "2"]);
    expect(await namesOf(0, 2, 0, 2)).toEqual(["0", "1", "2"]);
    const text = "zero\none\ntwo\n";
    const named = { "classes.txt": text, "d.npz": npz({ x: images(4, 2, 2), y: labels(0, 2, 0, 2) }) };
    expect((await readData(await folderOf(named))).train.classNames).toEqual(["zero", "one", "two"]);
  });

  const pair = { x_train: images(2, 3, 3), y_train: labels(0, 1) };
  test.each<[string, Readonly<Record<string, Uint8Array>>, RegExp, ReadDataOptions?]>([
    ["no arrays", {}, /expected arrays such as x_train and y_train, or x and y, got none/],
    ["arrays of other names", { a: images(1, 2, 2), b: labels(1) }, /or x and y, got "a" and "b"; rename them/],
    [
      "images without labels",
      { ...pair, x_test: images(1, 3, 3) },
      /expected labels beside "x_test", got .*; add them, such as "y_test"/,
    ],
    [
      "two arrays of one role",
      { ...pair, train_images: images(2, 3, 3) },
      /expected one array of images for train, got "x_train" and "train_images"/,
    ],
    [
      "a test set alone",
      { x_test: images(2, 3, 3), y_test: labels(0, 1) },
      /expected training images, got "test" only/,
    ],
    ["other counts", { ...pair, y_train: labels(0, 1, 1) }, /expected as many images as labels, got 2 and 3/],
    [
      "no images",
      { x_train: images(0, 3, 3), y_train: npyBytes([0], new Uint8Array()) },
      /the set is empty|expected images/,
    ],
    [
      "labels of two axes",
      { ...pair, y_train: npyBytes([2, 2], Uint8Array.of(1, 1, 0, 1)) },
      /expected labels \[N\], \[N, 1\] or rows with one 1/,
    ],
    [
      "broken labels",
      { ...pair, y_train: npyBytes([2], Float32Array.of(0, 0.5)) },
      /expected whole numbers as labels, got 0\.5 for image 1/,
    ],
    [
      "NaN",
      { ...pair, x_train: npyBytes([2, 1, 2], Float32Array.of(0, 1, Number.NaN, 0)) },
      /expected numbers, got NaN in image 1/,
    ],
    ["five axes", { ...pair, x_train: images(2, 3, 3, 3, 3) }, /expected images \[N, rows, columns\]/],
    [
      "names that are words of JavaScript",
      { constructor_x: images(2, 3, 3), y_test: labels(0, 1) },
      /expected labels beside "constructor_x", got "constructor_x" and "y_test"/,
    ],
    [
      "an option without a use",
      { x: images(2, 3, 3), y: labels(0, 1) },
      /readData labelColumn: NumPy arrays .* have no use for it/,
      { labelColumn: "first" },
    ],
    [
      "a seed for a split that the data have",
      { ...pair, x_test: images(2, 3, 3), y_test: labels(0, 1), y_train: labels(1, 0) },
      /readData splitSeed: expected data without a test set/,
      { splitSeed: 1 },
    ],
    [
      "a fit without a size",
      { x: images(2, 3, 3), y: labels(0, 1) },
      /readData fit: expected with a size/,
      { fit: "crop" },
    ],
  ])("refused: %s", async (_, arrays, message, options) => {
    const result = read(arrays, options);
    await expect(result).rejects.toThrow(InputError);
    await expect(result).rejects.toThrow(message);
  });
});
