import { terminalColumns, writeOut } from "#platform";
import { checkedOptions } from "../../core/options.ts";
import {
  type Augmentation,
  type Callback,
  InputError,
  jsonLines,
  progress,
  type RunRecorder,
  tensorBoard,
} from "../../index.ts";
import { quoted } from "../../platform/node/quoted.ts";
import { FolderInUse } from "../../runs/lock.ts";
import { runRecorder } from "../../runs/record-run.ts";
import { recordRunOptions } from "../../runs/record-run-options.ts";
import { valueText } from "../../runs/setting-texts.ts";
import { dataName, dataPlace, notesOf } from "../data-source.ts";
import { printEvaluation } from "../evaluation.ts";
import { checksumLine, counted, type Print, printer, printJson, visibleJson } from "../output.ts";
import { foldText } from "./fold.ts";
import { newRun } from "./new-run.ts";
import { resumedRun } from "./resume.ts";
import { Stopping } from "./stopping.ts";
import type { Training, TrainOptions } from "./training.ts";

export async function train(options: TrainOptions, command: string): Promise<void> {
  if (options.json && options.log)
    throw new InputError("--log jsonl: both it and --json write to standard output; leave out one of them");
  const forPrograms = options.json || options.log !== undefined;
  const to = forPrograms ? "error" : "out";
  const print = printer(forPrograms);
  const { resume } = options;
  const training = resume === undefined ? await newRun(options) : await resumedRun(resume, options);
  const { data, model, fit, history: before, lock } = training;
  const { folder } = lock;
  printStart(training, print);
  // On a terminal, a live chart would mix with the lines of --log.
  const chart = options.log === undefined || terminalColumns("out") === undefined;
  const bar = progress({ to, chart, history: before });
  const stopping = new Stopping(bar.print);
  const recorder = recorderOf(training, training.command ?? command, options);
  try {
    const began = performance.now();
    // The bar prints an epoch's line before the recorder saves it, as the last thing that is lost if the process ends.
    const callbacks = [bar, recorder, stopping.callback, ...loggers(options, training)];
    const { stopped, history } = await model.fit(training.train, {
      ...fit,
      verbose: 0,
      callbacks,
      signal: stopping.signal,
    });
    const seconds = (performance.now() - began) / 1000;
    const done = (before?.epochs.length ?? 0) + (history.loss?.length ?? 0);
    if (stopped === "aborted") {
      print(`Stopped in epoch ${done + 1} of ${fit.epochs}: all of it is saved. ${goOn(folder)}`);
      return;
    }
    if (recorder.diverged) {
      throw new Error(
        `${stopped}: try a smaller --learning-rate; ${folder} holds the model of ${done > 0 ? `epoch ${done}` : "before training"}`,
      );
    }
    const { evaluation } = recorder.results!;
    printEvaluation(evaluation, recorder.run!.config.data.classNames, print);
    const checksum = await model.checksum();
    print(checksumLine(checksum));
    print(`Report: ${recorder.report}`);
    if (stopped !== undefined) print(endText(training, stopped, done));
    if (stopped === "interrupted") process.exitCode ??= 130;
    if (options.json) {
      const { accuracy, loss } = evaluation;
      printJson({
        run: folder,
        test: { accuracy, loss },
        checksum,
        seconds,
        imagesPerSecond: imagesPerSecond(history, training),
        threads: model.threads,
        numerics: model.numerics,
        data: data.id,
        ...(stopped !== undefined && { stopped }),
      });
    }
  } catch (error) {
    if (!(error instanceof InputError) || error instanceof FolderInUse || !recorder.run) throw error;
    throw new InputError(`${error.message}; then continue with ${resumeCommand(folder)}`, { cause: error });
  } finally {
    stopping.end();
    await training.lock.release();
    if ("close" in training.train) training.train.close();
  }
}

/**
 * The run is written by the library's own callback.
 * @param hasResults whether the test images are evaluated and a report is written at the end; default true
 */
export function recorderOf(
  { network, data, test, origin, lock, problems }: Training,
  command: string,
  { checkpointSeconds, hasResults = true }: { readonly checkpointSeconds?: number; readonly hasResults?: boolean } = {},
): RunRecorder {
  const options = checkedOptions("recordRun", recordRunOptions, {
    folder: lock.folder,
    ...(hasResults ? { test } : { report: false }),
    checkpointSeconds,
    title: network.title,
    data: dataName(data),
    notices: [...(data.notice === undefined ? [] : [data.notice]), ...problems],
    notes: {
      Network: network.name,
      ...(origin.options.recipe !== undefined && { Recipe: origin.options.recipe }),
      Data: dataPlace(data),
      ...(data.split !== undefined && { Split: data.split }),
      ...(origin.options.fold && { Fold: foldText(origin.options.fold) }),
    },
    extra: origin,
    command,
  });
  return runRecorder(options, lock);
}

/** Callbacks of `--tensorboard` and `--log`. */
function loggers({ tensorboard, log }: TrainOptions, { model }: Training): Callback[] {
  const callbacks: Callback[] = [];
  if (tensorboard !== undefined) callbacks.push(tensorBoard(tensorboard, { model }));
  if (log !== undefined) callbacks.push(jsonLines((line) => writeOut(`${visibleJson(line)}\n`)));
  return callbacks;
}

function printStart(
  { network, data, model, fit, origin, lock, notes, problems, trainImages, validationImages }: Training,
  print: Print,
): void {
  for (const note of notesOf(data)) print(note);
  for (const problem of problems) print(`Note: ${problem}`);
  const threads = `${model.threads} ${model.threads === 1 ? "thread" : "threads"}`;
  print(`${network.phrase}, ${counted(model.summaryData().params)} parameters, ${threads}, ${model.numerics} numerics`);
  if (origin.options.recipe !== undefined) print(`Recipe: ${origin.options.recipe}`);
  const { epochs, initialEpoch: done, augment } = fit;
  const validation = validationImages > 0 ? `${counted(validationImages)} validation, ` : "";
  print(
    `${data.source}: ${counted(trainImages)} training, ${validation}${counted(data.test.labels.length)} test images`,
  );
  for (const step of [augment ?? []].flat() as Augmentation[]) {
    const how = step.copies
      ? `Each training image is used as it is and in ${step.copies} distorted versions, one of these in each epoch`
      : "The training images are distorted anew in every epoch";
    print(`${how} (${valueText(step)})`);
  }
  for (const note of notes) print(note);
  if (done === epochs) print("All epochs are done: nothing is left to train");
  else if (model.training?.position?.within) print(`Continuing within epoch ${done + 1} of ${epochs}`);
  else if (done > 0) print(`Continuing after epoch ${done} of ${epochs}`);
  print(`Run: ${lock.folder}`);
}

function endText({ fit, lock: { folder } }: Training, stopped: string, done: number): string {
  if (stopped !== "interrupted") return `Training ended early: ${stopped}. A smaller --learning-rate may help.`;
  return `Stopped after epoch ${done} of ${fit.epochs}. ${goOn(folder)}`;
}

const goOn = (folder: string) => `Continue with: ${resumeCommand(folder)}`;

function resumeCommand(path: string): string {
  return `lenet5 train --resume ${quoted(path)}`;
}

/** Over the epochs of this call. */
function imagesPerSecond({ seconds = [], loss = [] }: Record<string, number[]>, { trainImages }: Training): number {
  const all = seconds.reduce((sum, value) => sum + value, 0);
  return all > 0 ? (trainImages * loss.length) / all : 0;
}
