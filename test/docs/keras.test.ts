/**
 * Every row of docs/keras.md: the TypeScript runs, and gives what Keras gave for the Python beside it
 * (tools/golden/keras_page.py). Every public name of Keras is in a row or in the table of what is left out.
 */
import { readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { sizeOf, type Tensor } from "../../src/core/tensor.ts";
import * as lenet5 from "../../src/index.ts";
import { learningRateAt } from "../../src/training/schedules/table.ts";
import { root } from "./pages.ts";

type Outcome =
  | { kind: "layer"; inputs: number; shape: number[]; output: number[]; parameters: number }
  | { kind: "loss" | "metric"; targets: "binary" | "classes" | "rows"; values: number[] }
  | { kind: "schedule" | "activation"; values: number[] }
  | { kind: "initializer"; mean: number; deviation: number }
  | { kind: "other" };

const page = readFileSync(`${root}docs/keras.md`, "utf8");
const golden: { names: Record<string, string[][]>; cells: Record<string, Outcome> } = JSON.parse(
  readFileSync(`${root}test/golden/keras-page.json`, "utf8"),
);
const [mapped, leftOut] = page.split("## Left out") as [string, string];
const rows = [...mapped.matchAll(/^\| `([^`]+)` \| `([^`]+)` \|/gm)].map(([, keras, ours]) => ({ keras, ours }));

// The data of tools/golden/keras_page.py.
const probabilities = [0.2, 0.5, 0.3, 0.7, 0.2, 0.1, 0.1, 0.3, 0.6, 0.4, 0.35, 0.25];
const classes = [1, 0, 0, 2];
const targets = {
  rows: { scores: probabilities, labels: [0, 1, 0, 1, 0, 0, 1, 0, 0, 0, 0, 1] },
  classes: { scores: probabilities, labels: classes },
  binary: { scores: [0.8, 0.3, 0.4, 0.6], labels: [1, 0, 1, 0] },
};
const numbers = [-3.5, -1, -0.25, 0, 0.25, 1, 3.5, 7];

let folder: string;
let names: Record<string, unknown>;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "lenet5-keras-"));
  const image = lenet5.input({ shape: [6, 6, 1] });
  const hidden = lenet5.dense({ units: 4, activation: "relu", name: "hidden" })(lenet5.flatten()(image));
  const net = lenet5.model({ inputs: image, outputs: lenet5.dense({ units: 3, activation: "softmax" })(hidden) });
  net.compile({ loss: "sparse_categorical_crossentropy", metrics: ["accuracy"] });
  const x = {
    shape: [20, 6, 6, 1],
    data: Float32Array.from({ length: 720 }, (_, i) => (i * 37) % 101).map((v) => v / 101),
  };
  const y = Array.from({ length: 20 }, (_, i) => (i * 7) % 3);
  names = { ...lenet5, net, x, y, file: join(folder, "model.safetensors") };
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** The value of a cell. */
function run(code: string): Promise<unknown> {
  const make = new Function(...Object.keys(names), `return (async () => (${code}))()`);
  return make(...Object.values(names));
}

describe("every row of docs/keras.md", () => {
  test.each(rows)("$keras", async ({ keras, ours }) => {
    const wanted = golden.cells[keras];
    if (!wanted) return expect.fail("run tools/golden/keras_page.py for the new row");
    expectAsKeras(await outcomeOf(wanted, await run(ours)), wanted);
  });
});

function expectAsKeras(got: Outcome, wanted: Outcome): void {
  if (wanted.kind === "initializer" && got.kind === "initializer") {
    // 60,000 draws on each side: the standard errors are 0.6% and 0.4% of the deviation.
    expect(Math.abs(got.mean - wanted.mean)).toBeLessThanOrEqual(0.03 * wanted.deviation + 1e-4);
    expect(Math.abs(got.deviation - wanted.deviation)).toBeLessThanOrEqual(0.02 * wanted.deviation + 1e-5);
    return;
  }
  if (!("values" in wanted) || !("values" in got)) {
    expect(got).toEqual(wanted);
    return;
  }
  expect(got.values.length).toBe(wanted.values.length);
  // Five digits are stored.
  wanted.values.forEach((value, i) => {
    expect(Math.abs(got.values[i]! - value)).toBeLessThanOrEqual(6e-5 * Math.abs(value) + 1e-6);
  });
}

async function outcomeOf(wanted: Outcome, value: unknown): Promise<Outcome> {
  switch (wanted.kind) {
    case "layer":
      return { ...wanted, ...applied(value as lenet5.Layer, wanted) };
    case "loss":
      return { ...wanted, values: [(await scored(value as lenet5.Loss, [], wanted.targets)).loss] };
    case "metric": {
      const metric = value as lenet5.MetricName;
      const { loss: _, ...scores } = await scored("mean_squared_error", [metric], wanted.targets);
      return { ...wanted, values: Object.values(scores) as number[] };
    }
    case "schedule":
      return {
        ...wanted,
        values: [0, 1, 10, 55, 100, 250].map((step) => learningRateAt(value as lenet5.Schedule, step)),
      };
    case "activation":
      return { ...wanted, values: [...(await activated(value as lenet5.ActivationName))] };
    case "initializer":
      return { ...wanted, ...drawn(value as lenet5.Initializer) };
    case "other":
      return wanted;
  }
}

function applied(layer: lenet5.Layer, { inputs, shape }: { inputs: number; shape: number[] }) {
  const given = Array.from({ length: inputs }, () => lenet5.input({ shape }));
  const output = layer(inputs === 1 ? given[0]! : given);
  const parameters = layer.built.weights.reduce((sum, weight) => sum + sizeOf(weight.shape), 0);
  return { output: [...output.shape], parameters };
}

/** Loss and metrics of the scores in `targets`, which a network passes on. */
async function scored(loss: lenet5.Loss | lenet5.LossName, metrics: lenet5.MetricName[], kind: keyof typeof targets) {
  const { scores, labels } = targets[kind];
  const width = scores.length / 4;
  const rowsWanted = kind === "classes" && loss === "mean_squared_error";
  const given = rowsWanted ? targets.rows.labels : labels;
  const evaluated = (activation: lenet5.ActivationName, x: number[]) => {
    const image = lenet5.input({ shape: [width] });
    const pass = lenet5.activation({ activation })(image);
    const net = lenet5.model({ inputs: image, outputs: pass });
    net.compile({ loss, metrics });
    return net.evaluate({ images: { shape: [4, width], data: Float32Array.from(x) }, labels: given });
  };
  try {
    return await evaluated("linear", scores);
  } catch (error) {
    // A cross-entropy takes probabilities only: these are the softmax of their logarithms, or the sigmoid of the logits.
    if (!(error instanceof lenet5.InputError)) throw error;
    if (kind === "binary")
      return evaluated(
        "sigmoid",
        scores.map((p) => Math.log(p / (1 - p))),
      );
    return evaluated("softmax", scores.map(Math.log));
  }
}

/** Mean and deviation of a kernel [200, 300]. */
function drawn(kernelInitializer: lenet5.Initializer) {
  const image = lenet5.input({ shape: [200] });
  const net = lenet5.model({ inputs: image, outputs: lenet5.dense({ units: 300, kernelInitializer })(image) });
  const values = Array.from(net.getWeights()[0]!.data);
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
  return { mean, deviation: Math.sqrt(variance) };
}

async function activated(name: lenet5.ActivationName): Promise<Float32Array> {
  const image = lenet5.input({ shape: [4] });
  const net = lenet5.model({ inputs: image, outputs: lenet5.activation({ activation: name })(image) });
  const x: Tensor = { shape: [2, 4], data: Float32Array.from(numbers) };
  return (await net.predict(x)).data;
}

describe("what Keras has is in a row or left out with a reason", () => {
  const modules = Object.keys(golden.names);
  const named = [...leftOut.matchAll(/`([^`]+)\.(\w+)`/g)].filter(([, module]) => modules.includes(module!));
  const left = new Set(named.map(([, module, name]) => `${module}.${name}`));
  const cells = rows.map(({ keras }) => keras).join("\n");

  test.each(Object.entries(golden.names))("%s", (module, objects) => {
    const owner = module === "Model" ? "model" : module.split(".").at(-1);
    const isMapped = (name: string) => new RegExp(`\\b(?:${owner}|keras)\\.${name}\\b`).test(cells);
    const missing = objects.filter((all) => !all.some((name) => isMapped(name) || left.has(`${module}.${name}`)));
    expect(missing.map((all) => `${module}.${all[0]}`)).toEqual([]);
  });

  test("nothing that has a row is listed as left out", () => {
    const both = [...left].filter((name) => new RegExp(`\\b${name.replace("Model.", "model.")}\\b`).test(cells));
    expect(both).toEqual([]);
  });
});
