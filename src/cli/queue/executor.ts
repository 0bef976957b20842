import { resolve } from "node:path";
import { counted } from "../../report/drawing/numbers.ts";
import type { Executor, TaskWatcher } from "../../sweep/executor.ts";
import type { Progress, Task } from "../../sweep/task.ts";
import type { Print } from "../output.ts";
import { Failed, keptTraining, resultName, runFolder, runName, Stopped } from "../sweep/kept-training.ts";
import type { Bullmq, QueuedJob } from "./bullmq.ts";
import { checkedProgress, checkedResult, type DataIdentity, type JobData, type SharedFiles } from "./payload.ts";
import { MAX_RUN_BYTES, packedRun, unpackedRun, writeRun } from "./run-archive.ts";
import type { Store } from "./store.ts";

/** How often a training is begun that fails for reasons of the machine. */
const ATTEMPTS = 5;
/** Milliseconds before the second attempt; before each further one twice as long. */
const BACKOFF = 1000;
/** Seconds for which results wait for a sweep that has ended. */
const KEPT = 30 * 24 * 3600;
/** Milliseconds between two looks at what has ended: an event may be lost with a connection. */
const LOOK = 2000;
/** Milliseconds without a worker after which there is a line about it. */
const ALONE = 10_000;
/** Jobs of a higher priority have a smaller number in BullMQ, whose least is 1. */
const PRIORITY = 1_000_000;

interface QueueOptions {
  /** The folder of the sweep, which keeps runs and results, and its name in the queue. */
  readonly folder: string;
  readonly sweep: string;
  readonly version: string;
  readonly command: string;
  readonly data: DataIdentity;
  /** Where the data are on this machine. */
  readonly place: string;
  /** The files of networks, by the settings that name them. */
  readonly networks: ReadonlyMap<unknown, SharedFiles>;
  readonly store: Store | undefined;
  /** Aborted when the sweep has to end: what waits is taken out of the queue, what runs goes on. */
  readonly stop: AbortSignal;
  readonly print: Print;
  /** What to do where no worker is there. */
  readonly advice: string;
}

/** A training that waits or runs. */
interface Pending {
  readonly watcher: TaskWatcher;
  isAdded: boolean;
  /** Adds its job, where there is none. */
  add(): Promise<void>;
  resolve(job: QueuedJob): void;
  reject(error: Error): void;
}

/** Trainings as jobs of a queue, which workers run. Runs and results come back to the folder of the sweep. */
export interface QueueExecutor extends Executor {
  /** Ends the connections. */
  end(): Promise<void>;
}

export async function queueExecutor(
  { queue: openQueue, events: openEvents }: Pick<Bullmq, "queue" | "events">,
  { folder, sweep, version, command, data, place, networks, store, stop, print, advice }: QueueOptions,
): Promise<QueueExecutor> {
  const queue = await openQueue();
  const events = await openEvents();
  const pending = new Map<string, Pending>();
  const lines = new Set<string>();
  let left = 0;
  let lastSign = performance.now();

  // Those of an earlier command are tried again.
  for (const id of await queue.getRanges(["failed"], 0, -1)) if (id.startsWith(`${sweep}.`)) await queue.remove(id);
  events.on("active", ({ jobId }) => {
    lastSign = performance.now();
    pending.get(jobId)?.watcher.onBegin();
  });
  events.on("progress", ({ jobId, data }) => {
    const progress = checkedProgress(data);
    if (!progress) return;
    if ("line" in progress) {
      if (pending.has(jobId)) note(progress.line);
    } else pending.get(jobId)?.watcher.onProgress(progress);
  });
  // Where the server is away, the next look finds what has ended; of the trouble there is a line already.
  const tried = (work: Promise<void>) => void work.catch(() => undefined);
  events.on("completed", ({ jobId }) => tried(settle(jobId, "completed")));
  events.on("failed", ({ jobId }) => tried(settle(jobId, "failed")));
  const timer = setInterval(() => tried(look()), LOOK);
  const onStop = () => tried(takeOut());
  stop.addEventListener("abort", onStop);

  return {
    async run(task, watcher, priority = 0) {
      if (stop.aborted) return undefined;
      let done: QueuedJob | undefined;
      const train = async () => {
        done = await ended(task, watcher, priority);
        return resultOf(done, task);
      };
      try {
        return await keptTraining(folder, task, train, print);
      } catch (error) {
        // The folder of the sweep cannot be written: nothing else can be kept, either.
        tried(takeOut());
        throw error;
      } finally {
        // Its result is in the folder. What the queue keeps of others is removed after some time.
        await done?.remove().catch(() => undefined);
      }
    },
    async end() {
      clearInterval(timer);
      stop.removeEventListener("abort", onStop);
      await Promise.allSettled([events.close(), queue.close()]);
      if (left > 0) print(`${counted(left, "training")} may go on at workers: the same command takes their results`);
    },
  };

  /** Adds a job, unless an earlier command has, and waits for its end. */
  async function ended(task: Task, watcher: TaskWatcher, priority: number): Promise<QueuedJob> {
    const packed = await packedRun(runFolder(folder, task));
    if (packed && store && !(await store.get(sweep, runName(task)))) await store.put(sweep, runName(task), packed);
    const isSent = packed && !store && packed.length <= MAX_RUN_BYTES;
    const network = networks.get(task.settings.network);
    const job: JobData = {
      ...{ lenet5: version, sweep, task, command, data, inStore: store !== undefined },
      ...(network && { network }),
      ...(isSent && { run: Buffer.from(packed).toString("base64") }),
    };
    const jobId = `${sweep}.${resultName(task)}`;
    const options = {
      ...{ jobId, priority: PRIORITY - priority, attempts: ATTEMPTS },
      backoff: { type: "exponential", delay: BACKOFF },
      removeOnComplete: { age: KEPT },
      removeOnFail: { age: KEPT },
    };
    const add = async () => {
      await queue.add("training", job, options);
      const waiting = pending.get(jobId);
      if (waiting) waiting.isAdded = true;
      // The sweep was stopped meanwhile.
      else await queue.remove(jobId);
    };
    return new Promise((resolve, reject) => {
      pending.set(jobId, { watcher, isAdded: false, add, resolve, reject });
      add().catch(({ message }: Error) => note(`A training cannot be added yet, and is tried again: ${message}`));
    });
  }

  async function resultOf(job: QueuedJob, task: Task): Promise<Progress> {
    const { result, files } = await contentOf(job, task).catch((error: Error) => {
      throw new Failed(error.message);
    });
    if ("failure" in result) throw new Failed(result.failure);
    if (files) {
      const given = task.settings.network;
      const network = networks.has(given) ? { given: String(given), path: resolve(String(given)) } : undefined;
      await writeRun(files, runFolder(folder, task), { data: place, ...(network && { network }) });
    }
    return result;
  }

  /** @throws InputError for what is no result */
  async function contentOf({ returnvalue, data: { run } }: QueuedJob, task: Task) {
    const result = checkedResult(returnvalue);
    const sent = run === undefined ? undefined : new Uint8Array(Buffer.from(run, "base64"));
    const packed = store ? await store.get(sweep, runName(task)) : sent;
    return { result, files: packed && (await unpackedRun(packed)) };
  }

  /** What has ended, or is waited for without a worker. */
  async function look(): Promise<void> {
    for (const end of ["completed", "failed"] as const)
      for (const id of await queue.getRanges([end], 0, -1)) await settle(id, end);
    await addAgain();
    if (pending.size === 0 || performance.now() - lastSign < ALONE) return;
    lastSign = performance.now();
    if ((await queue.getWorkersCount()) === 0) note(advice);
  }

  /** Jobs that could not be added, or that a server has lost: Redis, for example, where it writes nothing to a disk. */
  async function addAgain(): Promise<void> {
    const [first] = pending.keys();
    const isLost = first !== undefined && !(await queue.getJob(first)) && pending.has(first);
    await Promise.all([...pending.values()].map(({ isAdded, add }) => (isLost || !isAdded ? add() : undefined)));
  }

  async function settle(id: string, end: "completed" | "failed"): Promise<void> {
    const waiting = pending.get(id);
    const job = waiting && (await queue.getJob(id));
    if (!job || !pending.delete(id)) return;
    if (end === "completed") waiting.resolve(job);
    else waiting.reject(new Failed(job.failedReason));
  }

  async function takeOut(): Promise<void> {
    const waiting = [...pending];
    pending.clear();
    const removed = await Promise.all(waiting.map(([id]) => queue.remove(id).catch(() => 0)));
    left += removed.filter((count) => count === 0).length;
    for (const [id, { reject }] of waiting) reject(new Stopped(id));
  }

  function note(line: string): void {
    if (!lines.has(line)) print(line);
    lines.add(line);
  }
}
