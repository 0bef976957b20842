/** The training of one fold, in a process of its own: a run, which goes on where it ended. */
import { InputError, type Logs } from "../../index.ts";
import { ownRun } from "../jobs/own-run.ts";
import { type RunningJob, runAsJob } from "../jobs/run-as-job.ts";
import { recorderOf } from "../train/train.ts";
import type { TrainOptions } from "../train/training.ts";

/** What a process gets: plain JSON. */
export interface FoldWork {
  /** The folder of the run. */
  readonly folder: string;
  readonly options: TrainOptions;
  /** The command line that asked for it. */
  readonly command: string;
}

/** An epoch that is over. */
export interface FoldEpoch {
  readonly epoch: number;
  readonly epochs: number;
  readonly logs: Logs;
}

/**
 * What it reports: each epoch; before a new training decisions that users may not expect, before one that goes on the
 * epoch in which it does.
 */
export type FoldProgress = FoldEpoch | { readonly notes: readonly string[] } | { readonly goesOnIn: string };

/** Its result: false where it was stopped before its last epoch. */
export interface FoldResult {
  readonly isDone: boolean;
}

await runAsJob(trainFold);

async function trainFold(
  { folder, options, command }: FoldWork,
  { report, stop }: RunningJob<FoldProgress>,
): Promise<FoldResult> {
  const training = await ownRun(folder, options);
  const recorder = recorderOf(training, training.command ?? command, options);
  const { initialEpoch = 0, epochs } = training.fit;
  const reporting = {
    onEpochEnd: (epoch: number, logs: Logs) => report({ epoch, epochs, logs }),
  };
  try {
    // Those of a training that goes on were printed when it began.
    if (training.command === undefined) await report({ notes: training.notes });
    else if (initialEpoch < epochs) await report({ goesOnIn: `epoch ${initialEpoch + 1} of ${epochs}` });
    const { stopped } = await training.model.fit(training.train, {
      ...training.fit,
      verbose: 0,
      callbacks: [recorder, reporting],
      signal: stop,
    });
    if (recorder.diverged) throw new InputError(`${stopped}: try a smaller --learning-rate`);
    return { isDone: stopped !== "aborted" };
  } finally {
    await training.lock.release();
  }
}
