import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, afterEach, beforeAll, expect, test, vi } from "vitest";
import { idxBytes } from "../../test/idx-bytes.ts";
import { InputError } from "../core/errors.ts";
import { readIdxFolder, trainTestOfIdx } from "./idx-folder.ts";

let root: string;
let made = 0;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "lenet5-idx-"));
});
afterAll(() => rm(root, { recursive: true }));
afterEach(() => void vi.unstubAllGlobals());

const one = idxBytes([1], [3]);
const image = idxBytes([1, 28, 28], new Uint8Array(784).fill(9));
const good: Record<string, Uint8Array | string> = {
  "train-images-idx3-ubyte": idxBytes([2, 28, 28], new Uint8Array(2 * 784).fill(7)),
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
  const { train, test, source } = await readIdxFolder(folder);
  expect(source).toBe(`MNIST-format files in ${folder}`);
  expect(train.images.shape).toEqual([2, 32, 32, 1]);
  expect(train.images.scale).toBe(1 / 255);
  expect(train.images.data.buffer).toBeInstanceOf(SharedArrayBuffer);
  expect(train.labels).toEqual(new Uint8Array([0, 1]));
  expect(train.classNames).toEqual(["0", "1", "2", "3"]);
  expect(test.classNames).toEqual(train.classNames);
  const inside = (i: number) => i >= 2 && i < 30;
  for (let i = 0; i < 1024; i++) expect(test.images.data[i]).toBe(inside(i >> 5) && inside(i & 31) ? 9 : 0);
});

test("centres images of other sizes; takes files in the other spelling or as gzip, beside folders of the same names", async () => {
  const folder = await folderOf({
    "train-images.idx3-ubyte": idxBytes([1, 1, 2], [1, 2]),
    "train-labels.idx1-ubyte.gz": gzipSync(one),
    "t10k-images.idx3-ubyte.gz": gzipSync(idxBytes([1, 32, 32], new Uint8Array(1024).fill(5))),
    "t10k-labels.idx1-ubyte": one,
  });
  await mkdir(join(folder, "train-images-idx3-ubyte"));
  const { train, test } = await readIdxFolder(folder);
  const inked = Array.from(train.images.data.entries()).filter(([, value]) => value > 0);
  expect(inked).toEqual([
    [15 * 32 + 15, 1],
    [15 * 32 + 16, 2],
  ]);
  expect(test.images.data.every((value) => value === 5)).toBe(true);
});

test("each image keeps its place, its rows and its columns", async () => {
  const pixels = Array.from({ length: 3 * 2 * 3 }, (_, i) => i + 1);
  const { train } = await readIdxFolder(
    await folderOf({
      ...good,
      "train-images-idx3-ubyte": idxBytes([3, 2, 3], pixels),
      "train-labels-idx1-ubyte": idxBytes([3], [0, 1, 2]),
    }),
  );
  expect(Array.from(train.images.data.entries()).filter(([, value]) => value > 0)).toEqual(
    pixels.map((value, i) => [1024 * Math.floor(i / 6) + 32 * (15 + (Math.floor(i / 3) % 2)) + 14 + (i % 3), value]),
  );
});

test("images of one column, and in memory that is not shared where the page may not share", async () => {
  vi.stubGlobal("SharedArrayBuffer", undefined);
  const column = idxBytes([1, 3, 1], [1, 2, 3]);
  const { test } = await readIdxFolder(await folderOf({ ...good, "t10k-images-idx3-ubyte": column }));
  expect(test.images.data.buffer).toBeInstanceOf(ArrayBuffer);
  expect(Array.from(test.images.data.filter((value) => value > 0))).toEqual([1, 2, 3]);
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
  expect((await readIdxFolder(folder)).test.images.data[2 * 32 + 2]).toBe(9);
  const broken = await folderOf(others);
  await symlink(join(broken, "nowhere"), join(broken, "t10k-images-idx3-ubyte"));
  await expect(readIdxFolder(broken)).rejects.toThrow(/t10k-images-idx3-ubyte \(or .*\.gz\) is not there/);
});

test("EMNIST's transposed images are corrected", async () => {
  const folder = await folderOf({
    "emnist-letters-train-images-idx3-ubyte": idxBytes([1, 2, 2], [1, 2, 3, 4]),
    "emnist-letters-train-labels-idx1-ubyte": one,
    "emnist-letters-test-images-idx3-ubyte": idxBytes([1, 2, 2], [1, 2, 3, 4]),
    "emnist-letters-test-labels-idx1-ubyte": one,
  });
  const { train, test } = await readIdxFolder(folder);
  expect(Array.from(train.images.data.filter((value) => value > 0))).toEqual([1, 3, 2, 4]);
  expect(test.images.data).toEqual(train.images.data);
  expect(train.classNames).toHaveLength(27);
  expect(train.classNames[26]).toBe("Z");
});

test("EMNIST's files are known by their own names, not by the folder's", async () => {
  const square = idxBytes([1, 2, 2], [1, 2, 3, 4]);
  const files = { ...good, "t10k-images-idx3-ubyte": square };
  const { test } = await readIdxFolder(await folderOf(files, "emnist-letters-files"));
  expect(Array.from(test.images.data.filter((value) => value > 0))).toEqual([1, 2, 3, 4]);
  expect(test.classNames).toEqual(["0", "1", "2", "3"]);
  // Files that were given, not found in a folder
  const file = (bytes: Uint8Array, name = "") => ({ name, bytes: bytes.slice() });
  const { train } = trainTestOfIdx("given", {
    "train-images-idx3-ubyte": file(square, "emnist-letters-train-images-idx3-ubyte"),
    "train-labels-idx1-ubyte": file(one),
    "t10k-images-idx3-ubyte": file(square),
    "t10k-labels-idx1-ubyte": file(one),
  });
  expect(Array.from(train.images.data.filter((value) => value > 0))).toEqual([1, 3, 2, 4]);
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
  const { train } = await readIdxFolder(
    await folderOf({
      [`emnist-${split}-train-images-idx3-ubyte`]: image,
      [`emnist-${split}-train-labels-idx1-ubyte`]: one,
      [`emnist-${split}-test-images-idx3-ubyte`]: image,
      [`emnist-${split}-test-labels-idx1-ubyte`]: one,
    }),
  );
  expect(train.classNames).toHaveLength(count);
  expect(train.classNames.at(-1)).toBe(last);
});

test("class names: classes.txt, else the folder's name", async () => {
  const classes = { ...good, "classes.txt": "nought \r\n one\r\ntwo\r\nthree\r\nfour\r\n" };
  expect((await readIdxFolder(await folderOf(classes, "fashion"))).train.classNames).toEqual([
    "nought",
    "one",
    "two",
    "three",
    "four",
  ]);
  expect((await readIdxFolder(await folderOf(good, "Fashion-MNIST"))).train.classNames[9]).toBe("Ankle boot");
  expect((await readIdxFolder(`${await folderOf(good, "fashion")}//`)).train.classNames[9]).toBe("Ankle boot");
  expect((await readIdxFolder(await folderOf(good, "kmnist"))).train.classNames[1]).toBe("ki");
});

test.each<[string, Record<string, Uint8Array | string | undefined>, RegExp]>([
  ["a missing file", { "t10k-labels-idx1-ubyte": undefined }, /t10k-labels-idx1-ubyte \(or .*\.gz\) is not there/],
  ["two data sets", { "emnist-mnist-train-images-idx3-ubyte": image }, /expected one data set, got .* and /],
  ["images for labels", { "train-labels-idx1-ubyte": image }, /expected labels \[N\], got 3 dimensions/],
  ["labels for images", { "train-images-idx3-ubyte": one }, /expected images \[N, rows, columns\], got 1 dim/],
  ["large images", { "train-images-idx3-ubyte": idxBytes([1, 33, 1], Array(33)) }, /1x1 to 32x32, got 33x1/],
  ["wide images", { "train-images-idx3-ubyte": idxBytes([1, 1, 33], Array(33)) }, /1x1 to 32x32, got 1x33/],
  ["images without columns", { "train-images-idx3-ubyte": idxBytes([2, 28, 0], []) }, /1x1 to 32x32, got 28x0/],
  ["images of nothing", { "train-images-idx3-ubyte": idxBytes([2, 0, 28], []) }, /1x1 to 32x32, got 0x28/],
  ["no images", { "train-images-idx3-ubyte": idxBytes([0, 28, 28], []) }, /the set is empty/],
  ["no labels", { "train-labels-idx1-ubyte": idxBytes([0], []) }, /the set is empty/],
  ["other counts", { "train-images-idx3-ubyte": image }, /expected as many images as labels, got 1 and 2/],
  ["a label without a name", { "classes.txt": "a\nb\nc" }, /label 3 but only 3 class names \(labels 0 to 2\)/],
  ["an empty class name", { "classes.txt": "a\n\nb\nc" }, /got an empty line/],
])("refuses %s", async (_, changes, message) => {
  const files = Object.entries({ ...good, ...changes }).filter(([, content]) => content !== undefined);
  const failed = readIdxFolder(await folderOf(Object.fromEntries(files) as Record<string, Uint8Array>));
  await expect(failed).rejects.toThrow(InputError);
  await expect(failed).rejects.toThrow(message);
});

test("refuses a folder that is not there", async () => {
  await expect(readIdxFolder(join(root, "no"))).rejects.toThrow(/cannot list ".*no": there is no such file/);
});
