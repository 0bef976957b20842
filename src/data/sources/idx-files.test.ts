import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, afterEach, beforeAll, expect, test, vi } from "vitest";
import { idxBytes } from "../../../test/idx-bytes.ts";
import { InputError } from "../../core/errors.ts";
import { readData } from "../read-data.ts";

let root: string;
let made = 0;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "lenet5-idx-"));
});
afterAll(() => rm(root, { recursive: true }));
afterEach(() => void vi.unstubAllGlobals());

const one = idxBytes([1], [3]);
const image = idxBytes([1, 28, 28], new Uint8Array(784).fill(90));
const good: Record<string, Uint8Array | string> = {
  "train-images-idx3-ubyte": idxBytes([2, 28, 28], new Uint8Array(2 * 784).fill(70)),
  "train-labels-idx1-ubyte": idxBytes([2], [0, 1]),
  "t10k-images-idx3-ubyte": image,
  "t10k-labels-idx1-ubyte": one,
};

async function folderOf(files: Record<string, Uint8Array | string>, name = "digits"): Promise<string> {
  const folder = join(root, String(made++), name);
  await mkdir(folder, { recursive: true });
  for (const [file, content] of Object.entries(files)) await writeFile(join(folder, file), content);
  return folder;
}

test("pads 28x28 with 2 zeros on each side, in shared memory", async () => {
  const folder = await folderOf(good);
  const { train, test, source } = await readData(folder);
  expect(source).toBe(`MNIST-format files in ${folder}`);
  expect(train.images.shape).toEqual([2, 32, 32, 1]);
  expect(train.images.scale).toBe(1 / 255);
  expect(train.images.data.buffer).toBeInstanceOf(SharedArrayBuffer);
  expect(train.labels).toEqual(new Uint8Array([0, 1]));
  expect(train.classNames).toEqual(["0", "1", "2", "3"]);
  expect(test.classNames).toEqual(train.classNames);
  const inside = (i: number) => i >= 2 && i < 30;
  for (let i = 0; i < 1024; i++) expect(test.images.data[i]).toBe(inside(i >> 5) && inside(i & 31) ? 90 : 0);
});

test("images of other sizes stay as they are; files in the other spelling or as gzip, beside folders of the same names", async () => {
  const folder = await folderOf({
    "train-images.idx3-ubyte": idxBytes([2, 33, 40], Array(2640).fill(4)),
    "train-labels.idx1-ubyte.gz": gzipSync(idxBytes([2], [0, 1])),
    "t10k-images.idx3-ubyte.gz": gzipSync(idxBytes([1, 33, 40], Array(1320).fill(250))),
    "t10k-labels.idx1-ubyte": idxBytes([1], [1]),
  });
  await mkdir(join(folder, "train-images-idx3-ubyte"));
  const { train, test } = await readData(folder);
  expect(train.images).toEqual({ shape: [2, 33, 40, 1], data: new Uint8Array(2640).fill(4), scale: 1 / 255 });
  expect(test.images.data).toEqual(new Uint8Array(1320).fill(250));
});

test("each image keeps its place, its rows and its columns", async () => {
  const pixels = Array.from({ length: 3 * 2 * 3 }, (_, i) => 200 + i);
  const small = { ...good, "t10k-images-idx3-ubyte": idxBytes([1, 2, 3], [1, 2, 3, 4, 5, 6]) };
  const files = { ...small, "train-images-idx3-ubyte": idxBytes([3, 2, 3], pixels) };
  const { train } = await readData(await folderOf({ ...files, "train-labels-idx1-ubyte": idxBytes([3], [1, 0, 2]) }));
  expect([...train.images.data]).toEqual(pixels);
  expect([...train.labels]).toEqual([1, 0, 2]);
});

test("memory that is not shared where the page may not share", async () => {
  vi.stubGlobal("SharedArrayBuffer", undefined);
  expect((await readData(await folderOf(good))).test.images.data.buffer).toBeInstanceOf(ArrayBuffer);
});

test.each<[string, number, (bytes: DataView, at: number, value: number) => void, number]>([
  ["bytes with a sign", 9, (view, at, value) => view.setInt8(at, value), 1],
  ["int16", 11, (view, at, value) => view.setInt16(at, value), 2],
  ["int32", 12, (view, at, value) => view.setInt32(at, value), 4],
  ["float32", 13, (view, at, value) => view.setFloat32(at, value), 4],
  ["float64", 14, (view, at, value) => view.setFloat64(at, value), 8],
])("elements of %s", async (_, type, set, size) => {
  const typed = (shape: number[], values: number[]) => {
    const bytes = idxBytes(shape, new Uint8Array(values.length * size));
    bytes[2] = type;
    values.forEach((value, i) => {
      set(new DataView(bytes.buffer), 4 + 4 * shape.length + i * size, value);
    });
    return bytes;
  };
  const folder = await folderOf({
    "train-images-idx3-int": typed([2, 2, 5], Array(20).fill(0).fill(1, 3, 9)),
    "train-labels-idx1-int": typed([2], [1, 0]),
    "test-images-idx4-int": typed([1, 1, 2, 5], [1, 0, 0, 0, 0, 0, 0, 0, 0, 0]),
    "test-labels-idx1-int": typed([1], [1]),
  });
  const { train, test: tested, notes } = await readData(folder);
  expect([...train.images.data]).toEqual(Array(20).fill(0).fill(255, 3, 9));
  expect([tested.images.shape, tested.images.data[0]]).toEqual([[1, 2, 5, 1], 255]);
  expect([[...train.labels], [...tested.labels]]).toEqual([[1, 0], [1]]);
  expect(notes).toEqual(["Pixels are numbers from 0 to 1: 0 is black, 1 is white"]);
});

test("QMNIST's names, and its labels with the class in the first of eight columns", async () => {
  const labels = (classes: number[]) => {
    const bytes = idxBytes([classes.length, 8], new Uint8Array(32 * classes.length));
    bytes[2] = 12;
    classes.forEach((label, i) => {
      new DataView(bytes.buffer).setInt32(12 + 32 * i, label);
      new DataView(bytes.buffer).setInt32(16 + 32 * i, 123456);
    });
    return bytes;
  };
  const folder = await folderOf({
    "qmnist-train-images-idx3-ubyte": idxBytes([2, 28, 28], Array(1568).fill(7)),
    "qmnist-train-labels-idx2-int.gz": gzipSync(labels([4, 0])),
    "qmnist-test-images-idx3-ubyte.gz": gzipSync(image),
    "qmnist-test-labels-idx2-int": labels([9]),
  });
  const { train, test: tested } = await readData(folder);
  expect([[...train.labels], [...tested.labels], train.classNames.at(-1)]).toEqual([[1, 0], [2], "9"]);
});

test("files one or two folders down, as torchvision keeps them; without test files the data are divided", async () => {
  const folder = await folderOf({});
  await mkdir(join(folder, "FashionMNIST", "processed"), { recursive: true });
  await mkdir(join(folder, "FashionMNIST", "raw"));
  const train = { "train-images-idx3-ubyte": idxBytes([4, 28, 28], Array(3136).fill(200)) };
  const labels = { "train-labels-idx1-ubyte": idxBytes([4], [0, 9, 9, 0]) };
  for (const [name, bytes] of Object.entries({ ...train, ...labels }))
    await writeFile(join(folder, "FashionMNIST", "raw", name), bytes);
  const { split, train: part, test: tested } = await readData(folder, { testSplit: 0.5 });
  expect(split).toBe("50% of each class for the test, seed 0");
  expect([[...part.labels], [...tested.labels], part.classNames[9]]).toEqual([[0, 9], [9, 0], "Ankle boot"]);
});

test("takes the plain file where both are there, and no file that is only named like one", async () => {
  const { "t10k-images-idx3-ubyte": plain, ...others } = good;
  const folder = await folderOf({
    ...others,
    "t10k-images.idx3-ubyte": plain,
    "t10k-images-idx3-ubyte.gz": "no gzip",
    "t10k-images-idx3-ubyte-before": "something else",
    "t10k-labels-idx1-ubyte.gz.part": "something else",
    "emnist-mnist-train-labels-idx1-ubyte.txt": "something else",
  });
  expect((await readData(folder)).test.images.data[2 * 32 + 2]).toBe(90);
  const broken = await folderOf(others);
  await symlink(join(broken, "nowhere"), join(broken, "t10k-images-idx3-ubyte"));
  await expect(readData(broken)).rejects.toThrow(/t10k-images-idx3-ubyte \(or .*\.gz\) is not there/);
});

test("EMNIST's transposed images are corrected", async () => {
  const folder = await folderOf({
    "emnist-letters-train-images-idx3-ubyte": idxBytes([1, 2, 2], [1, 2, 3, 200]),
    "emnist-letters-train-labels-idx1-ubyte": one,
    "emnist-letters-test-images-idx3-ubyte": idxBytes([1, 2, 2], [1, 2, 3, 200]),
    "emnist-letters-test-labels-idx1-ubyte": one,
  });
  const { train, test } = await readData(folder);
  expect([...train.images.data]).toEqual([1, 3, 2, 200]);
  expect(test.images.data).toEqual(train.images.data);
  expect([...(await readData(folder, { transpose: false })).train.images.data]).toEqual([1, 2, 3, 200]);
  expect(train.classNames).toHaveLength(27);
  expect(train.classNames[26]).toBe("Z");
});

test("EMNIST's files are known by their own names, not by the folder's", async () => {
  const square = idxBytes([1, 2, 2], [1, 2, 3, 200]);
  const train = idxBytes([2, 2, 2], [1, 2, 3, 200, 1, 2, 3, 200]);
  const files = { ...good, "t10k-images-idx3-ubyte": square, "train-images-idx3-ubyte": train };
  const { test } = await readData(await folderOf(files, "emnist-letters-files"));
  expect([...test.images.data]).toEqual([1, 2, 3, 200]);
  expect([...(await readData(await folderOf(files), { transpose: true })).test.images.data]).toEqual([1, 3, 2, 200]);
  expect(test.classNames).toEqual(["0", "1", "2", "3"]);
});

test("of several data sets in a folder one is named by the start of its files", async () => {
  const set = (name: string, count: number) => ({
    [`emnist-${name}-train-images-idx3-ubyte`]: idxBytes([count, 2, 2], Array(4 * count).fill(3)),
    [`emnist-${name}-train-labels-idx1-ubyte`]: idxBytes(
      [count],
      Array.from({ length: count }, (_, i) => i),
    ),
    [`emnist-${name}-test-images-idx3-ubyte`]: idxBytes([1, 2, 2], [1, 2, 3, 200]),
    [`emnist-${name}-test-labels-idx1-ubyte`]: one,
  });
  const folder = await folderOf({ ...set("letters", 3), ...set("digits", 4) });
  await expect(readData(folder)).rejects.toThrow(
    /expected one data set, got emnist-.* and emnist-.*; give one, such as /,
  );
  expect((await readData(join(folder, "emnist-letters"))).train.classNames[26]).toBe("Z");
  expect((await readData(join(folder, "emnist-digits"))).train.labels).toHaveLength(4);
  await expect(readData(join(folder, "emnist"))).rejects.toThrow(/expected one data set/);
  await expect(readData(join(folder, "kmnist"))).rejects.toThrow(/there is no such file or folder/);
});

test.each([
  ["digits", 10, "9"],
  ["mnist", 10, "9"],
  ["letters", 27, "Z"],
  ["balanced", 47, "t"],
  ["bymerge", 47, "t"],
  ["byclass", 62, "z"],
  ["constructor", 4, "3"],
])("EMNIST's split %s has %i classes, the last is %s", async (split, count, last) => {
  const { train } = await readData(
    await folderOf({
      [`emnist-${split}-train-images-idx3-ubyte`]: good["train-images-idx3-ubyte"]!,
      [`emnist-${split}-train-labels-idx1-ubyte`]: good["train-labels-idx1-ubyte"]!,
      [`emnist-${split}-test-images-idx3-ubyte`]: image,
      [`emnist-${split}-test-labels-idx1-ubyte`]: one,
    }),
  );
  expect(train.classNames).toHaveLength(count);
  expect(train.classNames.at(-1)).toBe(last);
});

test("class names: classes.txt, else the folder's name", async () => {
  const classes = { ...good, "classes.txt": "nought \r\n one\r\ntwo\r\nthree\r\nfour\r\n" };
  expect((await readData(await folderOf(classes, "fashion"))).train.classNames).toEqual([
    "nought",
    "one",
    "two",
    "three",
    "four",
  ]);
  expect((await readData(await folderOf(good, "Fashion-MNIST"))).train.classNames[9]).toBe("Ankle boot");
  expect((await readData(`${await folderOf(good, "fashion")}//`)).train.classNames[9]).toBe("Ankle boot");
  expect((await readData(await folderOf(good, "kmnist"))).train.classNames[1]).toBe("ki");
});

test.each<[string, Record<string, Uint8Array | string | undefined>, RegExp]>([
  ["a missing file", { "t10k-labels-idx1-ubyte": undefined }, /t10k-labels-idx1-ubyte \(or .*\.gz\) is not there/],
  ["two data sets", { "emnist-mnist-train-images-idx3-ubyte": image }, /expected one data set, got .* and /],
  ["images for labels", { "train-labels-idx1-ubyte": image }, /expected labels \[N\], got 3 dimensions/],
  ["labels for images", { "train-images-idx3-ubyte": one }, /expected images \[N, rows, columns\], got 1 dim/],
  [
    "images without columns",
    { "train-images-idx3-ubyte": idxBytes([2, 28, 0], []) },
    /expected images, got \[2, 28, 0\]/,
  ],
  [
    "images of other sizes",
    { "train-images-idx3-ubyte": idxBytes([2, 3, 3], Array(18).fill(30)) },
    /expected 3x3, .* got 28x28; give/,
  ],
  ["no images", { "train-images-idx3-ubyte": idxBytes([0, 28, 28], []) }, /the set is empty/],
  ["no labels", { "train-labels-idx1-ubyte": idxBytes([0], []) }, /the set is empty/],
  ["other counts", { "train-images-idx3-ubyte": image }, /expected as many images as labels, got 1 and 2/],
  ["a label without a name", { "classes.txt": "a\nb\nc" }, /label 3 but only 3 class names \(labels 0 to 2\)/],
  ["an empty class name", { "classes.txt": "a\n\nb\nc" }, /got an empty line/],
])("refuses %s", async (_, changes, message) => {
  const files = Object.entries({ ...good, ...changes }).filter(([, content]) => content !== undefined);
  const failed = readData(await folderOf(Object.fromEntries(files) as Record<string, Uint8Array>));
  await expect(failed).rejects.toThrow(InputError);
  await expect(failed).rejects.toThrow(message);
});

test("refuses one of the files, and says to give the folder", async () => {
  const file = join(await folderOf(good), "train-images-idx3-ubyte");
  await expect(readData(file)).rejects.toThrow(
    /train-images-idx3-ubyte: expected the folder of MNIST's four files, got/,
  );
});

test("refuses a folder that is not there", async () => {
  await expect(readData(join(root, "no"))).rejects.toThrow(/data ".*no": there is no such file or folder/);
});
