import { hostname } from "node:os";
import { InputError } from "../../core/errors.ts";
import { duration } from "../../report/drawing/numbers.ts";
import type { Progress } from "../../sweep/task.ts";
import { oneLine, type Print } from "../output.ts";
import { settingRules } from "../sweep/setting-rules.ts";
import type { Bullmq, QueuedJob } from "./bullmq.ts";
import { EndedTrainings } from "./ended-trainings.ts";
import type { Counts } from "./metrics.ts";
import { NotHere, readable } from "./not-here.ts";
import { checkedJob, type JobData, type JobProgress, type JobResult } from "./payload.ts";
import { workerPlaces } from "./places.ts";
import { retried } from "./retried.ts";
import { MAX_RUN_BYTES } from "./run-archive.ts";
import { jobName, runJob } from "./run-job.ts";
import { MAX_STORED, type Store, storedRun, TooLarge } from "./store.ts";

interface TakerOptions {
  readonly bullmq: Pick<Bullmq, "UnrecoverableError" | "WaitingError">;
  readonly version: string;
  readonly scratch: string;
  readonly threads: number;
  readonly dataFolder?: string;
  readonly networks?: string;
  readonly store: Store | undefined;
  /** Milliseconds for which a job is this worker's without a sign of life. */
  readonly lock: number;
  /** Aborted when the worker has to end. */
  readonly stop: AbortSignal;
  readonly counts: Counts;
  readonly print: Print;
  /** Called after a failure of this machine: other machines should get the next jobs. */
  onTrouble(): void;
  /** Called after a training that ended here. */
  onDone(): void;
}

/** Another worker got the job after this one was thought to be lost. */
class Lost extends Error {}

/** A job that this worker does, or did until it was lost. */
interface Attempt {
  /** Ends it at once, without a result. */
  drop(): void;
  readonly ended: Promise<unknown>;
}

/** What a worker does with a job of the queue. `lost` is aborted when the job is no longer its own. */
export function jobTaker({
  bullmq,
  version,
  scratch,
  threads,
  store: given,
  lock,
  stop,
  counts,
  print,
  ...rest
}: TakerOptions) {
  const { onTrouble, onDone, ...folders } = rest;
  const store = given && readable(given);
  const placesOf = workerPlaces({ ...folders, store });
  const rules = settingRules();
  const attempts = new Map<string, Attempt>();
  // Room for the largest run that a store takes.
  const endedHere = new EndedTrainings(MAX_STORED);

  return async (queued: QueuedJob, token: string, lost: AbortSignal): Promise<JobResult> => {
    const id = queued.id!;
    const earlier = attempts.get(id);
    if (earlier) {
      // Lost while the server was away. BullMQ knows jobs by their ids: the end of the earlier attempt would also end
      // the signs of life of this one.
      earlier.drop();
      await earlier.ended;
      return back(queued, token);
    }
    const dropping = new AbortController();
    const done = taken(queued, token, AbortSignal.any([lost, dropping.signal]));
    attempts.set(id, { drop: () => dropping.abort(), ended: done.catch(() => undefined) });
    return done.finally(() => attempts.delete(id));
  };

  async function taken(queued: QueuedJob, token: string, lost: AbortSignal): Promise<JobResult> {
    const began = performance.now();
    const seconds = () => (performance.now() - began) / 1000;
    counts.running++;
    try {
      const job = jobOf(queued.data);
      const result = await trained(queued, job, token, lost);
      if (!result) {
        counts.returned++;
        print(`Back to the queue: ${jobName(job)}`);
        return await back(queued, token);
      }
      onDone();
      counts["failure" in result ? "failed" : "done"]++;
      const end = "failure" in result ? `Failed: ${jobName(job)}: ${oneLine(result.failure)}` : `Done: ${jobName(job)}`;
      print(`${end}, ${duration(seconds())}`);
      return result;
    } finally {
      counts.running--;
      counts.seconds += seconds();
    }
  }

  /** Gives a job to the next worker; this is none of its attempts. */
  async function back(queued: QueuedJob, token: string): Promise<never> {
    await queued.moveToWait(token);
    throw new bullmq.WaitingError();
  }

  /** @throws UnrecoverableError for what no worker of this version runs */
  function jobOf(given: unknown): JobData {
    try {
      const job = checkedJob(given, rules);
      if (job.lenet5 === version) return job;
      throw new InputError(`job.lenet5: expected ${version}, the version of the worker, got ${job.lenet5}`);
    } catch (error) {
      counts.failed++;
      print(`Refused: ${(error as Error).message}`);
      throw new bullmq.UnrecoverableError((error as Error).message);
    }
  }

  async function trained(
    queued: QueuedJob,
    job: JobData,
    token: string,
    lost: AbortSignal,
  ): Promise<JobResult | undefined> {
    const runs = job.inStore ? store : undefined;
    const report = (progress: JobProgress) => void queued.updateProgress(progress).catch(() => undefined);
    const keepOnce = async (packed: Uint8Array) => {
      // Of a worker that was cut off, it would take the place of another one's.
      if (lost.aborted || (await queued.extendLock(token, lock)) !== 1) throw new Lost();
      if (runs) return runs.put(storedRun(job.sweep, job.task), packed);
      if (packed.length <= MAX_RUN_BYTES)
        return queued.updateData({ ...queued.data, run: Buffer.from(packed).toString("base64") });
      const size = Math.ceil(packed.length / 2 ** 20);
      report({ line: `Runs of ${size} MB are too large for the queue: give --store to the sweep and the workers` });
    };
    const isFinal = (error: unknown) => [Lost, NotHere, TooLarge].some((kind) => error instanceof kind);
    const id = queued.id!;
    const keep = async (packed: Uint8Array, result?: Progress) => {
      if (result) endedHere.set(id, { packed, result });
      await retried(() => keepOnce(packed), { stop, isFinal });
      if (result) endedHere.delete(id);
    };
    try {
      const ended = endedHere.get(id);
      if (ended) {
        print(`Hands in what has ended here before: ${jobName(job)}`);
        await keep(ended.packed, ended.result);
        return ended.result;
      }
      const places = await placesOf(job);
      const sent = job.run === undefined ? undefined : new Uint8Array(Buffer.from(job.run, "base64"));
      const reached = runs ? await runs.get(storedRun(job.sweep, job.task)) : sent;
      print(`Begins: ${jobName(job)}`);
      const run = { scratch, threads, places, before: reached, stop, kill: lost, onProgress: report, keep };
      return await runJob(job, { ...run, print: (line) => print(oneLine(line)) });
    } catch (error) {
      // On each machine it would be as large.
      if (error instanceof TooLarge) {
        endedHere.delete(id);
        return { failure: error.message };
      }
      counts.retried++;
      if (lost.aborted || error instanceof Lost) {
        const rest = endedHere.get(id)
          ? "the result of its training is kept here in case the job comes back"
          : "its training here is dropped";
        const line = `the job is no longer this worker's: ${rest}`;
        print(`${jobName(job)}: ${line}`);
        throw new bullmq.UnrecoverableError(line);
      }
      const line = `${oneLine((error as Error).message)} (worker ${hostname()})`;
      print(`${jobName(job)}: ${line}`);
      report({ line });
      onTrouble();
      if (error instanceof NotHere) return back(queued, token);
      throw new Error(line, { cause: error });
    }
  }
}
