import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, expect, test } from "vitest";
import { InputError } from "../core/errors.ts";
import { idxBytes } from "./idx.ts";
import { readIdxFolder } from "./idx-folder.ts";

let root: string;
let made = 0;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "lenet5-idx-"));
});
afterAll(() => rm(root, { recursive: true }));

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

test("centres other sizes and knows the other spelling, gzip, and folders of the same names", async () => {
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

test("EMNIST's files are turned back", async () => {
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

test("class names: classes.txt, else the folder's name", async () => {
  const classes = { ...good, "classes.txt": "nought\r\none\r\ntwo\r\nthree\r\nfour\r\n" };
  expect((await readIdxFolder(await folderOf(classes, "fashion"))).train.classNames).toEqual([
    ...["nought", "one", "two", "three", "four"],
  ]);
  expect((await readIdxFolder(await folderOf(good, "Fashion-MNIST"))).train.classNames[9]).toBe("Ankle boot");
  expect((await readIdxFolder(await folderOf(good, "kmnist"))).train.classNames[1]).toBe("ki");
});

test.each<[string, Record<string, Uint8Array | string | undefined>, RegExp]>([
  ["a missing file", { "t10k-labels-idx1-ubyte": undefined }, /t10k-labels-idx1-ubyte \(or .*\.gz\) is not there/],
  ["two data sets", { "emnist-mnist-train-images-idx3-ubyte": image }, /expected one data set, got .* and /],
  ["images for labels", { "train-labels-idx1-ubyte": image }, /expected labels \[N\], got 3 dimensions/],
  ["labels for images", { "train-images-idx3-ubyte": one }, /expected images \[N, rows, columns\], got 1 dim/],
  ["large images", { "train-images-idx3-ubyte": idxBytes([1, 33, 1], Array(33)) }, /1x1 to 32x32, got 33x1/],
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
