import { availableParallelism } from "node:os";
import { joinPath, writeBeside } from "#platform";
import { InputError } from "../../core/errors.ts";
import { counted } from "../../report/drawing/numbers.ts";
import type { SweepJson } from "../../report/sweep/sweep-results.ts";
import { jsonText } from "../../runs/json.ts";
import { Board, sweepJson } from "../../sweep/board.ts";
import { type Measure, trainingsOf } from "../../sweep/measure.ts";
import { runSweep } from "../../sweep/run-sweep.ts";
import type { Settings } from "../../sweep/settings.ts";
import type { Sweep } from "../../sweep/sweep.ts";
import { seedsOf } from "../../sweep/tasks.ts";
import { trialsOf } from "../../sweep/trials.ts";
import { threadsOfEach } from "../jobs/threads-of-each.ts";
import { commandOf, type Print, printer, printJson } from "../output.ts";
import { type QueueAddress, queueAddress } from "../queue/address.ts";
import { openStore } from "../queue/open-store.ts";
import { sweepOnQueue } from "../queue/sweep-on-queue.ts";
import { watchInterrupts } from "../signals.ts";
import type { TrainOptions } from "../train/training.ts";
import { checkPlaces } from "./check-places.ts";
import { earlierResults } from "./earlier.ts";
import { atItsPlace } from "./error-places.ts";
import { lockedFolder } from "./folder.ts";
import { keptEnds } from "./kept-ends.ts";
import { type MeasuredData, measuredData } from "./measured-data.ts";
import { openingLines } from "./opening.ts";
import { processes } from "./processes.ts";
import { readSweep } from "./read-sweep.ts";
import { trainOptionsOf, wordsOf } from "./setting-rules.ts";
import { progressText, shownProgress } from "./show.ts";
import { settingsText, trialText } from "./texts.ts";

export interface SweepOptions {
  readonly out?: string;
  readonly trials?: number;
  /** Trainings at a time. */
  readonly jobs?: number;
  /** The address of the queue whose workers train; absent: processes of this machine. */
  readonly queue?: string;
  /** What this machine and the workers share for runs and data: a folder, or a part of a bucket. */
  readonly store?: string;
  readonly json?: boolean;
}

/** Failures that are printed. */
const MAX_FAILURES = 5;

/** Runs the sweep of a file, except what is done already, and writes its results. */
export async function sweep(path: string, options: SweepOptions, command: string, version: string): Promise<void> {
  const address = queueAddress(options.queue);
  refuseOthers(options, address);
  const { sweep, name } = await readSweep(path, options.trials);
  const trials = trialsOf(sweep);
  const trialOptions = trials.map(({ settings }) => trainOptionsOf(settings));
  const { validation, notes } = await checkedData(sweep, trialOptions, path);
  const folder = options.out ?? joinPath("runs", name);
  const jobs = Math.min(options.jobs ?? availableParallelism(), trials.length * trainingsOf(sweep.measure));
  const threads = threadsOfEach(jobs);
  const print = printer(options.json);
  const store = options.store === undefined ? undefined : await openStore(options.store);
  const lock = await lockedFolder(folder, sweep, version);
  try {
    const stopping = new AbortController();
    const board = new Board(sweep, trials);
    const earlier = await earlierResults(folder, board);
    const shown = shownProgress(board, { to: options.json ? "error" : "out", stop: stopping.signal, earlier });
    const stop = () => stopping.abort();
    const interruption = watchInterrupts({
      print: shown.print,
      atOnce: "Stopped at once; what was saved stays",
      onAsked: stop,
    });
    interruption.doing = address
      ? "Taking the trainings that wait out of the queue"
      : "Finishing the epochs of the running trainings";
    const { minutes } = sweep;
    const timer = minutes === undefined ? undefined : setTimeout(stop, Math.min(minutes * 60_000, 2 ** 31 - 1));
    try {
      const ends = sweep.choose.by === "asha" ? await keptEnds(folder) : undefined;
      const where = address
        ? `on the workers at ${address.shown}`
        : `${jobs} at a time with ${counted(threads, "thread")} each`;
      shown.begin(...openingLines(board, { folder, where, validation, notes, earlier }));
      let isWhole: boolean;
      if (address) {
        const at = { address, sweep, folder, name, version, command, store };
        const executor = await sweepOnQueue({ ...at, stop: stopping.signal, print: shown.print });
        isWhole = await runSweep(board, executor, shown, ends).finally(() => executor.end());
      } else {
        const executor = processes({ folder, jobs, threads, command, stop: stopping.signal, print: shown.print });
        isWhole = await runSweep(board, executor, shown, ends);
      }
      shown.end();
      const facts = {
        lenet5: version,
        command,
        name,
        validation,
        commandsOf: (settings: Settings, measure: Measure) => trainCommandsOf(settings, measure, folder),
      };
      const results = sweepJson(board, facts);
      await writeBeside(joinPath(folder, "sweep.json"), jsonText(results));
      // The code that draws takes a while to load, and is not needed before.
      const { sweepHtml } = await import("../../report/sweep/sweep-page.ts");
      const page = joinPath(folder, "sweep.html");
      await writeBeside(page, sweepHtml(results));
      const end = isWhole ? undefined : `${interruption.asked ? "Stopped" : "Time is up"} after ${progressText(board)}`;
      printEnd(results, { end, page, print, measure: sweep.measure });
      if (interruption.asked && !isWhole) process.exitCode = 130;
      if (isWhole && board.untrainedTrials > 0) {
        print(`${counted(board.untrainedTrials, "trial")} could not be trained: the same command tries again`);
        process.exitCode = 1;
      }
      if (options.json) printJson(results);
    } finally {
      clearTimeout(timer);
      shown.end();
      interruption.end();
    }
  } finally {
    await lock.release();
  }
}

/** @throws InputError with the place in the file for networks and data that are not there or cannot be divided */
async function checkedData(sweep: Sweep, trials: readonly TrainOptions[], path: string): Promise<MeasuredData> {
  try {
    await checkPlaces(trials);
    return await measuredData(sweep, trials);
  } catch (error) {
    throw atItsPlace(error, sweep, path);
  }
}

/** @throws InputError for options that belong to processes with a queue, or to a queue without one */
function refuseOthers({ jobs, store }: SweepOptions, address: QueueAddress | undefined): void {
  if (address && jobs !== undefined)
    throw new InputError("--jobs: the workers of a queue have their own; leave it out, or give it to lenet5 worker");
  if (!address && store !== undefined) throw new InputError("--store: expected with --queue; leave it out");
}

/** The commands that train with these settings, in folders beside the trials. */
function trainCommandsOf(settings: Settings, measure: Measure, folder: string): string[] {
  const best = joinPath(folder, "best");
  const of = (given: Settings, ...more: readonly string[]) => commandOf(["train", ...wordsOf(given), ...more]);
  if (measure.folds !== undefined) return [of(settings, "--folds", String(measure.folds), "--out", best)];
  const seeds = seedsOf(settings, measure);
  if (seeds.length === 1) return [of(settings, "--out", best)];
  return seeds.map((seed) => of({ ...settings, seed }, "--out", `${best}-seed-${seed}`));
}

interface End {
  /** What ended it before its last trial, and how far it came; undefined: it is whole. */
  readonly end: string | undefined;
  readonly page: string;
  readonly print: Print;
  readonly measure: Measure;
}

function printEnd(results: SweepJson, { end, page, print, measure }: End): void {
  const { trials, planned, best, bestCommands } = results;
  const failed = trials.filter(({ state }) => state === "failed");
  for (const { trial, failure } of failed.slice(0, MAX_FAILURES)) print(`Trial ${trial} failed: ${failure}`);
  const more = failed.length - MAX_FAILURES;
  if (more > 0) print(`${counted(more, "more trial")} failed: the page lists ${more === 1 ? "it" : "them"}`);
  const first = trials.find(({ trial }) => trial === best);
  if (first) {
    const isWhole = first.state === "done";
    print(`${isWhole ? "Best" : "Best so far"}: ${trialText(first, measure)}: ${settingsText(first.settings)}`);
    const what = isWhole ? "Train it again" : "Train it for all its epochs";
    if (bestCommands.length === 1) print(`${what}: ${bestCommands[0]}`);
    else for (const line of [`${what}, a command for each seed:`, ...bestCommands]) print(line);
  }
  print(`Page: ${page}`);
  if (end !== undefined) print(`${end}; run the same command again for the rest`);
  else if (failed.length === planned)
    throw new Error(`no trial has a result: trial ${failed[0]!.trial}: ${failed[0]!.failure}`);
}
