import { describe, expect, it } from "vitest";
import { InputError } from "../core/errors.ts";
import type { LossName } from "../index.ts";
import { classOf } from "../training/class-weight.ts";
import { losses } from "../training/losses/table.ts";
import { imageSamples, type LabelledImages, labelledSamples, trainCount } from "./data.ts";
import { isBatches } from "./given-data.ts";

const shape = [2, 3, 1] as const;
const inputs = { inputs: [{ name: "image", shape }] };
const two = { shape: [2, ...shape], data: Float32Array.from({ length: 12 }, (_, i) => i) };

/** The data of two images as the engine takes them, for a network with three classes. */
function checked(
  data: Partial<LabelledImages>,
  loss: LossName = "sparse_categorical_crossentropy",
  classWeight?: Record<number, number>,
) {
  const target = { name: "digit", output: 0, classes: 3, labels: losses[loss].targets };
  const expected = { ...inputs, targets: [target], outputNames: ["digit"] };
  return labelledSamples({ images: two, labels: [0, 2], ...data }, expected, classWeight);
}

describe("whether data come in batches", () => {
  it("images with labels do not, also when they are iterable", () => {
    expect(isBatches({ images: two, labels: [0, 1] })).toBe(false);
    expect(isBatches({ images: two, labels: [0, 1], *[Symbol.iterator]() {} } as never)).toBe(false);
  });

  it("lists, generators and asynchronous iterables do", () => {
    expect(isBatches([])).toBe(true);
    expect(isBatches({ async *[Symbol.asyncIterator]() {} })).toBe(true);
    expect(isBatches({ *[Symbol.iterator]() {} })).toBe(true);
  });

  it.each([null, undefined, "images", 7, () => [], {}, { images: two }, { labels: [0, 1] }])(
    "%o is neither, and refused",
    (data) => {
      expect(() => isBatches(data as never)).toThrow(InputError);
      expect(() => isBatches(data as never)).toThrow(/^data: expected \{ images, labels \} or an iterable/);
    },
  );
});

describe("data that are not { images, labels }", () => {
  const expected = "data: expected { images, labels } and, if needed, sampleWeight, got";

  it.each(["sample_weight", "sampleWeights", "label", "weights"])("%s is refused", (name) => {
    expect(() => checked({ [name]: [1, 2] })).toThrow(`${expected} "${name}"`);
    expect(() => isBatches([{ images: two, labels: [0, 1], [name]: [1, 2] }])).toThrow(`${expected} "${name}"`);
  });

  it("the names of a data set's classes are not", () => {
    expect(checked({ classNames: ["a", "b", "c"] } as never).count).toBe(2);
  });

  it("pairs as Keras has them are refused before training", () => {
    expect(() => isBatches([[two, [0, 1]]] as never)).toThrow(`${expected} a list: write { images: x, labels: y }`);
    expect(() => isBatches([two, [0, 1]] as never)).toThrow(`${expected} a tensor: write { images: x, labels: y }`);
    const shape = { ...inputs, targets: [], outputNames: [] };
    expect(() => labelledSamples([two, [0, 1]] as never, shape)).toThrow(`${expected} a list`);
  });
});

describe("images", () => {
  it("bytes and floats are passed on without a copy", () => {
    const bytes = new Uint8Array(12);
    const samples = imageSamples({ shape: [2, ...shape], data: bytes, scale: 1 / 255 }, inputs);
    expect(samples).toMatchObject({ count: 2, inputs: [{ bytesPerElement: 1 }], source: { scales: [1 / 255] } });
    expect(samples.source.inputs[0]).toBe(bytes);
    expect(imageSamples(two, inputs)).toMatchObject({
      count: 2,
      inputs: [{ bytesPerElement: 4 }],
      source: { scales: [1] },
    });
    expect(imageSamples(two, inputs).source.inputs[0]).toBe(two.data);
  });

  it.each([
    ["a list", [0.5, 300, -1, 4, 5, 6]],
    ["doubles", Float64Array.of(0.5, 300, -1, 4, 5, 6)],
    ["32-bit integers", Int32Array.of(5, 300, -1, 4, 5, 6)],
    ["clamped bytes, as a canvas has them", Uint8ClampedArray.of(5, 250, 1, 4, 5, 6)],
  ])("%s become floats of the same values", (_, data) => {
    const { source, inputs: stored } = imageSamples({ shape: [1, ...shape], data: data as never }, inputs);
    expect(source.inputs[0]).toEqual(Float32Array.from(data));
    expect(stored[0]!.bytesPerElement).toBe(4);
  });

  it("one image may lack the batch axis, and a batch may be empty", () => {
    expect(imageSamples({ shape, data: new Float32Array(6) }, inputs).count).toBe(1);
    expect(imageSamples({ shape: [0, ...shape], data: new Float32Array(0) }, inputs).count).toBe(0);
  });

  it.each<[readonly number[]]>([
    [[2, 3, 2, 1]],
    [[2, 2, 2, 1]],
    [[2, 2, 3, 2]],
    [[2, 3]],
    [[1, 2, 2, 3, 1]],
    [[2, 2, 3, 1, 1]],
    [[12]],
    [[]],
  ])("of shape %j are refused by a network for [2, 3, 1]", (wrong) => {
    const data = new Float32Array(wrong.reduce((size, axis) => size * axis, 1));
    expect(() => imageSamples({ shape: wrong, data }, inputs)).toThrow(
      `images: expected [N, 2, 3, 1], got [${wrong.join(", ")}]`,
    );
  });

  it.each([11, 13])("%i numbers for a shape of 12 are refused", (length) => {
    expect(() => imageSamples({ shape: two.shape, data: new Float32Array(length) }, inputs)).toThrow(
      `images: expected 12 numbers for shape [2, 2, 3, 1], got ${length}`,
    );
  });

  it.each([null, undefined, [1, 2], {}, { shape: 7, data: [1] }, { shape: [1] }, { shape: [1], data: 7 }])(
    "%o is no tensor",
    (images) => {
      expect(() => imageSamples(images as never, inputs)).toThrow(/^images: expected a tensor \{ shape, data \}, got /);
    },
  );

  it.each([Number.NaN, Number.POSITIVE_INFINITY, "1"])("a scale of %s is refused", (scale) => {
    expect(() => imageSamples({ ...two, scale: scale as number }, inputs)).toThrow(/^images: expected a finite scale/);
  });
});

describe("labels", () => {
  it.each([
    ["bytes", Uint8Array.of(0, 2)],
    ["32-bit integers", Int32Array.of(0, 2)],
  ])("%s are passed on without a copy", (_, labels) => {
    expect(checked({ labels }).source.targets[0]!.labels).toBe(labels);
    expect(checked({ labels: { shape: [2], data: labels } }).source.targets[0]!.labels).toBe(labels);
  });

  it("other numbers become 32-bit integers", () => {
    for (const labels of [[0, 2], Float32Array.of(0, 2), Float64Array.of(0, 2)])
      expect(checked({ labels }).source.targets[0]!.labels).toEqual(Int32Array.of(0, 2));
  });

  it.each([-1, 3, 0.5, Number.NaN, "1", null])(
    "%o is refused as one of three classes, with the index of its image",
    (label) => {
      expect(() => checked({ labels: [2, label as number] })).toThrow(
        /^labels: expected class numbers from 0 to 2, got [^:]+ for image 1$/,
      );
    },
  );

  it("a list of one-hot rows is refused with the loss that takes them", () => {
    expect(() =>
      checked({
        labels: [
          [0, 1, 0],
          [1, 0, 0],
        ] as never,
      }),
    ).toThrow(/got an array \[0,1,0\] for image 0: use "categorical_crossentropy" and flat rows of targets$/);
  });

  it("flat one-hot rows are refused with the loss that takes them", () => {
    expect(() => checked({ labels: [0, 1, 0, 1, 0, 0] })).toThrow(
      'labels: expected 2 class numbers, one for each image, got 6 numbers: use "categorical_crossentropy" for rows of targets',
    );
  });

  it("a list of rows is refused where flat rows are expected", () => {
    const labels = [[0, 1, 0], Float32Array.of(1, 0, 0)] as never;
    expect(() => checked({ labels }, "categorical_crossentropy")).toThrow(
      "labels: expected 2 flat rows of 3 targets, one after the other, got an array [0,1,0] at index 0: use labels.flat()",
    );
  });

  it.each([1, 3])("%i class numbers for two images are refused", (count) => {
    expect(() => checked({ labels: new Uint8Array(count) })).toThrow(
      `labels: expected 2 class numbers, one for each image, got ${count}`,
    );
  });

  it("rows of targets are floats, one for each class, in a list or a tensor", () => {
    const rows = Float32Array.of(0, 0.5, 0.5, 1, 0, 0);
    expect(checked({ labels: rows }, "mean_squared_error").source.targets[0]!.labels).toBe(rows);
    expect(
      checked({ labels: { shape: [2, 3], data: rows } }, "categorical_crossentropy").source.targets[0]!.labels,
    ).toBe(rows);
    expect(checked({ labels: [...rows] }, "categorical_crossentropy").source.targets[0]!.labels).toEqual(rows);
    expect(() => checked({ labels: [0, 1] }, "categorical_crossentropy")).toThrow(
      /^labels: expected 2 rows of 3 targets for this loss, got 2 numbers: use "sparse_categorical_crossentropy"/,
    );
  });

  it.each([null, undefined, "02", 7, {}, { data: 7 }])("%o are refused as labels", (labels) => {
    expect(() => checked({ labels: labels as never })).toThrow(
      /^labels: expected numbers in an array or a tensor, got /,
    );
  });

  it("an empty batch is refused", () => {
    const none = { shape: [0, ...shape], data: new Float32Array(0) };
    expect(() => checked({ images: none, labels: [] })).toThrow(/^images: expected at least one, got none$/);
  });
});

describe("the weights of images", () => {
  it("are absent by default", () => {
    expect(checked({}).source.targets[0]).not.toHaveProperty("weights");
  });

  it("are the class weight times the sample weight; a class without a weight counts 1", () => {
    const labels = [2, 0];
    expect(checked({ labels, sampleWeight: [3, 5] }).source.targets[0]!.weights).toEqual(Float32Array.of(3, 5));
    const loss = "sparse_categorical_crossentropy";
    expect(checked({ labels }, loss, { 2: 0.5 }).source.targets[0]!.weights).toEqual(Float32Array.of(0.5, 1));
    expect(checked({ labels, sampleWeight: [3, 5] }, loss, { 2: 0.5 }).source.targets[0]!.weights).toEqual(
      Float32Array.of(1.5, 5),
    );
  });

  it("do not change the given numbers", () => {
    const sampleWeight = Float32Array.of(3, 5);
    checked({ sampleWeight }, "sparse_categorical_crossentropy", { 0: 2 });
    expect(sampleWeight).toEqual(Float32Array.of(3, 5));
  });

  it("a row of targets belongs to the class of its largest target", () => {
    const labels = Float32Array.of(0.1, 0.1, 0.8, 0.9, 0.1, 0);
    const { source } = checked({ labels }, "categorical_crossentropy", { 0: 7, 1: 11, 2: 13 });
    expect(source.targets[0]!.weights).toEqual(Float32Array.of(13, 7));
  });

  it.each([1, 3])("%i sample weights for two images are refused", (count) => {
    expect(() => checked({ sampleWeight: new Array(count).fill(1) })).toThrow(
      `sampleWeight: expected 2 numbers, one for each image, got ${count}`,
    );
  });

  it("a weight that is not finite is refused with the image or the class", () => {
    expect(() => checked({ sampleWeight: [1, Number.POSITIVE_INFINITY] })).toThrow(
      "sampleWeight: expected finite numbers, got Infinity for image 1",
    );
    expect(() => checked({}, "sparse_categorical_crossentropy", { 2: Number.NaN })).toThrow(
      "classWeight: expected a finite number of at least 0 for class 2, got NaN",
    );
  });
});

it("the class of a row of targets is the first of the largest; a class number is its own class", () => {
  const rows = Float32Array.of(0, 0, 1, 0.2, 0.4, 0.4, -3, -2, -1);
  expect([0, 1, 2].map((i) => classOf(rows, i, 3))).toEqual([2, 1, 2]);
  expect(classOf(Uint8Array.of(4, 9), 1, 10)).toBe(9);
});

describe("the validation split", () => {
  it.each([
    [10, 0, 10],
    [10, 0.25, 7],
    // 1 - 1/12 and 1 - 0.9 are not exact.
    [60_000, 1 / 12, 55_000],
    [10, 0.9, 1],
  ])("of %i images, a validation split of %f leaves %i for training", (count, share, train) => {
    expect(trainCount(count, share)).toBe(train);
  });

  it.each([1, 1.5, -0.1, Number.NaN])("%f is refused", (share) => {
    expect(() => trainCount(10, share)).toThrow(/^fit validationSplit: expected a number in \[0, 1\), got /);
  });

  it.each([
    [1, 0.5],
    [10, 1e-9],
    [10, 0.95],
  ])("of %i images, a validation split of %f is refused: one part would be empty", (count, share) => {
    expect(() => trainCount(count, share)).toThrow(
      `fit validationSplit: expected images for training and for validation, got ${share} of ${count} images`,
    );
  });
});
