/** Networks with layers, losses and metrics of the user's own: every command takes their runs. */
import { mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { defineLayer, dense, flatten, input, model, openRun, ops, readData, recordRun } from "../../src/index.ts";
import {
  expectOneLine,
  lenet5,
  lenet5Json,
  readJson,
  scratchFolder,
  writeIdxFolder,
  writePng,
} from "./lenet5-command.ts";

let scratch: string;
let data: string;
beforeAll(async () => {
  scratch = await scratchFolder();
  data = await writeIdxFolder(join(scratch, "data"));
});
afterAll(() => rm(scratch, { recursive: true }));

const squeezeExcite = (word: string) => `${word} squeezeExcite = defineLayer("squeezeExcite", {
  options: { ratio: option.whole({ default: 4 }) },
  weights: ({ ratio }, [, , channels]) => ({
    reduce: { shape: [channels, Math.ceil(channels / ratio)] },
    expand: { shape: [Math.ceil(channels / ratio), channels] },
  }),
  call(maps, { weights: { reduce, expand } }) {
    const hidden = ops.relu(ops.matmul(ops.mean(maps, { axis: [1, 2] }), reduce));
    return ops.multiply(maps, ops.sigmoid(ops.matmul(hidden, expand)));
  },
});`;

const focal = (word: string) => `${word} focal = defineLoss("focal", {
  options: { gamma: option.number({ min: 0, default: 2 }) },
  labels: "classes",
  outputs: "probabilities",
  call(labels, outputs, { gamma }) {
    const p = ops.clip(outputs, 1e-7, 1 - 1e-7);
    const weight = ops.power(ops.subtract(1, p), gamma);
    return ops.negative(ops.sum(ops.multiply(weight, ops.multiply(labels, ops.log(p)))));
  },
});`;

const closeness = (word: string) => `${word} closeness = (label, outputs) => outputs[label];`;

/** A network with all three; `word` stands before each: "export const" or "const". */
interface Words {
  readonly layer?: string;
  readonly loss?: string;
  readonly metric?: string;
  readonly rest?: string;
}
const network = ({ layer = "export const", loss = layer, metric = layer, rest = "" }: Words = {}) => `
import { conv2d, defineLayer, defineLoss, dense, flatten, input, model, ops, option } from "lenet5";
${squeezeExcite(layer)}
${focal(loss)}
${closeness(metric)}
${rest}
export default ({ shape, classes, seed }) => {
  const image = input({ shape });
  const maps = conv2d({ filters: 4, kernelSize: 5, strides: 4, activation: "relu", name: "maps" })(image);
  const weighed = squeezeExcite({ ratio: 2, name: "SE" })(maps);
  const made = model({ inputs: image, outputs: dense({ units: classes, activation: "softmax" })(flatten()(weighed)), name: "weighed", seed });
  made.compile({ optimizer: "adam", loss: focal({ gamma: 1.5 }), metrics: ["accuracy", closeness] });
  return made;
};`;

async function written(name: string, code: string): Promise<string> {
  const folder = join(scratch, name);
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, "network.mjs"), code);
  return join(folder, "network.mjs");
}

const train = (module: string, run: string, ...more: string[]) =>
  lenet5(["train", "--network", module, "--data", data, "--out", run, "--epochs", "2", ...more]);

test("every command takes a run with a layer, a loss and a metric of one's own", async () => {
  const module = await written("own", network());
  const run = join(scratch, "own", "run");
  const trained = await train(module, run, "--threads", "2");
  expect(trained).toMatchObject({ code: 0, error: "" });
  expect(trained.out).toMatch(/Test accuracy \d.*, closeness 0\.\d/);
  const page = await readFile(join(run, "report.html"), "utf8");
  for (const text of ["<dd>focal: gamma 1.5</dd>", "<dd>accuracy, closeness</dd>"])
    expect(page.includes(text), text).toBe(true);

  const evaluation = await readJson<object>(run, "evaluation.json");
  expect(await lenet5Json(["evaluate", run])).toEqual(evaluation);
  const picture = await writePng(join(scratch, "own", "digit.png"), 3);
  expect(await lenet5(["predict", run, picture])).toMatchObject({ code: 0, error: "" });
  const summary = await lenet5(["summary", run]);
  expect(summary.out).toContain("squeezeExcite");
  const report = join(scratch, "own", "page.html");
  expect(await lenet5Json(["report", run, "-o", report])).toEqual({ report });
  expect((await readFile(report, "utf8")) === page).toBe(true);
  for (const figure of ["network", "features"])
    expect(await lenet5(["figure", figure, run, "-o", "-"])).toMatchObject({ code: 0, error: "" });

  // The same bits as in one go, also with the module's copy, and from other threads.
  await rename(module, join(scratch, "own", "moved.mjs"));
  const resumed = await lenet5(["train", "--resume", run, "--epochs", "3", "--threads", "1"]);
  expect(resumed).toMatchObject({ code: 0, error: "" });
  const whole = join(scratch, "own", "whole");
  await train(join(scratch, "own", "moved.mjs"), whole, "--epochs", "3");
  const saved = (folder: string) => readFile(join(folder, "model.safetensors"));
  expect((await saved(run)).equals(await saved(whole))).toBe(true);
  expect(await lenet5(["predict", run, picture])).toMatchObject({ code: 0, error: "" });

  const file = join(run, "model.safetensors");
  expectOneLine(
    await lenet5(["predict", file, picture]),
    /its network has the layer "squeezeExcite", which a file does not hold: give the folder of its run/,
  );
  await rm(join(run, "network.mjs"));
  expectOneLine(
    await lenet5(["predict", run, picture]),
    /expected its network's module .* or the copy network\.mjs, got neither/,
  );
  // What needs no code needs no module.
  expect(await lenet5(["figure", "loss", run, "-o", "-"])).toMatchObject({ code: 0, error: "" });
});

describe("what a module does not export is one line, before anything is trained", () => {
  test.each<[string, string, RegExp]>([
    [
      "layer",
      network({ layer: "const", loss: "export const" }),
      /expected the layer "squeezeExcite" among its exports/,
    ],
    ["loss", network({ loss: "const" }), /expected the loss "focal" among its exports/],
    ["metric", network({ metric: "const" }), /expected the metric "closeness" among its exports/],
    [
      "list",
      network({ rest: "export const customObjects = focal;" }),
      /expected its export customObjects to be a list/,
    ],
  ])("%s", async (name, code, message) => {
    const run = join(scratch, name, "run");
    expectOneLine(await train(await written(name, code), run), message);
    await expect(readFile(join(run, "config.json"))).rejects.toThrow("ENOENT");
  });
});

test("a list customObjects does as well as exports", async () => {
  const code = network({ layer: "const", rest: "export const customObjects = [squeezeExcite, focal, closeness];" });
  const module = await written("listed", code);
  const run = join(scratch, "listed", "run");
  expect(await train(module, run, "--epochs", "1")).toMatchObject({ code: 0, error: "" });
  const { accuracy } = await lenet5Json<{ accuracy: number }>(["evaluate", run]);
  const { accuracy: expected } = await readJson<{ accuracy: number }>(run, "evaluation.json");
  expect(accuracy).toBe(expected);
});

test("a run of recordRun with a layer and a metric of one's own: openRun takes them, the commands say so", async () => {
  const { train, test } = await readData(data);
  const scale = defineLayer("scale", {
    weights: () => ({ factor: { shape: [1], initializer: "ones" } }),
    call: (x, { weights: { factor } }) => ops.multiply(x, factor!),
  });
  const closeness = (label: number | Float32Array, outputs: Float32Array) => outputs[label as number]!;
  const image = input({ shape: [32, 32, 1] });
  const digit = dense({ units: 10, activation: "softmax" })(scale()(flatten()(image)));
  const net = model({ inputs: image, outputs: digit, threads: 1 });
  net.compile({ loss: "sparse_categorical_crossentropy", metrics: [closeness] });
  const folder = join(scratch, "recorded");
  await net.fit(train, { verbose: 0, callbacks: [recordRun({ folder, test })] });
  const run = await openRun(folder);
  expect((await run.history()).history.closeness).toHaveLength(1);
  await expect(run.model()).rejects.toThrow("customObjects: [scale]");
  await expect(run.model({ customObjects: [scale] })).rejects.toThrow("customObjects: [closeness]");
  const customObjects = [scale, closeness];
  expect((await run.model({ customObjects })).toBytes()).toEqual(net.toBytes());
  const page = await readFile(run.file("report.html"), "utf8");
  await rm(run.file("report.html"));
  expect((await readFile(await run.report(undefined, { customObjects }), "utf8")) === page).toBe(true);
  expectOneLine(
    await lenet5(["summary", folder]),
    /its network has the layer "scale", which the program that trained it defines: use openRun/,
  );
});
