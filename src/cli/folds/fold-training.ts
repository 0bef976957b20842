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

/** What it reports after each epoch. */
export interface FoldEpoch {
  readonly epoch: number;
  readonly epochs: number;
  readonly logs: Logs;
}

/** Its result: false where it was stopped before its last epoch. */
export interface FoldResult {
  readonly isDone: boolean;
}

await runAsJob(trainFold);

async function trainFold(
  { folder, options, command }: FoldWork,
  { report, stop }: RunningJob<FoldEpoch>,
): Promise<FoldResult> {
  const training = await ownRun(folder, options);
  const recorder = recorderOf(training, training.command ?? command, options);
  const reporting = {
    onEpochEnd: (epoch: number, logs: Logs) => report({ epoch, epochs: training.fit.epochs, logs }),
  };
  try {
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
