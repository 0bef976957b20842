import fc from "fast-check";
import { expect, test } from "vitest";
import { predictions } from "../../../test/figures/made-up.ts";
import { InputError } from "../../core/errors.ts";
import { fromBase64 } from "../drawing/base64.ts";
import { calibrationOf } from "./calibration.ts";
import { exampleImage, examples } from "./examples.ts";
import { holm, mcnemar } from "./mcnemar.ts";
import { mistakes } from "./mistakes.ts";
import { areProbabilities } from "./probabilities.ts";
import { rejectionCurve, rejectionFor } from "./rejection.ts";
import { spreadOf, spreadsOf } from "./spread.ts";

const predictionsOf = (pairs: readonly (readonly [label: number, predicted: number, confidence: number])[]) => ({
  labels: pairs.map(([label]) => label),
  predicted: pairs.map(([, predicted]) => predicted),
  confidence: pairs.map(([, , confidence]) => confidence),
});

test("calibration: an example by hand, the edges of bins, and a calibrated network", () => {
  // Bin (0.5, 0.6]: 2 images, mean 0.575, half of them right. Bin (0.9, 1]: 1 image, 1, right.
  const { bins, ece } = calibrationOf(
    predictionsOf([
      [0, 0, 0.6],
      [1, 0, 0.55],
      [1, 1, 1],
    ]),
    10,
  );
  expect(bins.map(({ images }) => images)).toEqual([0, 0, 0, 0, 0, 2, 0, 0, 0, 1]);
  expect(bins[5]).toEqual({ from: 0.5, to: 0.6, images: 2, right: 1, confidence: 0.575, accuracy: 0.5 });
  expect(bins[0]).toMatchObject({ from: 0, to: 0.1, confidence: Number.NaN, accuracy: Number.NaN });
  expect(ece).toBeCloseTo((2 * 0.075) / 3, 12);
  expect(
    calibrationOf(
      predictionsOf([
        [0, 0, 0],
        [0, 0, 1],
      ]),
      15,
    ).bins.map(({ images }) => images)[0],
  ).toBe(1);
  expect(
    calibrationOf(
      predictionsOf([
        [0, 0, 1],
        [1, 0, 0],
      ]),
      15,
    ).ece,
  ).toBe(0);
});

test("rejection: the lowest confidence first, equal confidences together", () => {
  const points = rejectionCurve(
    predictionsOf([
      [0, 0, 0.9],
      [1, 0, 0.5],
      [1, 0, 0.5],
      [1, 1, 0.8],
    ]),
  );
  expect(points).toEqual([
    { rejected: 0, error: 0.5 },
    { rejected: 0.5, error: 0 },
    { rejected: 0.75, error: 0 },
  ]);
  expect(rejectionFor(points, 0.005)).toBe(0.5);
  expect(rejectionFor(points, 0.5)).toBe(0);
  expect(rejectionFor(rejectionCurve(predictionsOf([[0, 1, 0.9]])), 0.005)).toBeUndefined();
  const sureAndWrong = predictionsOf([
    [0, 0, 0.5],
    [0, 1, 0.9],
    [0, 0, 0.6],
    [0, 0, 0.8],
  ]);
  expect(rejectionCurve(sureAndWrong).map(({ error }) => error)).toEqual([1 / 4, 1 / 3, 1 / 2, 1]);
});

test("confidences that are not probabilities are refused; an empty list is not", () => {
  const of = (...confidence: (number | null)[]) => {
    const labels = confidence.map(() => 0);
    return { labels, predicted: labels, confidence: confidence as number[] };
  };
  for (const wrong of [5.2, -0.1, Number.NaN, null]) {
    const message = `expected probabilities from 0 to 1, got ${wrong} for image 1: the network does not end in a softmax`;
    expect(() => calibrationOf(of(1, wrong))).toThrow(new InputError(`calibration: ${message}`));
    expect(() => rejectionCurve(of(1, wrong))).toThrow(new InputError(`rejection: ${message}`));
  }
  expect(() => calibrationOf(of(7, 1))).toThrow("got 7 for image 0");
  expect(areProbabilities(of(1, 0.5, 0))).toBe(true);
  expect(areProbabilities(of(0.5, 5.2))).toBe(false);
  expect(calibrationOf(of()).ece).toBeNaN();
  expect(rejectionCurve(of())).toEqual([]);
});

/** The sum of its definition, in whole numbers. */
function binomialExactly(k: number, n: number): number {
  let [term, sum] = [1n, 0n];
  for (let i = 0; i <= k; i++) {
    sum += term;
    term = (term * BigInt(n - i)) / BigInt(i + 1);
  }
  return Math.min(1, 2 * (Number((sum * 10n ** 18n) / 2n ** BigInt(n)) / 1e18));
}

test("McNemar's exact test is twice the tail of the binomial distribution", () => {
  const split = (b: number, c: number, both = 3) => {
    const rows = [
      ...Array.from({ length: b }, () => [1, 0]),
      ...Array.from({ length: c }, () => [0, 1]),
      ...Array.from({ length: both }, () => [1, 1]),
    ];
    const labels = rows.map(() => 0);
    const of = (k: number) => ({ labels, predicted: rows.map((row) => row[k]), confidence: rows.map(() => 1) });
    return mcnemar(of(0), of(1));
  };
  expect(split(5, 15)).toMatchObject({ onlyFirst: 5, onlySecond: 15 });
  expect(split(5, 15).p).toBeCloseTo(0.04138947, 8); // scipy.stats.binomtest(5, 20).pvalue
  expect(split(0, 0).p).toBe(1);
  expect(split(7, 7).p).toBe(1);
  expect(split(900, 1000).p).toBeCloseTo(binomialExactly(900, 1900), 10);
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 60 }), fc.integer({ min: 0, max: 60 }), (b, c) => {
      expect(split(b, c, 0).p).toBeCloseTo(binomialExactly(Math.min(b, c), b + c), 10);
    }),
    { numRuns: 50 },
  );
});

test("Holm's correction: the smallest p-value against the strictest level, and none after the first failure", () => {
  expect(holm([0.01, 0.04, 0.03])).toEqual([true, false, false]);
  expect(holm([0.01, 0.02, 0.025])).toEqual([true, true, true]);
  expect(holm([0.04, 0.03, 0.01])).toEqual([false, false, true]);
  expect(holm([0.03])).toEqual([true]);
  expect(holm([0.05])).toEqual([true]);
  expect(holm([])).toEqual([]);
});

test("mistakes: the most frequent first, none for a class without images", () => {
  expect(
    mistakes([
      [5, 1, 4],
      [0, 0, 0],
      [2, 0, 1],
    ]),
  ).toEqual([
    { label: 0, predicted: 2, times: 4, share: 0.4 },
    { label: 2, predicted: 0, times: 2, share: 2 / 3 },
    { label: 0, predicted: 1, times: 1, share: 0.1 },
  ]);
  const equal = mistakes([
    [0, 1, 1],
    [1, 0, 1],
    [1, 1, 0],
  ]);
  expect(equal.map(({ label, predicted }) => [label, predicted])).toEqual([
    [0, 1],
    [0, 2],
    [1, 0],
    [1, 2],
    [2, 0],
    [2, 1],
  ]);
});

test("examples: the most confident errors first, all cells that have images, and the original bytes", () => {
  const made = predictions(10);
  const data = Uint8Array.from({ length: made.labels.length * 4 }, (_, i) => i % 251);
  const images = { shape: [made.labels.length, 2, 2, 1], data, scale: 1 / 255 };
  const chosen = examples(
    made,
    { images, classNames: [..."0123456789"] },
    { worst: 5, perCell: { wrong: 2, right: 1 } },
  );
  const errors = made.labels.flatMap((label, i) => (label === made.predicted[i] ? [] : [made.confidence[i]]));
  const max = Math.max(...errors);
  expect(chosen.images[0].confidence).toBe(max);
  expect(new Set(chosen.images.map(({ index }) => index)).size).toBe(chosen.images.length);
  const cells = new Set(made.labels.map((label, i) => `${label} ${made.predicted[i]}`));
  expect(new Set(chosen.images.map(({ label, predicted }) => `${label} ${predicted}`))).toEqual(cells);
  for (const example of chosen.images) {
    expect([...fromBase64(example.pixels)]).toEqual([...data.subarray(4 * example.index, 4 * example.index + 4)]);
  }
  expect(chosen.scale).toBe(1 / 255);
  expect(exampleImage(chosen.images[0], chosen.shape)).toMatchObject({ shape: [1, 2, 2, 1], scale: 1 / 255 });
  expect(examples(made, { images, classNames: [] }, { max: 7 }).images).toHaveLength(7);
});

test.each([
  { wrong: 1, right: 3, expected: [2, 0, 4, 3] },
  { wrong: 3, right: 1, expected: [2, 0, 6, 1] },
])("examples: at most $wrong of a cell off the diagonal and $right of one on it", ({ wrong, right, expected }) => {
  const made = predictionsOf([
    [1, 0, 0.8],
    [1, 0, 0.7],
    [0, 0, 0.9],
    [0, 0, 0.6],
    [0, 0, 0.5],
    [0, 0, 0.7],
    [1, 0, 0.75],
    [1, 0, 0.6],
  ]);
  const images = { shape: [8, 1, 1, 1], data: new Uint8Array(8), scale: 1 / 255 };
  const chosen = examples(made, { images, classNames: [] }, { worst: 0, perCell: { wrong, right } }).images;
  expect(chosen.map(({ index }) => index)).toEqual(expected);
});

test("examples of floats: 1 is full ink", () => {
  const images = { shape: [1, 1, 3, 1], data: Float32Array.of(-0.5, 0.5, 2) };
  const one = { labels: [0], predicted: [0], confidence: [1] };
  const chosen = examples(one, { images, classNames: ["0"] });
  expect([...fromBase64(chosen.images[0].pixels)]).toEqual([0, 128, 255]);
  expect(chosen.scale).toBe(1 / 255);
});

test("examples of bytes with scale 1: the bytes and the network's input are unchanged", () => {
  const images = { shape: [1, 1, 3, 1], data: Uint8Array.of(0, 7, 255) };
  const one = { labels: [0], predicted: [0], confidence: [1] };
  const chosen = examples(one, { images, classNames: ["0"] });
  expect([...fromBase64(chosen.images[0].pixels)]).toEqual([0, 7, 255]);
  const again = exampleImage(chosen.images[0], chosen.shape, chosen.scale);
  expect(again).toEqual({ shape: [1, 1, 3, 1], data: images.data, scale: 1 });
});

test("examples of many classes: one image of each cell before two of any", () => {
  const classes = 10;
  const made = predictionsOf(
    Array.from({ length: 900 }, (_, i) => {
      const label = i % classes;
      return [label, i % 7 === 0 ? (label + 1) % classes : label, ((i * 37) % 901) / 901] as const;
    }),
  );
  const images = { shape: [900, 1, 1, 1], data: new Uint8Array(900), scale: 1 / 255 };
  const chosen = examples(made, { images, classNames: [] }, { worst: 5, max: 45 }).images;
  const cells = (some: typeof chosen) => new Set(some.map(({ label, predicted }) => `${label} ${predicted}`));
  expect(chosen).toHaveLength(45);
  expect(cells(chosen.slice(5, 25)).size).toBeGreaterThan(15);
  expect(cells(chosen).size).toBe(20);
  const ofThree = chosen.filter(({ label, predicted }) => label === 3 && predicted === 3);
  const all = made.confidence.filter((_, i) => made.labels[i] === 3 && made.predicted[i] === 3);
  expect(ofThree[0].confidence).toBe(Math.max(...all));
  expect(ofThree[1].confidence).toBe(Math.min(...all));
});

test("spread: undefined without values, deviation 0 for one value, n - 1 for more; NaN is left out", () => {
  expect(spreadOf([])).toBeUndefined();
  expect(spreadOf([undefined, Number.NaN, null])).toBeUndefined();
  expect(spreadOf([3])).toEqual({ n: 1, mean: 3, deviation: 0, min: 3, max: 3 });
  expect(spreadOf([1, undefined, 2, 3])).toEqual({ n: 3, mean: 2, deviation: 1, min: 1, max: 3 });
});

test("spreads by pass are as long as the longest run", () => {
  expect(spreadsOf([])).toEqual([]);
  expect(spreadsOf([[1, 2], [3]]).map((one) => [one?.n, one?.mean])).toEqual([
    [2, 2],
    [1, 2],
  ]);
});
