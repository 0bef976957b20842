import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { writeFiles } from "../../../test/made-files.ts";
import { InputError } from "../../core/errors.ts";
import { readData } from "../read-data.ts";
import { parseCsv } from "./csv.ts";

let root: string;
let made = 0;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "lenet5-csv-"));
});
afterAll(() => rm(root, { recursive: true }));
const folderOf = (files: Parameters<typeof writeFiles>[1]) => writeFiles(join(root, String(made++)), files);

const parsed = (text: string, options = {}) => parseCsv(new TextEncoder().encode(text), "a.csv", options);
/** Images of 2x2 with their labels. */
const seen = (text: string, options = {}) => {
  const { images, labels } = parsed(text, options);
  expect(images.shape.slice(1)).toEqual([4]);
  return [Array.from(images.data), labels && Array.from(labels.data as ArrayLike<unknown>)];
};

describe("where the labels are", () => {
  const pixels = [0, 10, 20, 30, 0, 11, 21, 31];
  test.each<[string, string, readonly unknown[] | undefined, object?]>([
    ["first, with Kaggle's names", "label,pixel0,pixel1,pixel2,pixel3\n7,0,10,20,30\n2,0,11,21,31\n", [7, 2]],
    ["last, with names", "a,b,c,d,Class\r\n0,10,20,30,7\r\n0,11,21,31,2", [7, 2]],
    ["last, where the first column is always 0", "0,10,20,30,7\n0,11,21,31,2\n", [7, 2]],
    ["first, as texts", "seven,0,10,20,30\ntwo,0,11,21,31\n", ["seven", "two"]],
    ["last, as quoted texts with delimiters", '0,10,20,30,"se,""ven"""\n0,11,21,31,"two"\n', ['se,"ven"', "two"]],
    ["after an index, as pandas writes it", ",label,a,b,c,d\n0,7,0,10,20,30\n1,2,0,11,21,31\n", [7, 2]],
    ["last, beside an index", "id,a,b,c,d,label\n0,0,10,20,30,7\n1,0,11,21,31,2\n", [7, 2]],
    ["by option", "1,0,10,20,30\n2,0,11,21,31\n", [1, 2], { labelColumn: "first" }],
    ["nowhere", "pixel0,pixel1,pixel2,pixel3\n0,10,20,30\n0,11,21,31\n", undefined],
  ])("%s", (_, text, labels, options) => {
    expect(seen(text, options)).toEqual([pixels, labels]);
  });

  test("by option where both columns have several whole numbers", () => {
    const text = "1,0,10,20,5\n2,0,11,21,6\n";
    expect(() => parsed(text)).toThrow(
      /^a\.csv: expected labels in the first or the last column, and both may be; give/,
    );
    expect(seen(text, { labelColumn: "last" })[1]).toEqual([5, 6]);
    expect(() => parsed("3,0,10,20,5\n3,0,11,21,5\n")).toThrow(/neither has several whole numbers/);
  });
});

test.each([
  ["semicolons and spaces after them", "a; 1; 2; 3; 4\nb; 5; 6; 7; 8"],
  ["tabs", "a\t1\t2\t3\t4\nb\t5\t6\t7\t8\n"],
  ["spaces", "a 1  2 3 4 \n b 5 6 7 8\n"],
  ["empty lines and a byte order mark", "\ufeffa,1,2,3,4\n\n\r\nb,5,6,7,8\n\n"],
])("separated by %s", (_, text) => {
  expect(seen(text)).toEqual([
    [1, 2, 3, 4, 5, 6, 7, 8],
    ["a", "b"],
  ]);
});

test("numbers that are no bytes, in any row", () => {
  expect(seen("a,1,2,3,4\nb,0.5,-1,1e2,70000")).toEqual([
    [1, 2, 3, 4, 0.5, -1, 100, 70000],
    ["a", "b"],
  ]);
  expect(parsed("a,1,2,3,4\nb,1,2,3,4").images.data).toBeInstanceOf(Uint8Array);
});

test.each<[string, string, RegExp]>([
  ["nothing", "", /the file is empty/],
  ["names only", "label,p0,p1,p2,p3\n", /expected rows below the names, got none/],
  ["a short row", "a,1,2,3,4\n\nb,1,2,3\n", /^a\.csv, line 3: expected 5 columns, as in the first row, got 4/],
  ["a long row", "a,1,2,3,4\nb,1,2,3,4,5\n", /^a\.csv, line 2: expected 5 columns, .* got 6/],
  ["a text among pixels", "a,1,2,3,4\nb,1,x,3,4\n", /^a\.csv, line 2: expected a number in column 3, got "x"/],
  ["an empty field", "a,1,2,3,4\nb,1,,3,4\n", /^a\.csv, line 2: expected a number in column 3, got ""/],
  ["a missing label", "label,p0,p1,p2,p3\n7,1,2,3,4\n,1,2,3,4\n", /^a\.csv, line 3: expected a label, got an empty/],
  [
    "a text in the last column of pixels",
    "1,2,3,4,0\n2,2,3,4,0\n1,2,3,4,nan\n",
    /^a\.csv, line 3: expected a number in column 5, got "nan"/,
  ],
  ["a delimiter at the end of rows", "1,2,3,4,5,\n2,2,3,4,5,\n", /expected a number in column 6, got ""/],
  [
    "many short rows",
    `label,${"p,".repeat(1e5)}p\n${"1\n".repeat(3e5)}`,
    /^a\.csv, line 2: expected 100002 columns, as in the first row, got 1/,
  ],
  ["NaN", "a,1,2,3,4\nb,1,NaN,3,4\n", /^a\.csv, line 2: expected a number in column 3, got "NaN"/],
  ["a decimal comma", 'a;"1,5";2;3;4\nb;1;2;3;4\n', /line 1: expected a number in column 2, got "1,5"/],
  ["one column", "1\n2\n3\n", /expected pixels beside the labels|expected labels in/],
  ["other data", "\x7fELF\0\0\0\r", /expected a table of text \(CSV\), got other data/],
  ["a picture", "BM6\0\0\0", /expected a data set, got one BMP picture; give the folder/],
])("refuses %s", (_, text, message) => {
  expect(() => parsed(text)).toThrow(InputError);
  expect(() => parsed(text)).toThrow(message);
});

test("any text is read or refused with an InputError of one line", () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom(...'01,;\n\r\t "a.-e\ufeff\0'), maxLength: 60 }), (text) => {
      try {
        parsed(text);
      } catch (error) {
        expect(error).toBeInstanceOf(InputError);
        expect((error as Error).message).not.toMatch(/[\n\r]/);
      }
    }),
    { numRuns: 500 },
  );
});

const rows = (labels: readonly (string | number)[], pixels = "0,100,200,255") =>
  labels.map((label) => `${label},${pixels}\n`).join("");

describe("files", () => {
  test("one file, with a split", async () => {
    const folder = await folderOf({
      "digits.csv": rows(Array.from({ length: 20 }, (_, i) => (i % 2 ? "cat" : "ant"))),
    });
    for (const path of [folder, join(folder, "digits.csv")]) {
      const { train, test: tested, split, source } = await readData(path);
      expect(source).toBe(`CSV files in ${path}`);
      expect(split).toBe("20% of each class for the test, seed 0");
      expect([train.images.shape, tested.images.shape]).toEqual([
        [16, 2, 2, 1],
        [4, 2, 2, 1],
      ]);
      expect([train.classNames, [...tested.labels].sort()]).toEqual([
        ["ant", "cat"],
        [0, 0, 1, 1],
      ]);
      expect([...train.images.data.slice(0, 4)]).toEqual([0, 100, 200, 255]);
    }
  });

  test("files for train, test and validation, one of them packed", async () => {
    const folder = await folderOf({
      "mnist_train.csv": rows([0, 2, 1]),
      "mnist_test.csv.gz": gzipSync(rows([2, 1])),
      "mnist_val.csv": rows([0]),
      "notes.txt": "x",
    });
    const { train, test: tested, validation, split } = await readData(folder);
    expect([train, validation!, tested].map(({ labels }) => [...labels])).toEqual([[0, 2, 1], [0], [2, 1]]);
    expect(split).toBe('files "mnist_test.csv.gz", "mnist_train.csv" and "mnist_val.csv"');
  });

  test("Kaggle's test file has no labels: the training file is divided", async () => {
    const { notes, split, train } = await readData(
      await folderOf({
        "train.csv": `label,pixel0,pixel1,pixel2,pixel3\n${rows([5, 5, 7, 7])}`,
        "test.csv": "pixel0,pixel1,pixel2,pixel3\n0,1,2,3\n",
        "sample_submission.csv": "ImageId,Label\n1,0\n",
      }),
    );
    expect(notes).toEqual(["test.csv has no labels: it is not used"]);
    expect(split).toMatch(/^20% of each class/);
    expect(train.classNames).toEqual(["5", "7"]);
  });

  test("a test file with the numbers of images in place of labels", async () => {
    const train = `label,pixel0,pixel1,pixel2,pixel3\n${rows([5, 7, 5, 7])}`;
    const folder = await folderOf({ "train.csv": train, "test.csv": "id,pixel0,pixel1,pixel2,pixel3\n0,1,2,3,4\n" });
    expect((await readData(folder)).notes).toEqual(["test.csv has no labels: it is not used"]);
  });

  test("pixels from 0 to 16, as in the UCI's digits; images that are not square, and in colour", async () => {
    const uci = await readData(await folderOf({ "a.csv": rows([0, 1, 0, 1], "0,4,8,16") }));
    expect([...uci.train.images.data.slice(0, 4)]).toEqual([0, 64, 128, 255]);
    expect(uci.notes).toEqual(["Pixels are numbers from 0 to 16: 0 is black, 16 is white"]);
    const six = await folderOf({ "a.csv": rows(["x", "y", "x", "y"], "1,2,3,4,5,200") });
    await expect(readData(six)).rejects.toThrow(/expected square images, got 6 pixels in each; give .* --size 24x32/);
    expect((await readData(six, { size: [2, 3] })).train.images.shape).toEqual([2, 2, 3, 1]);
    const colour = await folderOf({ "a.csv": rows(["x", "y", "x", "y"], "1,2,3,4,5,6,7,8,9,10,11,200") });
    expect((await readData(colour)).train.images.shape).toEqual([2, 2, 2, 3]);
    const { train } = await readData(colour, { layout: "channels_first" });
    expect([...train.images.data.slice(0, 3)]).toEqual([1, 5, 9]);
  });

  test.each<[string, Parameters<typeof writeFiles>[1], RegExp]>([
    [
      "no training file",
      { "a.csv": rows([0, 1]), "b.csv": rows([0, 1]) },
      /expected a file train\.csv, got "a\.csv" and "b\.csv"/,
    ],
    [
      "two of them",
      { "train1.train.csv": rows([0, 1]), "x-train.csv": rows([0, 1]) },
      /expected one CSV file for train, got/,
    ],
    [
      "training without labels",
      { "train.csv": "1,2,3,4\n1,2,3,4\n" },
      /train\.csv: expected a column of labels, got 4 pixels/,
    ],
    ["one class", { "train.csv": rows(["a", "a"]) }, /expected at least two classes, got only "a"/],
    [
      "pixels out of range",
      { "train.csv": rows(["a", "b"], "1,2,3,70000") },
      /expected pixels from 0 to 1, .* got 0 to 70000/,
    ],
    [
      "standardized pixels",
      { "train.csv": rows(["a", "b"], "-2.5,0,1,2") },
      /got -2\.5 to 2; give them as they were before/,
    ],
  ])("refused: %s", async (_, files, message) => {
    const result = readData(await folderOf(files));
    await expect(result).rejects.toThrow(InputError);
    await expect(result).rejects.toThrow(message);
  });
});
