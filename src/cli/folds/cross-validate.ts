import { availableParallelism } from "node:os";
import { joinPath } from "#platform";
import { InputError } from "../../index.ts";
import { defaults } from "../../lenet5/recipes.ts";
import { quoted } from "../../platform/node/quoted.ts";
import { decimal, counted as things } from "../../report/drawing/numbers.ts";
import { spreadText } from "../../report/paper/setups.ts";
import { spreadOf } from "../../report/statistics/spread.ts";
import { newRunFolder } from "../../runs/folder.ts";
import { dataFlags, flagOf } from "../data-options.ts";
import { dataName, notesOf, type OpenedData, openData } from "../data-source.ts";
import { committeeOf, type Member, noteOnCustomLayers, openMembers } from "../ensemble/members.ts";
import { runAll } from "../jobs/run-all.ts";
import { counted, type Print, printer, printJson } from "../output.ts";
import { originOf } from "../run-origin.ts";
import { watchInterrupts } from "../signals.ts";
import { dataProblems } from "../train/data-problems.ts";
import { checkFolds } from "../train/fold.ts";
import type { TrainOptions } from "../train/training.ts";
import { checkEpochs, type FoldJob, foldJobs, trainedFold } from "./fold-job.ts";
import { type CrossValidation, crossValidationOf, writeCrossValidation } from "./results.ts";

/** Options of `lenet5 train --folds`. */
export interface FoldsOptions extends TrainOptions {
  readonly folds: number;
  /** How many trainings run at a time. */
  readonly jobs?: number;
}

/** What is one for each training, or decided by the folds. */
const refused = ["resume", "stream", "validationSplit", "tensorboard", "log"] as const;

/** `lenet5 train --folds K`: K trainings, each with another part of the training images for validation. */
export async function crossValidate(options: FoldsOptions, command: string): Promise<void> {
  const wrong = refused.find((name) => options[name] !== undefined);
  if (wrong !== undefined) throw new InputError(`${flagOf(wrong)}: it cannot be combined with --folds; leave it out`);
  const print = printer(options.json);
  const data = await openData(options.data, options);
  checkFolds(data, options.folds);
  const lock = await newRunFolder("--out", options.out, new Date());
  try {
    await crossValidateIn(lock.folder, data, options, command, print);
  } finally {
    await lock.release();
  }
}

async function crossValidateIn(
  folder: string,
  data: OpenedData,
  options: FoldsOptions,
  command: string,
  print: Print,
): Promise<void> {
  const { folds, threads = availableParallelism() } = options;
  const { length } = data.train.labels;
  const atOnce = Math.min(options.jobs ?? threads, folds);
  const each = Math.min(8, Math.max(1, Math.floor(threads / atOnce)));
  const jobs = await foldJobs(folder, data, { ...options, threads: each }, command);
  for (const note of notesOf(data)) print(note);
  for (const problem of dataProblems(data)) print(`Note: ${problem}`);
  print(
    `Cross-validation of ${folds} folds: ${data.source}, ${counted(length)} training images; ${things(atOnce, "training")} at a time, each on ${things(each, "thread")}`,
  );
  const small = smallestClass(data);
  if (small < folds) print(`Note: the smallest class has ${small} training images, so some folds have none of it`);
  print(`Folder: ${folder}`);
  const out = options.out === undefined ? ` with --out ${quoted(folder)}` : "";
  const goOn = `To go on, run the same command again${out}`;
  const done = await trainAll(jobs, atOnce, print).catch((error) => {
    if (error instanceof InputError) throw error;
    throw new Error(`${error.message}. What was reached is saved. ${goOn}`, { cause: error });
  });
  if (done < folds) {
    print(`${done} of ${folds} folds are done, and what the others have reached is saved. ${goOn}`);
    process.exitCode ??= 130;
    return;
  }
  const committee = joinPath(folder, "committee.safetensors");
  const about = { data: dataName(data), seed: options.seed ?? defaults.seed, committee };
  const paths = jobs.map(({ work }) => work.folder);
  const members = await openMembers(paths, {}, print);
  checkEpochs(members.map(({ run }) => run!));
  const custom = await saveCommittee(members, committee);
  const results = await crossValidationOf(members, about);
  await writeCrossValidation(folder, results);
  printResults(results, print);
  const { file, network } = originOf(members[0]!.run!)!;
  if (file !== undefined)
    print(`Note: "${network}" may have been trained on these images: then the validation accuracy is too high`);
  print(`Committee of all ${folds}: ${committee}`);
  const args = data.id === "mnist" ? [] : ["--data", quoted(data.id), ...dataFlags(options)];
  print(custom ?? `Its test accuracy: ${["lenet5 evaluate", quoted(committee), ...args].join(" ")}`);
  if (options.json) printJson(results);
}

/** Trains the folds that are not done; returns how many are done then. */
async function trainAll(jobs: readonly FoldJob[], atOnce: number, print: Print): Promise<number> {
  const stopping = new AbortController();
  const stop = () => {
    stopping.abort();
    return true;
  };
  const interruption = watchInterrupts({ print, atOnce: "Stopped at once; what was saved stays", stop });
  interruption.doing = "Stopping the trainings at the end of an epoch";
  const noted = new Set<string>();
  const note = (line: string) => {
    if (!noted.has(line)) print(line);
    noted.add(line);
  };
  const train = (job: FoldJob) =>
    trainedFold(job, {
      print,
      note,
      stop: stopping.signal,
      onEpoch: () => interruption.asked && stopping.abort(),
    });
  try {
    const ends = await runAll(jobs, train, { atOnce, isStopped: () => interruption.asked });
    return ends.filter(({ result }) => result.isDone).length;
  } finally {
    interruption.end();
  }
}

function smallestClass({ train: { labels, classNames } }: OpenedData): number {
  const counts = new Uint32Array(classNames.length);
  for (const label of labels) counts[label]!++;
  return counts.reduce((least, count) => Math.min(least, count));
}

/** Returns a line about custom layers, where there are any. */
async function saveCommittee(members: readonly Member[], file: string): Promise<string | undefined> {
  const committee = committeeOf(members, {});
  await committee.save(file);
  return noteOnCustomLayers(committee, file);
}

function printResults({ metrics, runs }: CrossValidation, print: Print): void {
  const { val_accuracy: accuracy, val_loss: loss } = metrics;
  const over = `mean and standard deviation over ${runs.length} folds`;
  if (accuracy) print(`Validation accuracy: ${spreadText(spreadOf(accuracy.values))} (${over})`);
  if (loss) print(`Validation loss: ${decimal(loss.mean)} ± ${decimal(loss.deviation)}`);
}
