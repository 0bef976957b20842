import { expect, it } from "vitest";
import { madeUpTraining } from "../../../test/made-up-training.ts";
import { digits, jsonLines, lenet5 } from "../../index.ts";

it("writes one JSON object per line for the begin, every batch, every epoch and the end", async () => {
  const lines: string[] = [];
  const { train } = digits({ train: 40, test: 1 });
  const made = lenet5({ threads: 1 });
  made.compile({ loss: "sparse_categorical_crossentropy", metrics: ["accuracy"] });
  const fitting = { epochs: 2, batchSize: 16, validationSplit: 0.2, verbose: 0 } as const;
  const { history } = await made.fit(train, { ...fitting, callbacks: [jsonLines((line) => lines.push(line))] });

  const told = lines.map((line) => JSON.parse(line));
  expect(lines.join("")).not.toContain("\n");
  expect(told.map(({ type }) => type).join(" ")).toBe("begin batch batch epoch batch batch epoch end");
  expect(told[0]).toEqual({ type: "begin", epochs: 2, steps_per_epoch: 2 });
  const names = ["type", "epoch", "iteration", "loss", "accuracy", "learning_rate", "gradient_norm"];
  const batches = told.filter(({ type }) => type === "batch");
  for (const batch of batches) expect(Object.keys(batch)).toEqual(names);
  expect(batches.map(({ epoch, iteration }) => [epoch, iteration])).toEqual([
    [1, 0],
    [1, 1],
    [2, 2],
    [2, 3],
  ]);
  expect(batches[0].gradient_norm).toBeGreaterThan(0);
  const epochs = told.filter(({ type }) => type === "epoch");
  expect(epochs.map(({ epoch }) => epoch)).toEqual([1, 2]);
  for (const [name, values] of Object.entries(history)) expect(epochs.map((epoch) => epoch[name])).toEqual(values);
});

it("numbers that are not finite, and a stream's length, are null", async () => {
  const lines: string[] = [];
  const { onTrainBegin, onBatches } = jsonLines((line) => lines.push(line));
  const context = {
    ...madeUpTraining,
    epochs: 1,
    stepsPerEpoch: undefined,
    learningRate: 0.1,
    stop() {},
    batchesPerCall: undefined,
    getWeights: () => new Map(),
    currentWeights: async () => new Map(),
    setWeights() {},
    atEnd() {},
    async save() {},
  };
  await onTrainBegin?.(context);
  const logs = { loss: Number.NaN };
  await onBatches?.([{ epoch: 1, iteration: 0, logs, learningRate: 0.1, gradientNorm: Infinity }], context);
  expect(lines).toEqual([
    '{"type":"begin","epochs":1,"steps_per_epoch":null}',
    '{"type":"batch","epoch":1,"iteration":0,"loss":null,"learning_rate":0.1,"gradient_norm":null}',
  ]);
});
