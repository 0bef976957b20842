/** The JSON files of a run with the figures that are drawn from them, whole folders of runs, locks, sweeps, and paper results. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { stringify } from "yaml";
import { keptIn } from "../../../src/cli/jobs/kept-result.ts";
import { paperResult } from "../../../src/cli/paper/result.ts";
import { originOf } from "../../../src/cli/run-origin.ts";
import { contentIn } from "../../../src/cli/sweep/read-sweep.ts";
import { settingRules } from "../../../src/cli/sweep/setting-rules.ts";
import { checkedJson } from "../../../src/core/checked-json.ts";
import { InputError } from "../../../src/core/errors.ts";
import { openRun } from "../../../src/index.ts";
import { ownerIn } from "../../../src/platform/node/lock-owner.ts";
import { paperFigures } from "../../../src/report/paper/paper-figures.ts";
import { paperHtml } from "../../../src/report/paper/paper-page.ts";
import type { RunJson } from "../../../src/runs/run-files.ts";
import { runSchemas } from "../../../src/runs/schemas.ts";
import { checkedSweep } from "../../../src/sweep/sweep.ts";
import { trialsOf } from "../../../src/sweep/trials.ts";
import { paperOf } from "../../figures/made-up-paper.ts";
import { writeFiles } from "../../made-files.ts";
import { changedMetadata } from "../changes/headers.ts";
import { changedJson } from "../changes/json.ts";
import { type Files, type FuzzReader, firstOf, storedIn } from "../reader.ts";

const preparation = {
  size: [28, 28],
  padding: 2,
  channels: 1,
  framing: "mnist",
  ink: "light",
  fit: "pad",
  scale: 1 / 255,
};

/** A valid content of each file. */
const contents: Readonly<Record<RunJson, unknown>> = {
  "config.json": {
    ...{ lenet5: "0.1.0", runtime: "Node 22.21.0", command: null, started: "2026-11-22T15:30:12Z", title: "model" },
    ...{ notices: [], notes: { Trial: 3 }, extra: { network: "article" } },
    compiled: { optimizer: { type: "sgd" }, metrics: [] },
    settings: {
      ...{ epochs: 1, batchSize: 64, shuffle: true, augment: [], seed: 1, validationSplit: 0.1, classWeight: null },
      ...{ stepsPerEpoch: null, numerics: "fast", threads: 2 },
    },
    data: {
      ...{ name: "own", classNames: ["0", "1"], trainImages: 10, validationImages: 1, testImages: null, preparation },
    },
    machine: { cpu: "some", cores: 2, platform: "linux x64" },
  },
  "history.json": {
    epochs: [1, 2, 3],
    iterations: [10, 20, 30],
    history: { loss: [2, 1, null], val_loss: [2, 1.5, 1] },
  },
  "evaluation.json": {
    ...{ accuracy: 0.75, loss: 0.5, confusionMatrix: [[1, 1], [0, 2]] },
    perClass: ["0", "1"].map((name) => ({ name, precision: 1, recall: 0.5, f1: 0.6, support: 2 })),
  }, // biome-ignore format: a row for each class
  "predictions.json": {
    ...{ images: "ab", labels: [0, 0, 1, 1], predicted: [0, 1, 1, 1], confidence: [0.9, 0.6, 0.8, 0.99] },
  },
  "examples.json": {
    ...{ shape: [1, 3, 1], scale: 1 / 255, classNames: ["0", "1"] },
    images: [{ index: 0, label: 0, predicted: 1, confidence: 0.6, pixels: "AAAA" }],
  },
  "steps.json": {
    ...{ every: 1, iterations: [0, 1, 2], loss: [2, 1, null], learningRate: [0.1, 0.1, 0.1] },
    ...{ gradientNorm: [1, 1, 1], maxGradientNorm: [1, 2, 1] },
  },
  "weights.json": {
    epochs: [0, 1],
    weights: { "C1/kernel": [0, 1].map(() => ({ min: -1, max: 1, counts: [1, 2, 1] })) },
  },
};

/** What is drawn from a file, where one file is enough. */
const drawn: { readonly [File in RunJson]?: (content: never) => Promise<unknown> } = {
  "history.json": async (content) => (await import("../../../src/figures.ts")).lossCurves(content).svg,
  "steps.json": async (content) => (await import("../../../src/figures.ts")).stepLosses(content).svg,
  "weights.json": async (content) => (await import("../../../src/figures.ts")).weightHistograms(content).svg,
};

/** A whole run, and one that was killed within an epoch, as the first version wrote them. */
function runFolders(): Files[] {
  const folders = ["interrupted", "run"].map((name) => `test/versions/kept/0.1.0/${name}`);
  return folders.map((folder) => Object.fromEntries(storedIn(folder, /\.(json|safetensors)$/)));
}

/** Opens a run and reads all that it has; draws its report, and opens the model to go on with. */
async function readFolder(files: Files): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "lenet5-fuzz-"));
  try {
    const run = await openRun(await writeFiles(folder, files));
    originOf(run);
    for (const name of Object.keys(runSchemas) as RunJson[]) await run.read(name);
    await run.history();
    await run.lastCheckpoint({ threads: 1 });
    await run.report(undefined, { threads: 1 });
  } finally {
    await rm(folder, { recursive: true });
  }
}

const rules = settingRules();
const lock = { id: "0f-1", pid: 7, host: "a", since: "2026-11-22T15:30:12.000Z", place: "linux 1", start: "12" };

export const runReaders = {
  runFolders: {
    seeds: runFolders,
    changes: (name) => [name.endsWith(".json") ? changedJson : changedMetadata],
    inTest: 30,
    time: 5_000,
    read: readFolder,
  },
  paperResults: {
    seeds: () => {
      const { setups, predictions } = paperOf({ seeds: 1, passes: 3 });
      const columns = Object.entries(predictions).map(([name, values]) => [name, values.slice(0, 40)]);
      const result = { recipe: "{}", run: setups[0]!.runs[0], predictions: Object.fromEntries(columns) };
      return [{ "result.json": new TextEncoder().encode(JSON.stringify(result)) }];
    },
    changes: () => [changedJson, changedJson, changedJson],
    inTest: 100,
    time: 5_000,
    read(files) {
      const { result } = keptIn(firstOf(files), { file: "result.json", schema: paperResult }) ?? {};
      if (!result) throw new InputError("result.json: it is damaged");
      const setups = [{ images: 60_000, distortions: false, runs: [result.run] }];
      const paper = { ...paperOf({ setups }), predictions: result.predictions };
      for (const figure of Object.values(paperFigures(paper))) figure.themed("light");
      paperHtml(paper);
    },
  },
  sweeps: {
    seeds: () => {
      const sweep = {
        train: { data: "digits", epochs: 9, seed: 2 },
        vary: {
          optimizer: ["sgd", "adam"],
          "learning-rate": { from: 0.001, to: 0.1, log: true },
          augment: { values: ["none", "elastic"], when: { optimizer: "sgd" } },
        },
        choose: { by: "halving", from: "sobol", eta: 3, "first-epochs": 1, seed: 1 },
        measure: { metric: "val_loss", seeds: 2 },
        trials: 5,
      };
      const texts = { "sweep.json": JSON.stringify(sweep), "sweep.yaml": stringify(sweep) };
      return Object.entries(texts).map(([name, text]) => ({ [name]: new TextEncoder().encode(text) }));
    },
    changes: () => [changedJson, changedJson],
    inTest: 400,
    read(files) {
      const [name] = Object.keys(files);
      const sweep = checkedSweep(contentIn(firstOf(files), name!), name!, rules, 20);
      if (trialsOf(sweep).length === 0) throw new Error("a sweep without trials");
    },
  },
  locks: {
    seeds: () => [{ "run.lock": new TextEncoder().encode(JSON.stringify(lock)) }],
    changes: () => [changedJson],
    inTest: 1_000,
    read(files) {
      try {
        ownerIn(new TextDecoder().decode(firstOf(files)));
      } catch (error) {
        if (error instanceof SyntaxError) throw new InputError("no lock");
        throw error;
      }
    },
  },
  runs: {
    seeds: () =>
      Object.entries(contents).map(([name, content]) => ({
        [name]: new TextEncoder().encode(JSON.stringify(content)),
      })),
    changes: () => [changedJson, changedJson, changedJson],
    inTest: 200,
    async read(files) {
      const name = Object.keys(files)[0] as RunJson;
      const content = checkedJson(runSchemas[name], firstOf(files), name);
      await drawn[name]?.(content as never);
    },
  },
} satisfies Record<string, FuzzReader>;
