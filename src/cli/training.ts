import { availableParallelism, cpus } from "node:os";
import { terminalColumns, writeOut } from "#platform";
import {
  type Callback,
  InputError,
  jsonLines,
  loadModel,
  type Model,
  progress,
  tensorBoard,
  terminateOnNaN,
} from "../index.ts";
import { trainCount } from "../model/data.ts";
import { type OpenedData, openData } from "./data-source.ts";
import { networkNamed } from "./networks.ts";
import { counted, printJson, speaker } from "./output.ts";
import {
  type AugmentationName,
  augmentationFor,
  augmentationText,
  type Network,
  optimizerFor,
  recipeOf,
} from "./recipe.ts";
import { type Recorders, recordersOf } from "./recorders.ts";
import { saveResults, type TestResults, tellEvaluation, testResults } from "./results.ts";
import * as folder from "./run-folder.ts";
import type { RunConfig, RunHistory } from "./run-schemas.ts";
import { type Interruption, watchInterrupts } from "./signals.ts";

type Settings = RunConfig["settings"];

/** What `lenet5 train` was asked for; settings that are not given are the recipe's. */
export interface TrainOptions extends Partial<Omit<Settings, "learningRate" | "augment">> {
  readonly augment?: AugmentationName;
  readonly learningRate?: number;
  readonly data?: string;
  readonly out?: string;
  readonly resume?: string;
  /** The folder for TensorBoard's event files. */
  readonly tensorboard?: string;
  readonly log?: "jsonl";
  readonly json?: boolean;
}

/** A run that is ready to be trained, or trained on. */
interface Run {
  readonly path: string;
  readonly config: RunConfig;
  readonly data: OpenedData;
  readonly model: Model;
  readonly history: RunHistory;
  readonly recorders: Recorders;
}

export async function train(options: TrainOptions, command: string, version: string): Promise<void> {
  if (options.json && options.log)
    throw new InputError("--log jsonl: both it and --json write to standard output; leave out one of them");
  const forPrograms = options.json || options.log !== undefined;
  const to = forPrograms ? "error" : "out";
  const say = speaker(forPrograms);
  const run =
    options.resume === undefined ? await newRun(options, command, version) : await oldRun(options.resume, options);
  tellStart(run, say);
  // What was measured of an earlier model must not be taken for the next one's.
  if (run.history.epochs.length < run.config.settings.epochs) await folder.removeResults(run.path);
  // On a terminal that shows the lines for programs too, a live chart would stand between them.
  const chart = options.log === undefined || terminalColumns("out") === undefined;
  const bar = progress({ to, chart, history: run.history });
  const interruption = watchInterrupts(bar.print);
  try {
    const { seconds, imagesPerSecond, stopped, cameApart } = await fit(run, interruption, bar, watchers(options, run));
    if (cameApart) {
      throw new Error(
        `${stopped}: try a smaller --learning-rate; ${run.path} holds the model of the last epoch before (${run.history.epochs.length})`,
      );
    }
    interruption.doing = "Writing the results";
    if (stopped !== undefined) await folder.writeHistory(run.path, { ...run.history, stopped });
    const { test } = run.data;
    const answers = await testResults(run.model, test);
    await saveResults(run.path, answers, test);
    // Drawing takes a while to load: not before the first epoch.
    const { writeReport } = await import("./report.ts");
    const report = await writeReport(run.path);
    tellEvaluation(answers.evaluation, run.config.data.classNames, say);
    say(`Report: ${report}`);
    tellEnd(run, stopped, say);
    if (options.json) printJson(trainJson(run, answers.evaluation, { seconds, imagesPerSecond, stopped }));
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    throw new InputError(`${error.message}; then go on with ${resumeCommand(run.path)}`, { cause: error });
  } finally {
    interruption.end();
  }
}

async function newRun(options: TrainOptions, command: string, version: string): Promise<Run> {
  const { network, epochs, batchSize, optimizer, seed, numerics, validationSplit } = {
    ...recipeOf(options.network),
    ...options,
  };
  if (options.out !== undefined) await folder.refuseExistingRun(options.out);
  const data = await openData(options.data);
  const { classNames, labels } = data.train;
  const trainImages = trainCount(labels.length, validationSplit);
  const model = networkNamed(network, { classNames, seed, numerics, threads: options.threads });
  const stepsPerEpoch = Math.ceil(trainImages / batchSize);
  const { learningRate } = options;
  model.compile({
    optimizer: await optimizerFor(optimizer, { learningRate, batchSize, stepsPerEpoch, epochs }),
    loss: model.outputsDistances ? "rbf_map" : "sparse_categorical_crossentropy",
    metrics: ["accuracy"],
  });
  const now = new Date();
  const config: RunConfig = {
    lenet5: version,
    node: process.version,
    command,
    started: now.toISOString(),
    settings: {
      ...{ network, epochs, batchSize, optimizer, learningRate: learningRate ?? null, seed, validationSplit, numerics },
      augment: options.augment === undefined ? null : await augmentationFor(options.augment, network),
      threads: model.threads,
    },
    data: {
      ...{ id: data.id, source: data.source, notice: data.notice ?? null, classNames: [...classNames], trainImages },
      validationImages: labels.length - trainImages,
      testImages: data.test.labels.length,
    },
    machine: {
      ...{ cpu: cpus()[0]?.model.trim() || process.arch, cores: availableParallelism() },
      platform: `${process.platform} ${process.arch}`,
    },
  };
  const path = await folder.newRunFolder(options.out, now);
  // The model first: where there is a config, there is a run that can go on, even if it is cut off in its first epoch.
  await model.save(folder.runFile(path, "model.safetensors"));
  await folder.writeRunJson(path, "config.json", config);
  return { path, config, data, model, history: { epochs: [], history: {} }, recorders: await recordersOf(path, 0, 0) };
}

/** The run as it was saved after its last whole epoch. */
async function oldRun(path: string, options: TrainOptions): Promise<Run> {
  const { resume: _, threads, tensorboard: __, log: ___, json: ____, ...others } = options;
  const [given] = Object.keys(others);
  if (given !== undefined) {
    const flag = given.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
    throw new InputError(
      `--resume goes on with the settings of the run: leave out --${flag}, or start a new run without --resume`,
    );
  }
  const config = await folder.readConfig(path);
  const { settings } = config;
  const model = await loadModel(folder.runFile(path, "model.safetensors"), { threads, numerics: settings.numerics });
  const steps = Math.ceil(config.data.trainImages / settings.batchSize);
  const done = (model.training?.iterations ?? Number.NaN) / steps;
  if (!Number.isInteger(done)) {
    throw new InputError(
      `"${path}": its model was not saved at the end of an epoch, so the run cannot go on; start a new one`,
    );
  }
  const saved = await folder.readHistory(path);
  if (saved.epochs.length < done || done > settings.epochs) {
    throw new InputError(
      `"${path}": expected a history of the ${done} epochs its model has learned, of ${settings.epochs} asked for, got ${saved.epochs.length}: is a file of the run missing or of another run?`,
    );
  }
  const data = await openData(config.data.id);
  const counts = [data.train.labels.length, data.test.labels.length, data.train.classNames.length];
  const expected = [
    config.data.trainImages + config.data.validationImages,
    config.data.testImages,
    config.data.classNames.length,
  ];
  if (counts.join() !== expected.join()) {
    throw new InputError(
      `"${path}": expected the run's data (${expected.join(", ")} training images, test images and classes), got ${counts.join(", ")} from ${data.source}`,
    );
  }
  // The history is written before the model: an epoch that only it knows is trained again.
  const history = Object.entries(saved.history).map(([name, values]) => [name, values.slice(0, done)] as const);
  return {
    path,
    config,
    data,
    model,
    history: { epochs: saved.epochs.slice(0, done), history: Object.fromEntries(history) },
    recorders: await recordersOf(path, done, done * steps),
  };
}

/** Those that tell others how training goes, as was asked for. */
function watchers({ tensorboard, log }: TrainOptions, { model }: Run): Callback[] {
  const callbacks: Callback[] = [];
  if (tensorboard !== undefined) callbacks.push(tensorBoard(tensorboard, { model }));
  if (log !== undefined) callbacks.push(jsonLines((line) => writeOut(`${line}\n`)));
  return callbacks;
}

async function fit(run: Run, interruption: Interruption, bar: Callback, watchers: readonly Callback[]) {
  const { path, config, data, model, history, recorders } = run;
  const { network, epochs, batchSize, seed, validationSplit, augment } = config.settings;
  const { shuffle } = recipeOf(network);
  const initialEpoch = history.epochs.length;
  let cameApart = false;
  const recorder: Callback = {
    onEpochBegin(epoch) {
      interruption.doing = `Finishing epoch ${epoch}`;
    },
    async onEpochEnd(epoch, logs, context) {
      // What has come apart must not take the place of the last good model.
      const numbers = [logs.loss!, logs.val_loss ?? 0];
      const isWhole = [...context.getWeights().values()].every((values) => values.every(Number.isFinite));
      cameApart = !isWhole || !numbers.every(Number.isFinite);
      if (cameApart) {
        if (Number.isFinite(logs.loss)) context.stop(`epoch ${epoch} left weights that are not numbers`);
        return;
      }
      history.epochs.push(epoch);
      for (const [name, value] of Object.entries(logs)) {
        history.history[name] ??= [];
        history.history[name].push(value);
      }
      await folder.writeHistory(path, history);
      await recorders.save();
      await context.save(folder.runFile(path, "model.safetensors"));
      if (interruption.asked && epoch < epochs) context.stop("interrupted");
    },
  };
  const began = performance.now();
  const { stopped, history: numbers } = await model.fit(data.train, {
    ...{ epochs, initialEpoch, batchSize, shuffle, seed, validationSplit, verbose: 0 },
    ...(augment && { augment }),
    callbacks: [bar, terminateOnNaN(), ...recorders.callbacks, recorder, ...watchers],
  });
  const seconds = (performance.now() - began) / 1000;
  const training = (numbers.seconds ?? []).reduce((sum, value) => sum + value, 0);
  const images = config.data.trainImages * (history.epochs.length - initialEpoch);
  return { seconds, imagesPerSecond: training > 0 ? images / training : 0, stopped, cameApart };
}

const networkNames: Record<Network, string> = {
  article: "the article's network",
  full: "C3 fully connected",
  "1998": "the paper's network of 1998",
};

function tellStart({ path, config, data, model, history }: Run, say: (line: string) => void): void {
  const { settings, data: counts } = config;
  const notice = data.notice ?? config.data.notice;
  if (notice) say(`Note: ${notice}`);
  const networkName = networkNames[settings.network];
  say(
    `LeNet-5 (${networkName}), ${counted(model.summaryData().params)} parameters, ${model.threads} ${model.threads === 1 ? "thread" : "threads"}, ${model.numerics}`,
  );
  const validation = counts.validationImages > 0 ? `, ${counted(counts.validationImages)} for validation` : "";
  say(
    `${data.source}: ${counted(counts.trainImages)} images to train on${validation}, ${counted(counts.testImages)} to test`,
  );
  if (settings.augment) {
    const { copies } = settings.augment;
    const how = copies
      ? `Each training image is shown as it is and in ${copies} distorted versions, one an epoch`
      : "Every epoch distorts the training images anew";
    say(`${how} (${augmentationText(settings.augment)})`);
  }
  const done = history.epochs.length;
  if (done === settings.epochs) say("All epochs are done: nothing is left to train");
  else if (done > 0) say(`Going on after epoch ${done} of ${settings.epochs}`);
  say(`Run: ${path}`);
}

function tellEnd({ path, config, history }: Run, stopped: string | undefined, say: (line: string) => void): void {
  if (stopped === undefined) return;
  if (stopped !== "interrupted") say(`Training ended early: ${stopped}. A smaller --learning-rate may help.`);
  else
    say(
      `Stopped after epoch ${history.epochs.length} of ${config.settings.epochs}. Go on with: ${resumeCommand(path)}`,
    );
}

function resumeCommand(path: string): string {
  return `lenet5 train --resume ${/^[\w./\\:@-]+$/.test(path) ? path : JSON.stringify(path)}`;
}

function trainJson(
  run: Run,
  evaluation: TestResults,
  { stopped, ...speed }: { seconds: number; imagesPerSecond: number; stopped: string | undefined },
): object {
  const { path, data, model } = run;
  const test = { accuracy: evaluation.accuracy, loss: evaluation.loss };
  const { threads, numerics } = model;
  return { run: path, test, ...speed, threads, numerics, data: data.id, ...(stopped !== undefined && { stopped }) };
}
