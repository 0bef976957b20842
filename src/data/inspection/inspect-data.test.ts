import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { InputError } from "../../core/errors.ts";
import type { FindingJson, ImageJson } from "../../report/data-results.ts";
import type { Dataset, TrainTest } from "../dataset.ts";
import { digits } from "../digits/digits.ts";
import { dataPictures } from "./data-pictures.ts";
import { inspectData } from "./inspect-data.ts";

const SIZE = 1024;
const clean = digits({ train: 200, test: 100, seed: 3 });

/** The clean data set after a change of its bytes and labels. */
function changed(change: (parts: { train: Part; test: Part }) => void): TrainTest {
  const copy = ({ images, labels, ...rest }: Dataset): Part => ({
    ...rest,
    images: { ...images, data: Uint8Array.from(images.data) },
    labels: Uint8Array.from(labels),
  });
  const parts = { train: copy(clean.train), test: copy(clean.test) };
  change(parts);
  return { source: "made", ...parts };
}

type Part = Omit<Dataset, "images" | "labels"> & {
  images: { shape: readonly number[]; data: Uint8Array; scale?: number };
  labels: Uint8Array;
  names?: readonly string[];
};

const image = ({ images }: Part, i: number) => images.data.subarray(i * SIZE, (i + 1) * SIZE);
const ofClass = ({ labels }: Part, k: number) => [...labels.keys()].filter((i) => labels[i] === k);
/** Changes every value in place. */
const remap = <Values extends Uint8Array | Float32Array>(values: Values, to: (value: number, k: number) => number) =>
  values.set(values.map(to));
const kinds = (data: TrainTest) => inspectData(data).findings.map(({ kind }) => kind);
const only = (data: TrainTest): FindingJson => {
  const { findings } = inspectData(data);
  expect(findings).toHaveLength(1);
  return findings[0]!;
};

it("clean data are described, and nothing is found in them", () => {
  const { parts, findings, classNames } = inspectData(clean);
  expect(findings).toEqual([]);
  expect(classNames).toEqual([..."0123456789"]);
  expect(parts.map(({ name, images, perClass }) => [name, images, perClass])).toEqual([
    ["train", 200, new Array(10).fill(20)],
    ["test", 100, new Array(10).fill(10)],
  ]);
  expect(parts[0]).toMatchObject({ shape: [32, 32, 1], min: 0, max: 255, scale: 1 / 255 });
  expect(parts[0]!.sizes.reduce((sum, { images }) => sum + images, 0)).toBe(200);
});

it("no false findings in clean digits of any seed and size, inverted or padded", () => {
  fc.assert(
    fc.property(fc.integer(), fc.boolean(), fc.constantFrom(28 as const, 32 as const), (seed, inverted, size) => {
      const { source, train, test } = digits({ train: 200, test: 100, seed, size });
      if (inverted) for (const { images } of [train, test]) remap(images.data, (value) => 255 - value);
      expect(inspectData({ source, train, test }).findings).toEqual([]);
    }),
    { numRuns: 4 },
  );
});

describe("copies", () => {
  it("between parts are problems and named by index and file", () => {
    const data = changed(({ train, test }) => {
      const [from] = ofClass(train, 4);
      const [to] = ofClass(test, 4);
      image(test, to!).set(image(train, from!));
      train.names = Array.from(train.labels, (k, i) => `train/${k}/${i}.png`);
    });
    const { kind, level, text, groups } = only(data);
    expect({ kind, level, text }).toEqual({
      kind: "leak",
      level: "problem",
      text: "1 test image is equal to a training image",
    });
    const [[first, second]] = groups as ImageJson[][] as [[ImageJson, ImageJson]];
    expect(first).toEqual({ part: "train", index: first.index, label: 4, name: `train/4/${first.index}.png` });
    expect(second).toMatchObject({ part: "test", label: 4 });
    expect(second).not.toHaveProperty("name");
  });

  it("with other labels conflict, also where they are in one part", () => {
    const data = changed(({ train }) => {
      image(train, ofClass(train, 1)[0]!).set(image(train, ofClass(train, 7)[0]!));
    });
    const { kind, text, groups } = only(data);
    expect([kind, text]).toEqual(["conflicting-labels", "2 images are equal but have different labels"]);
    expect(groups[0]!.map(({ label }) => label).sort()).toEqual([1, 7]);
  });

  it("within a class are a notice that counts the surplus", () => {
    const data = changed(({ train }) => {
      const [a, b, c] = ofClass(train, 5);
      image(train, b!).set(image(train, a!));
      image(train, c!).set(image(train, a!));
    });
    expect(only(data)).toMatchObject({ kind: "copies", level: "notice" });
    expect(only(data).text).toMatch(/^2 training images/);
  });

  it("that are nearly equal are found by their contrast, and not with nearCopies: false", () => {
    const made = (noise: number) =>
      changed(({ train, test }) => {
        const [to] = ofClass(test, 4);
        image(test, to!).set(image(train, ofClass(train, 4)[0]!));
        remap(image(test, to!), (value, k) => Math.max(0, Math.min(255, value + ((k % 2) * 2 - 1) * noise)));
      });
    expect(only(made(3))).toMatchObject({ kind: "near-leak", level: "problem" });
    expect(kinds(made(60))).toEqual([]);
    expect(inspectData(made(3), { nearCopies: false }).findings).toEqual([]);
  });

  it("are found wherever they are, among many", () => {
    const many = digits({ train: 1500, test: 10, seed: 9 });
    const { images, labels } = many.train;
    const made = (pairs: [number, number][]) => {
      const data = Uint8Array.from(images.data);
      for (const [from, to] of pairs) {
        data.copyWithin(to * SIZE, from * SIZE, (from + 1) * SIZE);
        data[to * SIZE + 500]! ^= 8;
      }
      return inspectData({ ...many, train: { ...many.train, images: { ...images, data } as Dataset["images"] } });
    };
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 699 }), fc.integer({ min: 700, max: 1499 }), (from, to) => {
        const near = made([[from, to]]).findings.filter(({ kind }) => kind.startsWith("near"));
        expect(near.map(({ kind }) => kind)).toEqual([labels[from] === labels[to] ? "near-copies" : "near-conflict"]);
        expect(near[0]!.groups).toMatchObject([[{ index: from }, { index: to }]]);
      }),
      { numRuns: 2 },
    );
  });
});

describe("values", () => {
  it("blank images, in padding or not, are one finding and no copies", () => {
    const data = changed(({ train, test }) => {
      image(train, 3).fill(0);
      image(train, 4).fill(0);
      const inner = image(test, 5);
      inner.forEach((_, k) => {
        const [row, column] = [Math.floor(k / 32), k % 32];
        inner[k] = row >= 2 && row < 30 && column >= 2 && column < 30 ? 255 : 0;
      });
    });
    const { kind, level, groups } = only(data);
    expect([kind, level]).toEqual(["blank", "problem"]);
    expect(groups.flat().map(({ part, index }) => `${part} ${index}`)).toEqual(["train 3", "train 4", "test 5"]);
  });

  it("faint images are a notice", () => {
    const data = changed(({ train }) => remap(image(train, 8), (value) => value >> 5));
    expect(only(data)).toMatchObject({ kind: "faint", level: "notice", groups: [[{ index: 8 }]] });
  });

  const floats = (change: (values: Float32Array) => void, scale?: number): TrainTest => {
    const of = ({ images, ...rest }: Dataset): Dataset => ({
      ...rest,
      images: { shape: images.shape, data: Float32Array.from(images.data, (value) => value / 255), scale },
    });
    const [train, test] = [of(clean.train), of(clean.test)];
    change(train.images.data as Float32Array);
    return { source: "made", train, test };
  };

  it("floats that are clean, not finite, in another range, or not scaled", () => {
    expect(kinds(floats(() => {}))).toEqual([]);
    const broken = only(floats((values) => values.fill(Number.NaN, 7 * SIZE + 5, 7 * SIZE + 6)));
    expect(broken).toMatchObject({ kind: "not-finite", level: "problem", groups: [[{ part: "train", index: 7 }]] });
    const outlier = floats((values) => remap(values.subarray(SIZE, 2 * SIZE), (value) => 255 * value));
    expect(kinds(outlier)).toContain("value-range");
    expect(inspectData(outlier).findings.find(({ groups }) => groups.length > 0)!.groups).toMatchObject([
      [{ index: 1 }],
    ]);
    expect(only(floats(() => {}, 255)).text).toBe("the network sees values up to 255");
  });

  it("bytes from 0 to 1 are nearly black", () => {
    const data = changed(({ train, test }) => {
      for (const { images } of [train, test]) remap(images.data, (value) => value >> 7);
    });
    expect(inspectData(data).findings.map(({ text }) => text)).toContain(
      "no value is above 1, of 255: the network sees at most 0.0039",
    );
  });
});

describe("classes", () => {
  it("that are inverted: one, one of two, and one in the test images only", () => {
    const invert = (part: Part, k: number) => {
      for (const i of ofClass(part, k)) remap(image(part, i), (value) => 255 - value);
    };
    const one = changed(({ train, test }) => [train, test].map((part) => invert(part, 6)));
    expect(only(one)).toMatchObject({ kind: "inverted-class", level: "problem", classes: [6] });
    const tested = changed(({ test }) => invert(test, 6));
    expect(only(tested).text).toBe(
      'light and dark are exchanged in the test images of "6", against those for training',
    );
  });

  it("without images in a part or at all, with few, and far fewer than others", () => {
    const relabel = (part: Part, from: number, to: number, kept = 0) => {
      for (const i of ofClass(part, from).slice(kept)) part.labels[i] = to;
    };
    expect(only(changed(({ test }) => relabel(test, 2, 3)))).toMatchObject({
      kind: "missing-class",
      level: "problem",
      text: 'no test images of "2"',
      classes: [2],
    });
    const unused = changed(({ train, test }) => [train, test].map((part) => relabel(part, 2, 3)));
    expect(only(unused)).toMatchObject({ kind: "unused-class", level: "notice", classes: [2] });
    const few = changed(({ train }) => relabel(train, 2, 3, 3));
    expect(inspectData(few).findings.map(({ text }) => text)).toEqual([
      'few training images (3, fewer than 10) of "2"',
      '12 times as many training images of "3" as of "2"',
    ]);
    expect(inspectData(few, { fewImages: 3, imbalance: 13 }).findings).toEqual([]);
  });
});

it("a validation part is inspected like the others", () => {
  const data = changed(() => {});
  const validation = { ...clean.test, images: clean.train.images, labels: clean.train.labels };
  const { parts, findings } = inspectData({ ...data, validation });
  expect(parts.map(({ name }) => name)).toEqual(["train", "validation", "test"]);
  expect(findings[0]!.text).toBe("200 validation images are equal to training images");
});

it("images that do not fit together are refused", () => {
  const small = digits({ train: 10, test: 10, size: 28 });
  expect(() => inspectData({ ...clean, test: small.test })).toThrow(InputError);
  const labels = Uint8Array.from(clean.train.labels).fill(10, 5, 6);
  expect(() => inspectData({ ...clean, train: { ...clean.train, labels } })).toThrow(/0 to 9.*got 10 for image 5/);
  expect(() => inspectData(clean, { few: 3 } as object)).toThrow(/fewImages/);
  expect(inspectData(digits({ train: 20, test: 0 })).parts[1]).toMatchObject({ images: 0, min: null, sizes: [] });
});

it("pictures: a seeded contact sheet, means, and the images of findings", () => {
  const data = changed(({ train }) => image(train, 3).fill(0));
  const inspection = inspectData(data);
  const pictures = dataPictures(data, inspection, { perClass: 3 });
  expect(pictures.shape).toEqual([32, 32, 1]);
  expect(pictures.samples.map(({ label }) => label)).toEqual([...Array(30).keys()].map((i) => Math.floor(i / 3)));
  expect(pictures.found).toMatchObject([{ part: "train", index: 3 }]);
  expect(atob(pictures.found[0]!.pixels)).toBe("\0".repeat(SIZE));
  expect(atob(pictures.means[1]!)).toHaveLength(SIZE);
  expect(dataPictures(data, inspection, { perClass: 3 })).toEqual(pictures);
  expect(dataPictures(data, inspection, { perClass: 3, seed: 1 }).samples).not.toEqual(pictures.samples);
});

it.each([undefined, {}, { train: {}, test: {} }])("what is not a data set in memory is refused: %j", (given) => {
  expect(() => inspectData(given as never)).toThrow("inspectData: expected a data set { train, test } in memory, got");
});
