import { isDeepStrictEqual } from "node:util";
import { joinPath, pathInfo } from "#platform";
import { InputError, openRun, type Run } from "../../index.ts";
import { defaults } from "../../lenet5/recipes.ts";
import { decimal, percent } from "../../report/drawing/numbers.ts";
import { flagOf } from "../data-options.ts";
import { type OpenedData, sourceText } from "../data-source.ts";
import { sumOfData } from "../data-sum.ts";
import { inProcess } from "../jobs/in-process.ts";
import type { Job } from "../jobs/job.ts";
import { hasChanged } from "../networks/module-of-run.ts";
import { defaultNetwork } from "../networks/networks.ts";
import type { Print } from "../output.ts";
import { keptOptions, originOf } from "../run-origin.ts";
import { foldText } from "../train/fold.ts";
import type { FoldsOptions } from "./cross-validate.ts";
import type { FoldEpoch, FoldProgress, FoldResult, FoldWork } from "./fold-training.ts";

/** The training of one fold. */
export interface FoldJob extends Job<FoldWork> {
  /** The run of a fold that is done; undefined for one that is to be trained. */
  readonly run: Run | undefined;
}

/**
 * The trainings of all folds, each with a folder of its own: `fold-1`, `fold-2`, ...
 * @throws InputError where a folder holds a fold of other settings or of other data, and as {@link checkEpochs}
 */
export async function foldJobs(
  folder: string,
  opened: OpenedData,
  { folds, jobs: _, json: __, out: ___, mnist: ____, ...options }: FoldsOptions,
  command: string,
): Promise<FoldJob[]> {
  const data = opened.id;
  const made: FoldJob[] = [];
  const begun: Run[] = [];
  for (let number = 1; number <= folds; number++) {
    const fold = { number, of: folds, seed: options.seed ?? defaults.seed };
    const work = { folder: joinPath(folder, `fold-${number}`), options: { ...options, data, fold }, command };
    const run = await begunRun(work);
    const isDone = run !== undefined && (await isComplete(run));
    if (run) begun.push(run);
    made.push({ name: `fold ${foldText(fold)}`, program: "fold-training", work, run: isDone ? run : undefined });
  }
  checkEpochs(begun);
  await checkContent(begun, opened);
  return made;
}

/** @throws InputError for runs of other data, or of a network whose file has changed since */
async function checkContent(runs: readonly Run[], data: OpenedData): Promise<void> {
  if (runs.length === 0) return;
  const [images, sum] = [data.train.labels.length, sumOfData(data)];
  for (const run of runs) {
    const { folder, config } = run;
    const { trainImages, validationImages } = config.data;
    const known = (trainImages ?? 0) + (validationImages ?? 0);
    const { dataSum = sum, module } = originOf(run) ?? {};
    if (known !== images)
      throw new InputError(
        `--data: expected ${known} training images, with which "${folder}" was trained, got ${images} from ${sourceText(data)}; give the same data, or another folder with --out`,
      );
    if (dataSum !== sum)
      throw new InputError(
        `--data: expected the images and labels with which "${folder}" was trained, got others; give the same data, or another folder with --out`,
      );
    if (module !== undefined && (await hasChanged(module, folder)))
      throw new InputError(
        `--network: expected ${module} as it was when "${folder}" was trained, got a file that has changed; give the same file, or another folder with --out`,
      );
  }
}

/** @throws InputError for runs of different numbers of epochs: `--resume` may have given one of them more */
export function checkEpochs(runs: readonly Run[]): void {
  const epochsOf = ({ config }: Run) => config.settings.epochs;
  const [first] = runs;
  const other = first && runs.find((run) => epochsOf(run) !== epochsOf(first));
  if (!other) return;
  throw new InputError(
    `expected folds of the same number of epochs, got ${epochsOf(first)} of "${first.folder}" and ${epochsOf(other)} of "${other.folder}": delete one of these folders, and the fold is trained again`,
  );
}

/** The run in the folder of a fold, if there is one. @throws InputError for one of other settings */
async function begunRun({ folder, options }: FoldWork): Promise<Run | undefined> {
  if (!(await pathInfo(joinPath(folder, "config.json")))) return undefined;
  const run = await openRun(folder);
  const origin = originOf(run);
  const { network = defaultNetwork, data } = options;
  const wanted: Record<string, unknown> = { network, data, ...keptOptions(options) };
  const found: Record<string, unknown> = { network: origin?.network, data: origin?.data, ...origin?.options };
  for (const name of new Set([...Object.keys(wanted), ...Object.keys(found)])) {
    if (name === "threads" || isDeepStrictEqual(wanted[name], found[name])) continue;
    throw new InputError(
      `${name === "fold" ? "--folds" : flagOf(name)}: expected ${valueText(found[name])}, with which "${folder}" was trained, got ${valueText(wanted[name])}; give the same options, or another folder with --out`,
    );
  }
  return run;
}

function valueText(value: unknown): string {
  const { of } = (value ?? {}) as { readonly of?: number };
  return value === undefined ? "none" : JSON.stringify(of ?? value);
}

/** The report is the last file that a training writes. */
async function isComplete(run: Run): Promise<boolean> {
  const { epochs } = await run.history();
  return epochs.at(-1) === run.config.settings.epochs && (await run.has("report.html"));
}

/** What the caller of {@link trainedFold} does while it trains. */
interface FoldWatcher {
  readonly print: Print;
  /** Gets lines about the training that are the same for most folds. */
  readonly note: Print;
  readonly stop: AbortSignal;
  onEpoch(): void;
}

/** Trains a fold that is not done. A stopped training goes on from what it has reached when it is called again. */
export async function trainedFold(
  { run, ...job }: FoldJob,
  { print, note, stop, onEpoch }: FoldWatcher,
): Promise<FoldResult> {
  if (run) {
    print(`${job.name}: done already`);
    return { isDone: true };
  }
  return inProcess<FoldWork, FoldProgress, FoldResult>(job, {
    stop,
    onProgress(progress) {
      if ("notes" in progress) return progress.notes.forEach(note);
      if ("goesOnIn" in progress) return print(`${job.name}: goes on in ${progress.goesOnIn}`);
      print(`${job.name}: ${epochText(progress)}`);
      onEpoch();
    },
    onLine: (line) => print(`${job.name}: ${line}`),
  });
}

function epochText({ epoch, epochs, logs }: FoldEpoch): string {
  const { loss, val_accuracy: accuracy, val_loss: validationLoss } = logs;
  const validation = [
    ...(validationLoss === undefined ? [] : [`validation loss ${decimal(validationLoss, "full")}`]),
    ...(accuracy === undefined ? [] : [`validation accuracy ${percent(accuracy)}`]),
  ];
  return [`epoch ${epoch} of ${epochs}`, `loss ${decimal(loss, "full")}`, ...validation].join(", ");
}
