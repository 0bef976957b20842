import { joinPath } from "#platform";
import type { Executor, TaskWatcher } from "../../sweep/executor.ts";
import { type Outcome, type Progress, partOf, progressSchema, type Task } from "../../sweep/task.ts";
import { DiskFailure, inProcess } from "../jobs/in-process.ts";
import { inTurn } from "../jobs/in-turn.ts";
import { keptResult } from "../jobs/kept-result.ts";
import type { Print } from "../output.ts";
import type { SweepTraining, SweepTrainingEnd } from "./training.ts";

interface ProcessesOptions {
  /** The folder of the sweep. */
  readonly folder: string;
  /** Trainings at a time, and the threads of each. */
  readonly jobs: number;
  readonly threads: number;
  /** The command line that the runs keep. */
  readonly command: string;
  /** Aborted when the sweep has to end: trainings are saved at the end of their epochs. */
  readonly stop: AbortSignal;
  readonly print: Print;
}

/** A training that was stopped before its end, and goes on later. */
class Stopped extends Error {}

/** A training without a result. The sweep goes on; it is tried again when the sweep is run again. */
class Failed extends Error {}

/** Trains in processes of this machine. Runs and results are kept in the folder of the sweep. */
export function processes({ folder, jobs, threads, command, stop, print }: ProcessesOptions): Executor {
  const run = inTurn(jobs);
  let hasFailed = false;
  return {
    run(task, watcher, priority) {
      return run(() => (stop.aborted || hasFailed ? Promise.resolve(undefined) : outcomeOf(task, watcher)), priority);
    },
  };

  async function outcomeOf(task: Task, watcher: TaskWatcher): Promise<Outcome | undefined> {
    try {
      return { ...(await kept(task, watcher)) };
    } catch (error) {
      if (error instanceof Stopped) return undefined;
      if (error instanceof Failed) return { failure: error.message };
      // The folder of the sweep cannot be written.
      hasFailed = true;
      throw error;
    }
  }

  function kept(task: Task, watcher: TaskWatcher): Promise<Progress> {
    const { trial, until } = task;
    const training = joinPath(folder, "trials", `${String(trial).padStart(4, "0")}-${partOf(task)}`);
    const place = {
      file: `${training}${until === undefined ? "" : `-epoch-${until}`}.json`,
      recipe: JSON.stringify(task),
      schema: progressSchema,
    };
    return keptResult(place, () => trained(task, training, watcher), print);
  }

  async function trained(task: Task, training: string, watcher: TaskWatcher): Promise<Progress> {
    watcher.onBegin();
    const name = `trial ${task.trial}, ${partOf(task).replace("-", " ")}`;
    const work: SweepTraining = { task, folder: training, threads, command };
    const end = await inProcess<SweepTraining, Progress, SweepTrainingEnd>(
      { name, program: "sweep-training", work },
      {
        onProgress: watcher.onProgress,
        // Of a full disk, for example.
        onLine: (line) => /^(Warning|Note|Saved again)/.test(line) && print(`${name}: ${line}`),
        stop,
      },
    ).catch((error: Error) => {
      // The next ones would fail, too: it ends the sweep.
      if (error instanceof DiskFailure) throw error;
      throw new Failed(String(error.cause ?? error.message));
    });
    if ("stopped" in end) throw new Stopped(name);
    return end.progress;
  }
}
