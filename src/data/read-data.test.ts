import { mkdir, mkdtemp, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { pngBytes, writeFiles } from "../../test/made-files.ts";
import { InputError } from "../core/errors.ts";
import { readData } from "./read-data.ts";
import type { ReadDataOptions } from "./read-data-options.ts";

let root: string;
let made = 0;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "lenet5-data-"));
});
afterAll(() => rm(root, { recursive: true }));

const folderOf = (files: Parameters<typeof writeFiles>[1]) => writeFiles(join(root, String(made++)), files);
const small = { width: 3, height: 2 };

/** Files of n pictures of each class, which differ in their first pixel. */
function classesOf(prefix: string, counts: Readonly<Record<string, number>>) {
  const files: Record<string, Uint8Array> = {};
  for (const [name, count] of Object.entries(counts))
    for (let i = 0; i < count; i++) files[`${prefix}${name}/${i}.png`] = pngBytes(small, 0, 1 + i);
  return files;
}

async function failure(files: Parameters<typeof writeFiles>[1], options?: ReadDataOptions): Promise<string> {
  const folder = await folderOf(files);
  const error = await readData(folder, options).then(
    () => "it was read",
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(InputError);
  const { message } = error as InputError;
  expect(message).not.toContain("\n");
  return message.replaceAll(folder, "DIR");
}

describe("folders train and test", () => {
  test("classes in natural order, images with their names, in shared memory", async () => {
    const folder = await folderOf({
      ...classesOf("train/", { 10: 2, 9: 1, a: 3 }),
      ...classesOf("Test/", { a: 1, 9: 2 }),
    });
    const { train, test: tested, source, split, notes, validation } = await readData(folder);
    expect(source).toBe(`pictures in ${folder}`);
    expect(split).toBe('folders "train" and "Test"');
    expect(notes).toEqual(['"Test" has no pictures of "10"']);
    expect(validation).toBeUndefined();
    expect(train.classNames).toEqual(["9", "10", "a"]);
    expect(train.images.shape).toEqual([6, 2, 3, 1]);
    expect(train.images.scale).toBe(1 / 255);
    expect(train.images.data.buffer).toBeInstanceOf(SharedArrayBuffer);
    train.names!.forEach((name, i) => {
      const [, part, k, n] = /^(train)\/(.*)\/(\d+)\.png$/.exec(name)!;
      expect(part).toBe("train");
      expect(train.classNames[train.labels[i]!]).toBe(k);
      expect(train.images.data[6 * i]).toBe(1 + Number(n));
    });
    expect(tested.names).toEqual(["Test/9/0.png", "Test/9/1.png", "Test/a/0.png"]);
    expect([...tested.labels]).toEqual([0, 0, 2]);
    expect(tested.classNames).toBe(train.classNames);
    expect(train.sizes).toBeUndefined();
    expect(train.preparation).toMatchObject({ size: [2, 3], padding: 0, channels: 1, framing: "none", fit: "pad" });
  });

  test("validation images of their own; without a test folder they are the test", async () => {
    const files = { ...classesOf("train/", { a: 2, b: 2 }), ...classesOf("valid/", { a: 1, b: 1 }) };
    const both = await readData(await folderOf({ ...files, ...classesOf("test/", { b: 1 }) }));
    expect([both.train, both.validation!, both.test].map(({ labels }) => labels.length)).toEqual([4, 2, 1]);
    expect(both.split).toBe('folders "train", "test" and "valid"');
    const one = await readData(await folderOf({ ...files, "test/1.png": pngBytes(small) }));
    expect([one.validation, one.test.labels.length]).toEqual([undefined, 2]);
    expect(one.notes).toEqual([
      '"test" has no folders of classes with pictures: it is not used',
      'There is no test folder with pictures: "valid" is the test set',
      "Skipped 1 picture outside the folders of classes",
    ]);
  });
});

describe("one level", () => {
  const files = classesOf("", { cat: 20, dog: 10, eel: 1 });

  test("a stratified split by its seed, and training images in an order that can be cut", async () => {
    const folder = await folderOf(files);
    const { train, test: tested, split, notes } = await readData(folder);
    expect(split).toBe("20% of each class for the test, seed 0");
    const counts = (labels: ArrayLike<number>) =>
      [0, 1, 2].map((k) => Array.from(labels).filter((label) => label === k).length);
    expect(counts(train.labels)).toEqual([16, 8, 1]);
    expect(counts(tested.labels)).toEqual([4, 2, 0]);
    expect(notes).toEqual(['Classes with one image, which is for training: "eel"']);
    expect([...train.names!, ...tested.names!].sort()).toEqual(Object.keys(files).sort());
    expect(counts(train.labels.slice(-6))).toEqual([4, 2, 0]);
    expect(await readData(folder)).toEqual(await readData(folder, { testSplit: 0.2, splitSeed: 0 }));
    const other = await readData(folder, { testSplit: 0.5, splitSeed: 1 });
    expect(counts(other.test.labels)).toEqual([10, 5, 0]);
    expect(other.split).toBe("50% of each class for the test, seed 1");
    const again = await readData(folder, { splitSeed: 1 });
    expect(again.test.names).not.toEqual(tested.names);
  });

  test("one or two folders below, as archives unpack", async () => {
    for (const prefix of ["letters/", "letters/all/"]) {
      const folder = await folderOf({ ...classesOf(prefix, { a: 4, b: 4 }), "readme.txt": "x" });
      const { train, source } = await readData(folder);
      expect([source, train.classNames]).toEqual([`pictures in ${join(folder, prefix.slice(0, -1))}`, ["a", "b"]]);
    }
    const divided = { ...classesOf("letters/train/", { a: 2, b: 2 }), ...classesOf("letters/test/", { a: 1 }) };
    expect((await readData(await folderOf(divided))).split).toBe('folders "train" and "test"');
    expect(await failure(classesOf("", { a: 4 }))).toMatch(/^DIR: expected at least two classes, got only "a"/);
  });

  test('a class may have the name "train"; pictures in no class are refused', async () => {
    const { train } = await readData(await folderOf(classesOf("", { bus: 4, car: 4, train: 4 })));
    expect(train.classNames).toEqual(["bus", "car", "train"]);
    expect(await failure(classesOf("", { test: 4, train: 4 }))).toMatch(
      /^DIR.train: expected a folder for each class, got pictures only/,
    );
  });

  test("what is no picture is skipped and counted; folders below a class count", async () => {
    const folder = await folderOf({
      ...classesOf("", { a: 2, b: 2 }),
      "a/.DS_Store": "x",
      "a/notes.txt": "x",
      "b/more/deep/7.PNG": pngBytes(small),
      "b/more/LICENSE": "x",
      ".git/config": "x",
      "readme.txt": "x",
    });
    await mkdir(join(folder, "a", "empty"));
    await symlink(folder, join(folder, "b", "loop"));
    await symlink(join(folder, "a", "0.png"), join(folder, "b", "linked.png"));
    const { train, test: tested, notes } = await readData(folder);
    const names = [...train.names!, ...tested.names!];
    expect(names.filter((name) => name.startsWith("b/")).sort()).toEqual([
      "b/0.png",
      "b/1.png",
      "b/linked.png",
      "b/more/deep/7.PNG",
    ]);
    expect(notes).toEqual(["Skipped 4 files that are not pictures (2 .txt, 2 without an ending), 2 hidden files"]);
  });
});

test("28x28 in grey on black gets two rows and columns of zeros on each side", async () => {
  const mnistLike = pngBytes({ width: 28, height: 28 }, 0, 9);
  const { train } = await readData(
    await folderOf({ "train/a/1.png": mnistLike, "train/b/1.png": mnistLike, "test/a/1.png": mnistLike }),
  );
  expect(train.images.shape).toEqual([2, 32, 32, 1]);
  expect([train.images.data[0], train.images.data[66]]).toEqual([0, 9]);
  expect(train.preparation).toMatchObject({ size: [28, 28], padding: 2 });
  expect(train.sizes).toBeUndefined();
  const light = pngBytes({ width: 28, height: 28 }, 255);
  const onWhite = await readData(
    await folderOf({ "train/a/1.png": light, "train/b/1.png": light, "test/a/1.png": light }),
  );
  expect(onWhite.train.images.shape).toEqual([2, 28, 28, 1]);
  expect(onWhite.train.preparation).toMatchObject({ padding: 0, ink: "dark" });
});

test("colour where a picture has some; grey and alpha by option", async () => {
  const red = pngBytes({ ...small, channels: 3 }, [200, 0, 0]);
  const folder = await folderOf({ "train/a/1.png": red, "train/b/1.png": pngBytes(small, 7), "test/b/1.png": red });
  const colour = await readData(folder);
  expect(colour.train.images.shape).toEqual([2, 2, 3, 3]);
  const of = (name: string) => colour.train.names!.indexOf(name) * 18;
  expect([...colour.train.images.data.slice(of("train/a/1.png")).slice(0, 3)]).toEqual([200, 0, 0]);
  expect([...colour.train.images.data.slice(of("train/b/1.png")).slice(0, 3)]).toEqual([7, 7, 7]);
  const grey = await readData(folder, { channels: 1 });
  expect(grey.test.images).toEqual({ shape: [1, 2, 3, 1], data: new Uint8Array(6).fill(60), scale: 1 / 255 });
  expect(grey.notes).toContain("1 picture has colours, which are read as grey; --channels 3 keeps them");
  expect((await readData(folder, { channels: 4 })).train.images.shape).toEqual([2, 2, 3, 4]);
});

test("pictures of several sizes need one; each is brought to it, and its own size is kept", async () => {
  const files = {
    "train/a/1.png": pngBytes({ width: 4, height: 4 }, 9),
    "train/b/1.png": pngBytes({ width: 8, height: 4 }, 9),
    "test/b/1.png": pngBytes({ width: 4, height: 4 }, 9),
  };
  expect(await failure(files)).toBe(
    "pictures in DIR: expected pictures of one size, got 2 sizes from 4x4 to 4x8; give the size to bring them to, such as --size 32",
  );
  const folder = await folderOf(files);
  const padded = await readData(folder, { size: 4 });
  const at = padded.train.names!.indexOf("train/b/1.png");
  expect([...padded.train.images.data.slice(16 * at, 16 * at + 16)]).toEqual([
    0, 0, 0, 0, 9, 9, 9, 9, 9, 9, 9, 9, 0, 0, 0, 0,
  ]);
  expect([...padded.train.sizes!.slice(2 * at, 2 * at + 2)]).toEqual([4, 8]);
  for (const fit of ["stretch", "crop"] as const)
    expect([...(await readData(folder, { size: [4, 4], fit })).train.images.data]).toEqual(Array(32).fill(9));
  const other = { ...files, "train/b/1.png": files["test/b/1.png"], "test/b/1.png": files["train/b/1.png"] };
  expect(await failure(other)).toMatch(/^test\/b\/1\.png: expected 4x4, as the other pictures have, got 4x8; give/);
});

describe("damaged pictures", () => {
  const files = classesOf("train/", { a: 20, b: 20 });
  const cut = pngBytes(small).slice(0, 40);

  test("a few are left out and named", async () => {
    const folder = await folderOf({
      ...files,
      ...classesOf("test/", { a: 1, b: 1 }),
      "train/a/3.png": cut,
      "train/b/7.png": "x",
    });
    const { train, notes } = await readData(folder);
    expect(train.images.shape).toEqual([38, 2, 3, 1]);
    expect(train.images.data).toHaveLength(38 * 6);
    expect(train.labels).toHaveLength(38);
    expect(train.names).toHaveLength(38);
    expect(notes!.map((note) => note.replaceAll(folder, "DIR")).sort()).toEqual([
      expect.stringMatching(/^Left out: DIR.train.a.3\.png: /),
      expect.stringMatching(/^Left out: DIR.train.b.7\.png: /),
    ]);
  });

  test("many stop the reading, and so does a class without another picture", async () => {
    const bad = Object.fromEntries(
      Object.keys(files)
        .slice(0, 9)
        .map((name) => [name, cut]),
    );
    expect(await failure({ ...files, ...classesOf("test/", { a: 1 }), ...bad })).toMatch(
      /^5 of 40 pictures cannot be read, the first: DIR.train.*png: /,
    );
    const lone = { ...files, ...classesOf("test/", { a: 1 }), "train/c/1.png": cut };
    expect(await failure(lone)).toMatch(/expected images of the class "c" for training, got none that can be read/);
    expect(await failure({ "train/a/1.png": cut, "train/b/1.png": cut, "test/a/1.png": cut })).toMatch(/1\.png: /);
  });
});

test.each<[string, Parameters<typeof writeFiles>[1], RegExp, ReadDataOptions?]>([
  [
    "an empty folder",
    {},
    /^data "DIR": expected files in MNIST's format .*, or pictures in folders by class .*; it is empty$/,
  ],
  ["one class", classesOf("", { a: 3 }), /^DIR: expected at least two classes, got only "a"; add/],
  [
    "a class without pictures",
    { ...classesOf("train/", { a: 2 }), "train/b/x.txt": "x" },
    /^DIR.train.b: expected pictures of the class "b", got none \(1 \.txt\)/,
  ],
  [
    "a class that is not trained",
    { ...classesOf("train/", { a: 2, b: 1 }), ...classesOf("test/", { c: 1 }) },
    /expected the classes of "train" in "test" too, got "c"/,
  ],
  [
    "two training folders",
    { ...classesOf("train/", { a: 2, b: 1 }), ...classesOf("Training/", { a: 1 }) },
    /expected one folder for train, got "Training" and "train"/,
  ],
  [
    "a test folder alone",
    { ...classesOf("test/", { a: 2, b: 2 }), ...classesOf("val/", { a: 1 }) },
    /expected a folder "train" beside "test", got none/,
  ],
  [
    "one picture of each class",
    classesOf("", { a: 1, b: 1 }),
    /expected at least two images of a class, got one of each/,
  ],
  [
    "a split of what is divided",
    { ...classesOf("train/", { a: 2, b: 1 }), ...classesOf("test/", { a: 1 }) },
    /expected no test split, as the data have a test set \(folders "train" and "test"\)/,
    { testSplit: 0.5 },
  ],
  [
    "a size of 0",
    classesOf("", { a: 2, b: 2 }),
    /^readData size: expected rows and columns from 1 to 4096/,
    { size: 0 },
  ],
  [
    "a channel too many",
    classesOf("", { a: 2, b: 2 }),
    /^readData channels: expected 1 \(grey\)/,
    { channels: 2 as 1 },
  ],
  [
    "an unknown option",
    classesOf("", { a: 2, b: 2 }),
    /^readData: expected options .* got "sizes"/,
    { sizes: 3 } as ReadDataOptions,
  ],
])("refused: %s", async (_, files, message, options) => {
  expect(await failure(files, options)).toMatch(message);
});
