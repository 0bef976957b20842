/** `lenet5 train --folds`: cross-validation in processes of their own. */
import { readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { stratifiedFolds } from "../../src/data/split.ts";
import { subset } from "../../src/data/subset.ts";
import { digits, loadModel, lenet5 as network, readData, recipe } from "../../src/index.ts";
import { expectOneLine, lenet5, lenet5Json, readJson, scratchFolder, writeIdxFolder } from "./lenet5-command.ts";

interface Result {
  seed: number;
  metrics: Record<string, { mean: number; deviation: number; values: number[] }>;
  runs: { folder: string; trainImages: number; validationImages: number; checksum: string }[];
  committee: string;
}

let scratch: string;
let data: string;
let two: string;
let result: Result;
const folds = (out: string, ...options: string[]) => [
  ...["train", "--data", data, "--epochs", "1", "--batch-size", "16", "--seed", "3", "--out", out, ...options],
];

beforeAll(async () => {
  scratch = await scratchFolder();
  data = await writeIdxFolder(join(scratch, "data"));
  two = join(scratch, "two");
  result = await lenet5Json<Result>(folds(two, "--folds", "2"));
});
afterAll(() => rm(scratch, { recursive: true }));

test("every training has one part for validation; mean and deviation are over the parts", async () => {
  expect(result).toMatchObject({ seed: 3, committee: "committee.safetensors" });
  expect(
    result.runs.map(({ folder, trainImages, validationImages }) => [folder, trainImages, validationImages]),
  ).toEqual([
    ["fold-1", 120, 120],
    ["fold-2", 120, 120],
  ]);
  const { mean, deviation, values } = result.metrics.val_accuracy!;
  const histories = await Promise.all(
    ["fold-1", "fold-2"].map((run) => readJson<{ history: Record<string, number[]> }>(two, run, "history.json")),
  );
  expect(values).toEqual(histories.map(({ history }) => history.val_accuracy!.at(-1)));
  expect(mean).toBeCloseTo((values[0]! + values[1]!) / 2, 12);
  expect(deviation).toBeCloseTo(Math.abs(values[0]! - values[1]!) / Math.SQRT2, 12);
  expect(await readJson(two, "cross-validation.json")).toEqual(result);
});

test("a fold is trained with the bits of a training on the images of the others", async () => {
  const { train } = await readData(data);
  const numbers = stratifiedFolds(train.labels, 10, 2, 3);
  const those = (fold: number) =>
    subset(
      train,
      Uint32Array.from(numbers.keys()).filter((i) => numbers[i] === fold),
    );
  const model = network({ seed: 3, threads: 1 });
  const { preparation } = train;
  const settings = { images: 120, epochs: 1, batchSize: 16, seed: 3, validationSplit: 0, preparation };
  const { compile, fit } = recipe("article", settings);
  model.compile(compile);
  await model.fit(those(2), { ...fit, validationData: those(1), verbose: 0 });
  expect(await model.checksum()).toBe(result.runs[0]!.checksum);
});

test("the folder is no run: commands that expect one name the committee and a run in it", async () => {
  const instead = `give ${join(two, "committee.safetensors")}, or one of its runs, such as ${join(two, "fold-1")}`;
  for (const args of [
    ["evaluate", two],
    ["predict", two, "picture.png"],
    ["report", two],
    ["ensemble", two, join(two, "fold-1")],
    ["figure", "loss", two, "-o", join(scratch, "loss.svg")],
    ["summary", two],
    ["export", two, "-o", join(scratch, "two.onnx")],
  ])
    expectOneLine(await lenet5(args), instead);
  expectOneLine(
    await lenet5(["train", "--resume", two]),
    /one with runs in it: run the command of its sweep or cross-/,
  );
});

test("the committee is the mean of the models", async () => {
  const models = await Promise.all(
    ["committee.safetensors", "fold-1/model.safetensors", "fold-2/model.safetensors"].map((file) =>
      loadModel(join(two, file), { threads: 1 }),
    ),
  );
  const { test: images } = await readData(data);
  const [mean, one, other] = await Promise.all(models.map(async (model) => (await model.predict(images.images)).data));
  mean!.forEach((value, i) => {
    expect(Math.abs(value - (one![i]! + other![i]!) / 2)).toBeLessThan(2e-7);
  });
  const { reading } = models[0]!;
  expect(reading?.classNames).toHaveLength(10);
  expect(reading?.confidence).toBeUndefined();
});

test("the same command trains nothing again and gives the same files", async () => {
  const bytes = () =>
    Promise.all(["cross-validation.json", "committee.safetensors"].map((f) => readFile(join(two, f))));
  const before = await bytes();
  const { code, out } = await lenet5(folds(two, "--folds", "2"));
  expect(code).toBe(0);
  expect(out).toMatch(
    /^fold 1 of 2: done already\nfold 2 of 2: done already\nValidation accuracy: .* over 2 folds\)$/m,
  );
  expect(await bytes()).toEqual(before);
});

test("no image is unseen by all members", async () => {
  const args = ["ensemble", join(two, "fold-1"), join(two, "fold-2"), "--out", join(scratch, "x.safetensors")];
  expect((await lenet5(args)).out).toMatch(/^Not measured: no image was for validation in all of them/m);
});

test("notes are printed once, also of networks that were trained before; the printed command divides the data alike", async () => {
  const { train } = digits({ train: 60, test: 0 });
  const rows = Array.from(train.labels, (label, i) => [label, ...train.images.data.slice(i * 1024, i * 1024 + 1024)]);
  const file = join(scratch, "divided.csv");
  const lines = rows.map((row) => row.join());
  await writeFile(file, [...lines, ...lines].join("\n"));
  const [out, from] = [join(scratch, "before"), join(two, "fold-1")];
  const options = ["--data", file, "--epochs", "1", "--split-seed", "5", "--out", out, "--network", from];
  const { out: text } = await lenet5(["train", "--folds", "2", ...options]);
  expect(text.match(/^The network's loss and metrics go on; /gm)).toHaveLength(1);
  expect(text.match(/^Note: .* test images? .*: see lenet5 data$/gm)).toHaveLength(1);
  expect(text).toMatch(
    /^Note: ".*fold-1" may have been trained on these images: then the validation accuracy is too high$/m,
  );
  expect(text).toMatch(
    /^Its test accuracy: lenet5 evaluate .*committee.safetensors --data .*divided.csv --split-seed 5$/m,
  );
});

test("what does not go with folds, and other settings in an old folder, are refused in one line", async () => {
  const out = join(scratch, "refused");
  const other = await writeIdxFolder(join(scratch, "other"));
  const cases: [string[], RegExp | string][] = [
    [folds(out, "--folds", "1"), '--folds: expected a whole number of at least 2, got "1"'],
    [folds(out, "--folds", "241"), "--folds: expected at most 240, the training images, got 241"],
    [folds(out, "--jobs", "2"), "--jobs: expected with --folds; leave it out"],
    [folds(out, "--folds", "2", "--jobs", "0"), "--jobs: expected a whole number of at least 1"],
    [folds(out, "--folds", "2", "--resume", two), "--resume: it cannot be combined with --folds"],
    [folds(out, "--folds", "2", "--stream"), "--stream: it cannot be combined with --folds"],
    [folds(out, "--folds", "2", "--validation-split", "0.1"), "--validation-split: it cannot be combined with --folds"],
    [folds(out, "--folds", "2", "--tensorboard", "logs"), "--tensorboard: it cannot be combined with --folds"],
    [folds(out, "--folds", "2", "--log", "jsonl"), "--log: it cannot be combined with --folds"],
    [folds(join(two, "fold-1"), "--folds", "2"), /--out: ".*fold-1" holds a run already/],
    [
      folds(two, "--folds", "3"),
      /^error: --folds: expected 2, with which ".*fold-1" was trained, got 3; give the same/,
    ],
    [folds(two, "--folds", "2", "--epochs", "2"), /--epochs: expected 1, with which .* was trained, got 2; /],
    [folds(two, "--folds", "2", "--seed", "4"), /--seed: expected 3, with which .* was trained, got 4; /],
    [folds(two, "--folds", "2", "--network", "full"), /--network: expected "article", with which .*, got "full"; /],
    [folds(two, "--folds", "2", "--recipe", "best"), /--recipe: expected none, with which .*, got "best"; /],
    [folds(two, "--folds", "2", "--data", other), /--data: expected ".*data", with which .*, got ".*other"; /],
  ];
  for (const [args, message] of cases) expectOneLine(await lenet5(args), message);
});

test("an old folder is refused where the file of its network has changed", async () => {
  const network = join(scratch, "small.mjs");
  const moduleOf = (units: number) => `
    import { dense, flatten, input, model } from ${JSON.stringify(new URL("../../dist/index.js", import.meta.url).href)};
    export default ({ shape, classes, seed }) => {
      const image = input({ shape });
      return model({ inputs: image, outputs: dense({ units: classes })(dense({ units: ${units} })(flatten()(image))), seed });
    };`;
  await writeFile(network, moduleOf(4));
  const command = folds(join(scratch, "of-network"), "--folds", "2", "--network", network);
  await lenet5Json(command);
  await writeFile(network, moduleOf(5));
  expectOneLine(
    await lenet5(command),
    /^error: --network: expected .*small\.mjs as it was when ".*fold-1" was trained, got a file that has changed; give/,
  );
  await writeFile(network, moduleOf(4));
  expect((await lenet5(command)).out).toContain("fold 2 of 2: done already");
});

test("an old folder is refused where its data have changed", async () => {
  await writeIdxFolder(data, digits({ train: 240, test: 60, seed: 9 }));
  expectOneLine(
    await lenet5(folds(two, "--folds", "2")),
    /^error: --data: expected the images and labels with which ".*fold-1" was trained, got others; give the same data/,
  );
  await writeIdxFolder(data, digits({ train: 200, test: 60 }));
  expectOneLine(
    await lenet5(folds(two, "--folds", "2")),
    /^error: --data: expected 240 training images, with which ".*fold-1" was trained, got 200 from .*data; give the same data/,
  );
});
