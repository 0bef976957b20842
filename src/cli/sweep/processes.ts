import type { Executor, TaskWatcher } from "../../sweep/executor.ts";
import { type Progress, type Task, taskName } from "../../sweep/task.ts";
import { DiskFailure, inProcess } from "../jobs/in-process.ts";
import { inTurn } from "../jobs/in-turn.ts";
import { isNote } from "../jobs/job.ts";
import type { Print } from "../output.ts";
import { Failed, keptTraining, runFolder, Stopped } from "./kept-training.ts";
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

/** Trains in processes of this machine. Runs and results are kept in the folder of the sweep. */
export function processes({ folder, jobs, threads, command, stop, print }: ProcessesOptions): Executor {
  const run = inTurn(jobs);
  let hasFailed = false;
  return {
    run: (task, watcher, priority) =>
      run(async () => {
        if (stop.aborted || hasFailed) return undefined;
        try {
          return await keptTraining(folder, task, () => trained(task, watcher), print);
        } catch (error) {
          // The folder of the sweep cannot be written.
          hasFailed = true;
          throw error;
        }
      }, priority),
  };

  async function trained(task: Task, watcher: TaskWatcher): Promise<Progress> {
    watcher.onBegin();
    const name = taskName(task);
    const work: SweepTraining = { task, folder: runFolder(folder, task), threads, command };
    const end = await inProcess<SweepTraining, Progress, SweepTrainingEnd>(
      { name, program: "sweep-training", work },
      {
        onProgress: watcher.onProgress,
        onLine: (line) => isNote(line) && print(`${name}: ${line}`),
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
