import { expect, test } from "vitest";
import type { BatchLogs, TrainingContext } from "./callback.ts";
import { stepRecorder } from "./step-recorder.ts";
import { weightRecorder } from "./weight-recorder.ts";

const context = (weights: Record<string, number[]>) =>
  ({
    getWeights: () => new Map(Object.entries(weights).map(([path, values]) => [path, Float32Array.from(values)])),
  }) as unknown as TrainingContext;
const nothing = {} as TrainingContext;

const batches = (first: number, count: number): BatchLogs[] =>
  Array.from({ length: count }, (_, i) => ({
    epoch: 1,
    iteration: first + i,
    logs: { loss: first + i },
    learningRate: 1 / (1 + first + i),
    gradientNorm: (first + i) % 10,
  }));

test("steps: all are kept while there are few", () => {
  const recorder = stepRecorder();
  recorder.onBatches?.(batches(0, 3), nothing);
  expect(recorder.steps).toEqual({
    every: 1,
    iterations: [0, 1, 2],
    loss: [0, 1, 2],
    learningRate: [1, 1 / 2, 1 / 3],
    gradientNorm: [0, 1, 2],
    maxGradientNorm: [0, 1, 2],
  });
});

test.each([
  [7, 8],
  [8, 8],
  [20, 8],
  [101, 8],
  [1000, 8],
  [20, 7],
  [101, 7],
])("%i steps in at most %i entries: each entry has the means of its steps, and no step is lost", (count, most) => {
  const recorder = stepRecorder({ maxEntries: most });
  // In pieces, as training hands them out.
  for (let first = 0; first < count; first += 3)
    recorder.onBatches?.(batches(first, Math.min(3, count - first)), nothing);
  const { every, iterations, loss, gradientNorm, maxGradientNorm, learningRate } = recorder.steps;
  expect(iterations.length).toBeLessThanOrEqual(most + 1);
  expect(iterations).toEqual(Array.from({ length: Math.ceil(count / every) }, (_, i) => i * every));
  iterations.forEach((iteration, i) => {
    const last = Math.min(iteration + every, count) - 1;
    expect(loss[i]).toBeCloseTo((iteration + last) / 2, 9);
    expect(learningRate[i]).toBe(1 / (1 + iteration));
    const norms = Array.from({ length: last - iteration + 1 }, (_, k) => (iteration + k) % 10);
    expect(gradientNorm[i]).toBeCloseTo(norms.reduce((sum, norm) => sum + norm, 0) / norms.length, 9);
    expect(maxGradientNorm[i]).toBe(Math.max(...norms));
  });
});

test("steps: exactly the maximum number of entries is kept", () => {
  const recorder = stepRecorder({ maxEntries: 8 });
  recorder.onBatches?.(batches(0, 8), nothing);
  expect(recorder.steps.every).toBe(1);
  expect(recorder.steps.iterations).toHaveLength(8);
});

test("steps: a recorder continues earlier records without changing them", () => {
  const before = stepRecorder({ maxEntries: 4 });
  before.onBatches?.(batches(0, 6), nothing);
  const copy = structuredClone(before.steps);
  const recorder = stepRecorder({ maxEntries: 4, before: before.steps });
  recorder.onBatches?.(batches(6, 6), nothing);
  expect(before.steps).toEqual(copy);
  expect(recorder.steps.iterations[0]).toBe(0);
  expect(recorder.steps.iterations.length).toBeLessThanOrEqual(5);
});

test("weights: recorded before training and after each epoch, without missing connections", async () => {
  const recorder = weightRecorder({ maxBins: 2 });
  await recorder.onEpochBegin?.(1, context({ "F/kernel": [0, 1, 2, 0], "F/bias": [0, 0] }));
  await recorder.onEpochEnd?.(1, {}, context({ "F/kernel": [0, -1, 3, 0], "F/bias": [Number.NaN, 1] }));
  expect(recorder.histograms).toEqual({
    epochs: [0, 1],
    weights: {
      "F/kernel": [
        { min: 1, max: 2, counts: [1, 1] },
        { min: -1, max: 3, counts: [1, 1] },
      ],
      "F/bias": [
        { min: 0, max: 0, counts: [2, 0] },
        { min: Number.NaN, max: Number.NaN, counts: [0, 0] },
      ],
    },
  });
});

test("weights: of many epochs some are dropped, never the first or the last; a recorder continues them", async () => {
  const recorder = weightRecorder({ maxEpochs: 5 });
  await epochsOf(recorder, 1, 33);
  const { epochs, weights } = recorder.histograms;
  expect(epochs).toEqual([0, 16, 32, 33]);
  expect(weights.w.map(({ max }) => max)).toEqual(epochs.map((epoch) => Math.max(1, epoch)));
});

/** Trains from an epoch to another. */
async function epochsOf(recorder: ReturnType<typeof weightRecorder>, from: number, to: number): Promise<void> {
  for (let epoch = from; epoch <= to; epoch++) {
    await recorder.onEpochBegin?.(epoch, context({ w: [1, epoch - 1] }));
    await recorder.onEpochEnd?.(epoch, {}, context({ w: [1, epoch] }));
  }
}

test("weights: recorded in many short trainings, the epochs stay few and equally spaced", async () => {
  let before: ReturnType<typeof weightRecorder>["histograms"] | undefined;
  for (let epoch = 1; epoch <= 100; epoch++) {
    const part = weightRecorder({ maxEpochs: 10, before });
    await epochsOf(part, epoch, epoch);
    before = part.histograms;
    expect(before.epochs.length).toBeLessThanOrEqual(10);
  }
  expect(before?.epochs).toEqual([0, 16, 32, 48, 64, 80, 96, 100]);
});

test("weights: a later start is not recorded as epoch 0, and a second training resets the records", async () => {
  const later = weightRecorder();
  await epochsOf(later, 6, 7);
  expect(later.histograms.epochs).toEqual([5, 6, 7]);
  const twice = weightRecorder();
  await epochsOf(twice, 1, 3);
  await epochsOf(twice, 1, 2);
  expect(twice.histograms.epochs).toEqual([0, 1, 2]);
  expect(twice.histograms.weights.w).toHaveLength(3);
});

test("weights: a training that starts with the last recorded epoch resets the records too", async () => {
  const recorder = weightRecorder();
  await epochsOf(recorder, 1, 3);
  await epochsOf(recorder, 3, 3);
  expect(recorder.histograms.epochs).toEqual([2, 3]);
});

test("weights: exactly the maximum number of epochs is kept", async () => {
  const recorder = weightRecorder({ maxEpochs: 5 });
  await epochsOf(recorder, 1, 4);
  expect(recorder.histograms.epochs).toEqual([0, 1, 2, 3, 4]);
});

test("weights: of a training that starts late, the kept epochs are equally spaced from its start", async () => {
  const recorder = weightRecorder({ maxEpochs: 5 });
  await epochsOf(recorder, 6, 38);
  expect(recorder.histograms.epochs).toEqual([5, 21, 37, 38]);
});

test("weights: the number of bins is 2 times the cube root of the number of weights", async () => {
  const recorder = weightRecorder();
  const values = Array.from({ length: 27 }, (_, i) => i + 1);
  await recorder.onEpochBegin?.(1, context({ w: values }));
  // The limits are 1 + 26/6 k: 5.33, 9.67, 14, 18.33 and 22.67.
  expect(recorder.histograms.weights.w).toEqual([{ min: 1, max: 27, counts: [5, 4, 4, 5, 4, 5] }]);
});

test("recorders refuse maxima that are too small", () => {
  expect(() => weightRecorder({ maxEpochs: 1 })).toThrow(
    "weightRecorder maxEpochs: expected a whole number of at least 2",
  );
  expect(() => stepRecorder({ maxEntries: 0.5 })).toThrow("stepRecorder maxEntries");
});
