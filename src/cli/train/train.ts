import { terminalColumns, writeOut } from "#platform";
import { type Callback, InputError, jsonLines, progress, tensorBoard } from "../../index.ts";
import { networks } from "../networks/networks.ts";
import { counted, type Print, printer, printJson } from "../output.ts";
import { augmentationText } from "../recipe.ts";
import { writeHistory } from "../run/history.ts";
import { type Evaluation, printEvaluation, saveResults, testResults } from "../run/results.ts";
import { watchInterrupts } from "../signals.ts";
import { type FitResult, fit } from "./fit.ts";
import { newRun } from "./new-run.ts";
import { resumedRun } from "./resume.ts";
import type { Training, TrainOptions } from "./training.ts";

export async function train(options: TrainOptions, command: string, version: string): Promise<void> {
  if (options.json && options.log)
    throw new InputError("--log jsonl: both it and --json write to standard output; leave out one of them");
  const forPrograms = options.json || options.log !== undefined;
  const to = forPrograms ? "error" : "out";
  const print = printer(forPrograms);
  const { resume } = options;
  const training = resume === undefined ? await newRun(options, command, version) : await resumedRun(resume, options);
  const { run, data, model, history } = training;
  const { settings } = run.config;
  printStart(training, print);
  // Results of the earlier model must not be mistaken for those of the model that is being trained.
  if (history.epochs.length < settings.epochs) await run.removeResults();
  // On a terminal, a live chart would mix with the lines of --log.
  const chart = options.log === undefined || terminalColumns("out") === undefined;
  const bar = progress({ to, chart, history });
  const interruption = watchInterrupts(bar.print);
  try {
    const result = await fit(training, interruption, { bar, loggers: loggers(options, training) });
    const { stopped } = result;
    if (result.diverged) {
      throw new Error(
        `${stopped}: try a smaller --learning-rate; ${run.path} holds the model of the last epoch before (${history.epochs.length})`,
      );
    }
    interruption.doing = "Writing the results";
    if (stopped !== undefined) await writeHistory(run, { ...history, stopped });
    const results = await testResults(model, data.test);
    await saveResults(run, results, data.test);
    // The code that draws takes a while to load, and is not needed before.
    const { writeReport } = await import("../run/report.ts");
    const report = await writeReport(run);
    printEvaluation(results.evaluation, run.config.data.classNames, print);
    print(`Report: ${report}`);
    printEnd(training, stopped, print);
    if (options.json) printJson(trainJson(training, results.evaluation, result));
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    throw new InputError(`${error.message}; then continue with ${resumeCommand(run.path)}`, { cause: error });
  } finally {
    interruption.end();
  }
}

/** Callbacks of `--tensorboard` and `--log`. */
function loggers({ tensorboard, log }: TrainOptions, { model }: Training): Callback[] {
  const callbacks: Callback[] = [];
  if (tensorboard !== undefined) callbacks.push(tensorBoard(tensorboard, { model }));
  if (log !== undefined) callbacks.push(jsonLines((line) => writeOut(`${line}\n`)));
  return callbacks;
}

function printStart({ run, data, model, history }: Training, print: Print): void {
  const { settings, data: counts } = run.config;
  const notice = data.notice ?? counts.notice;
  if (notice) print(`Note: ${notice}`);
  const { phrase } = networks[settings.network];
  const threads = `${model.threads} ${model.threads === 1 ? "thread" : "threads"}`;
  print(
    `LeNet-5 (${phrase}), ${counted(model.summaryData().params)} parameters, ${threads}, ${model.numerics} numerics`,
  );
  const validation = counts.validationImages > 0 ? `${counted(counts.validationImages)} validation, ` : "";
  print(
    `${data.source}: ${counted(counts.trainImages)} training, ${validation}${counted(counts.testImages)} test images`,
  );
  if (settings.augment) {
    const { copies } = settings.augment;
    const how = copies
      ? `Each training image is used as it is and in ${copies} distorted versions, one of these in each epoch`
      : "The training images are distorted anew in every epoch";
    print(`${how} (${augmentationText(settings.augment)})`);
  }
  const done = history.epochs.length;
  if (done === settings.epochs) print("All epochs are done: nothing is left to train");
  else if (done > 0) print(`Continuing after epoch ${done} of ${settings.epochs}`);
  print(`Run: ${run.path}`);
}

function printEnd({ run, history }: Training, stopped: string | undefined, print: Print): void {
  if (stopped === undefined) return;
  if (stopped !== "interrupted") print(`Training ended early: ${stopped}. A smaller --learning-rate may help.`);
  else
    print(
      `Stopped after epoch ${history.epochs.length} of ${run.config.settings.epochs}. Continue with: ${resumeCommand(run.path)}`,
    );
}

function resumeCommand(path: string): string {
  return `lenet5 train --resume ${/^[\w./\\:@-]+$/.test(path) ? path : JSON.stringify(path)}`;
}

function trainJson(
  { run, data, model }: Training,
  { accuracy, loss }: Evaluation,
  { seconds, imagesPerSecond, stopped }: FitResult,
): object {
  return {
    run: run.path,
    test: { accuracy, loss },
    seconds,
    imagesPerSecond,
    threads: model.threads,
    numerics: model.numerics,
    data: data.id,
    ...(stopped !== undefined && { stopped }),
  };
}
