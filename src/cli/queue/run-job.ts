import { mkdtemp } from "node:fs/promises";
import { joinPath, remove } from "#platform";
import { InputError } from "../../core/errors.ts";
import { type Progress, taskName } from "../../sweep/task.ts";
import { inProcess } from "../jobs/in-process.ts";
import { isNote } from "../jobs/job.ts";
import type { Print } from "../output.ts";
import { resultName } from "../sweep/kept-training.ts";
import type { SweepTraining, SweepTrainingEnd } from "../sweep/training.ts";
import type { JobData, JobResult } from "./payload.ts";
import { packedRun, type RunPlaces, unpackedRun, writeRun } from "./run-archive.ts";

/** Milliseconds between two times that a run is kept while a training goes on. */
const PAUSE = 60_000;

interface RunOptions {
  /** A folder of this worker, in which each training has its own while it runs. */
  readonly scratch: string;
  readonly threads: number;
  readonly places: RunPlaces;
  /** The run that an earlier worker reached, packed. */
  readonly before: Uint8Array | undefined;
  /** Aborted when the training has to end after its epoch. */
  readonly stop: AbortSignal;
  /** Aborted when nobody needs the training any more: it ends at once. */
  readonly kill: AbortSignal;
  onProgress(progress: Progress): void;
  /** Gets the packed run now and then, and at the end: then with the result, unless it was stopped early. */
  keep(packed: Uint8Array, result?: Progress): Promise<void>;
  readonly print: Print;
}

/** A training for people: `lr-5f0c2a91, trial 3, seed 1`. */
export function jobName({ sweep, task }: JobData): string {
  return `${sweep}, ${taskName(task)}`;
}

/**
 * Trains in a process, and continues the run where there is one. Returns undefined where it was stopped early.
 * @throws Error for a failure of this machine: a disk that is full, a process that was killed, a run that cannot be kept
 */
export async function runJob(
  job: JobData,
  { scratch, threads, places, before, stop, kill, onProgress, keep, print }: RunOptions,
): Promise<JobResult | undefined> {
  const { task, command } = job;
  const name = jobName(job);
  // Of its own: an earlier attempt of the same training may still be ending here.
  const folder = await mkdtemp(joinPath(scratch, `${resultName(task)}-`));
  const { data, network } = places;
  const settings = { ...task.settings, data, ...(network && { network: network.path }) };
  const work: SweepTraining = { task: { ...task, settings }, folder, threads, command };
  let kept = performance.now();
  /** Undefined while no run is being kept. */
  let keeping: Promise<void> | undefined;
  const keepRun = async (result?: Progress) => {
    const packed = await packedRun(folder);
    if (packed) await keep(packed, result);
  };
  try {
    if (before) await writeRun(await unpackedRun(before), folder, places);
    const end = await inProcess<SweepTraining, Progress, SweepTrainingEnd>(
      { name, program: "sweep-training", work },
      {
        onProgress(progress) {
          onProgress(progress);
          // One at a time: an older run that ends later would take the place of a newer one.
          if (keeping || performance.now() - kept < PAUSE) return;
          kept = performance.now();
          // It is tried again: what counts is the end.
          keeping = keepRun()
            .catch(() => undefined)
            .finally(() => {
              keeping = undefined;
            });
        },
        onLine: (line) => isNote(line) && print(`${name}: ${line}`),
        ...{ stop, kill },
      },
    ).catch(refusal);
    await keeping;
    if ("failure" in end) return end;
    const result = "stopped" in end ? undefined : end.progress;
    await keepRun(result);
    return result;
  } finally {
    await remove(folder);
  }
}

/** What another machine would refuse, too. @throws Error for anything else, in a line without the name of the job */
function refusal(error: Error): { readonly failure: string } {
  const failure = typeof error.cause === "string" ? error.cause : error.message;
  // That of a full disk is another class.
  if (error.constructor === InputError) return { failure };
  throw new Error(failure, { cause: error });
}
