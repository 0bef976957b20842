/** One training of a sweep, in a process of its own. */
import type { Callback } from "../../index.ts";
import { InputError } from "../../index.ts";
import { readRunJson } from "../../runs/run.ts";
import { fits } from "../../sweep/fits.ts";
import { type Progress, type Task, taskSchema } from "../../sweep/task.ts";
import { ownRun } from "../jobs/own-run.ts";
import { type RunningJob, runAsJob } from "../jobs/run-as-job.ts";
import { recorderOf } from "../train/train.ts";
import type { Training } from "../train/training.ts";
import { trainOptionsOf } from "./setting-rules.ts";

/** What the process gets. */
export interface SweepTraining {
  readonly task: Task;
  /** The folder of the run. */
  readonly folder: string;
  readonly threads: number;
  /** The command that began the sweep. */
  readonly command: string;
}

/** How it ends; undefined: it was stopped before its end. */
export type SweepTrainingEnd = { readonly progress: Progress } | { readonly stopped: true };

await runAsJob(trained);

async function trained(work: SweepTraining, { report, stop }: RunningJob<Progress>): Promise<SweepTrainingEnd> {
  const task = fits(taskSchema, work.task, "task");
  const options = trainOptionsOf(task.settings);
  const crossed = task.fold && { fold: { ...task.fold, seed: options.seed! } };
  const training = await ownRun(work.folder, { ...options, ...crossed, threads: work.threads });
  try {
    if (training.validationImages === 0)
      throw new InputError("expected validation images, got none: give a validation-split above 0");
    const { model, fit, lock } = training;
    const { folder } = lock;
    const until = Math.min(task.until ?? fit.epochs, fit.epochs);
    const progress = () => progressIn(folder, training, until);
    if (fit.initialEpoch >= until) return { progress: await progress() };
    const recorder = recorderOf(training, work.command, {
      checkpointSeconds: options.checkpointSeconds,
      hasResults: false,
    });
    const ending: Callback = {
      async onEpochEnd(epoch, _, context) {
        await report(await progress());
        if (epoch >= until) context.stop(`epoch ${until} of the sweep`);
        else if (stop.aborted) context.stop("interrupted");
      },
    };
    const { stopped } = await model.fit(training.train, { ...fit, verbose: 0, callbacks: [recorder, ending] });
    const reached = await progress();
    if (recorder.diverged) return { progress: { ...reached, diverged: stopped! } };
    return stopped === "interrupted" ? { stopped: true } : { progress: reached };
  } finally {
    await training.lock.release();
    if ("close" in training.train) training.train.close();
  }
}

async function progressIn(folder: string, { model, fit }: Training, until: number): Promise<Progress> {
  const { history = {} } = (await readRunJson(folder, "history.json")) ?? {};
  const first = (name: string) => (history[name] ?? []).slice(0, until);
  return {
    epochs: fit.epochs,
    history: { val_accuracy: first("val_accuracy"), val_loss: first("val_loss") },
    seconds: first("seconds").reduce<number>((sum, value) => sum + (value ?? 0), 0),
    parameters: model.summaryData().params,
  };
}
