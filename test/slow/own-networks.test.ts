/** More networks of the user's own through the command: see test/end-to-end/own-networks.test.ts. */
import { readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Dataset, TrainTest } from "../../src/index.ts";
import {
  expectOneLine,
  lenet5,
  lenet5Json,
  readJson,
  scratchFolder,
  smallDigits,
  writeIdxFolder,
  writePng,
} from "../end-to-end/lenet5-command.ts";
import { convnet } from "../end-to-end/own-network.ts";

let scratch: string;
let data: string;
let two: string;
beforeAll(async () => {
  scratch = await scratchFolder();
  data = await writeIdxFolder(join(scratch, "data"));
  two = await writeIdxFolder(join(scratch, "two"), ofTwoClasses(smallDigits));
});
afterAll(() => rm(scratch, { recursive: true }));

/** Even digits are class 0, odd ones class 1. */
function ofTwoClasses({ source, train, test }: TrainTest): TrainTest {
  const part = (set: Dataset) => ({ ...set, labels: Uint8Array.from(set.labels, (label) => label % 2) });
  return { source, train: part(train), test: part(test) };
}

const written = async (name: string, code: string) => {
  const path = join(scratch, name);
  await writeFile(path, code);
  return path;
};

const train = (network: string, out: string, ...more: string[]) =>
  lenet5Json<{ test: { accuracy: number; loss: number } }>([
    ...["train", "--network", network, "--data", data, "--out", join(scratch, out), "--epochs", "2"],
    ...more,
  ]);

test("with a constant learning rate, more epochs give the bits of a run that was planned so", async () => {
  const rate = ["--learning-rate", "0.01", "--threads", "1"];
  await train("full", "planned", ...rate, "--epochs", "4");
  await train("full", "grown", ...rate);
  const { code, out } = await lenet5(["train", "--resume", join(scratch, "grown"), "--epochs", "4"]);
  expect(code).toBe(0);
  expect(out).toContain("4 epochs instead of 2: the constant learning rate goes on");
  const model = (run: string) => readFile(join(scratch, run, "model.safetensors"));
  expect((await model("grown")).equals(await model("planned"))).toBe(true);
});

test("a network whose pixels come row by row", async () => {
  const network = await written(
    "rows.mjs",
    `import { dense, input, model } from "lenet5";
export default async ({ classes, seed }) => {
  const pixels = input({ shape: [784] });
  const hidden = dense({ units: 16, activation: "relu" })(pixels);
  return model({ inputs: pixels, outputs: dense({ units: classes, activation: "softmax" })(hidden), seed });
};`,
  );
  await train(network, "rows");
  const run = join(scratch, "rows");
  expect(await readJson(run, "examples.json")).toMatchObject({ shape: [28, 28, 1] });
  expect(await readFile(join(run, "report.html"), "utf8")).toContain("Worst errors");
  const picture = await writePng(join(scratch, "rows.png"), 1);
  expect(await lenet5(["predict", run, picture])).toMatchObject({ code: 0, error: "" });
});

test("one sigmoid unit is the probability of class 1", async () => {
  const network = await written(
    "unit.mjs",
    convnet(
      "shape",
      `return model({ inputs: image, outputs: dense({ units: 1, activation: "sigmoid" })(flatten()(maps)), seed });`,
    ),
  );
  const run = join(scratch, "unit");
  await train(network, "unit", "--data", two, "--epochs", "20");
  // A linear unit is trained on the same numbers, from logits: the history, the accuracy too, is that of its twin.
  const linear = await written("linear.mjs", (await readFile(network, "utf8")).replace(', activation: "sigmoid"', ""));
  await train(linear, "linear", "--data", two, "--epochs", "20");
  const accuracies = async (name: string) =>
    (await readJson<{ history: { val_accuracy: number[] } }>(join(scratch, name), "history.json")).history.val_accuracy;
  expect(await accuracies("linear")).toEqual(await accuracies("unit"));
  const evaluation = await readJson<{ accuracy: number; confusionMatrix: number[][] }>(run, "evaluation.json");
  const [[a, b], [c, d]] = evaluation.confusionMatrix as [[number, number], [number, number]];
  expect(a + b + c + d).toBe(60);
  expect(evaluation.accuracy).toBeCloseTo((a + d) / 60, 12);
  expect(evaluation.accuracy).toBeGreaterThan(0.7);
  const pictures = await Promise.all([0, 1, 2, 3].map((i) => writePng(join(scratch, `unit-${i}.png`), i)));
  const predictions = await lenet5Json<{ label: number; probabilities: number[] }[]>(["predict", run, ...pictures]);
  const { predicted } = await readJson<{ predicted: number[] }>(run, "predictions.json");
  expect(predictions.map(({ label }) => label)).toEqual(predicted.slice(0, 4));
  for (const { label, probabilities } of predictions) {
    expect(probabilities).toHaveLength(2);
    expect(probabilities[0]! + probabilities[1]!).toBeCloseTo(1, 6);
    expect(probabilities[1]! >= 0.5 ? 1 : 0).toBe(label);
  }
  expectOneLine(
    await lenet5(["train", "--network", network, "--data", data, "--out", join(scratch, "never")]),
    /expected data of 2 classes, as the network has, or one unit for two classes, got 10/,
  );
});
