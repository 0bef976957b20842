import { counted } from "../../report/drawing/numbers.ts";
import type { Executor, TaskWatcher } from "../../sweep/executor.ts";
import { type Progress, type Task, taskName } from "../../sweep/task.ts";
import type { Print } from "../output.ts";
import { Failed, keptTraining, Stopped } from "../sweep/kept-training.ts";
import type { Bullmq, QueuedJob } from "./bullmq.ts";
import { isAbout, type JobContent, jobIdOf } from "./job-content.ts";
import { checkedProgress, checkedResult, type DataIdentity, type JobData, type SharedFiles } from "./payload.ts";
import { unpackedRun } from "./run-archive.ts";
import type { Store } from "./store.ts";
import { sweepRuns } from "./sweep-runs.ts";
import { within } from "./within.ts";

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
/** Milliseconds after which a server or a store that does not answer is not waited for, where the command has to end. */
const PATIENCE = 5000;
/** Jobs about which the server is asked at a time. */
const GROUP = 100;
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
  readonly task: Task;
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
  const runs = sweepRuns({ folder, sweep, place, networks, store });
  const pending = new Map<string, Pending>();
  const lines = new Set<string>();
  let left = 0;
  let lastSign = performance.now();
  let nextLook = 0;
  let ending: Promise<void> | undefined;
  let isAway = false;
  let isStoreAway = false;

  // Those of an earlier command are tried again.
  const failed = new Set((await queue.getRanges(["failed"], 0, -1)).filter((id) => id.startsWith(`${sweep}.`)));
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
  const end = () => {
    ending ??= takeOut();
    return ending;
  };
  const stopped = new Promise<never>((_, reject) => {
    stop.addEventListener("abort", () => reject(new Stopped()), { once: true });
  });
  tried(stopped);
  stop.addEventListener("abort", end);

  return {
    async run(task, watcher, priority = 0) {
      if (stop.aborted || ending) return undefined;
      let done: QueuedJob | undefined;
      const train = async () => {
        done = await ended(task, watcher, priority);
        return resultOf(done, task);
      };
      const outcome = await keptTraining(folder, task, train, print).catch((error) => {
        // The folder of the sweep cannot be written: nothing else can be kept, either. The results stay in the queue.
        void end();
        throw error;
      });
      // Its result is in the folder. What the queue keeps of others is removed after some time.
      if (done && !isAway) await within(PATIENCE, done.remove()).catch(() => undefined);
      return outcome;
    },
    async end() {
      clearInterval(timer);
      stop.removeEventListener("abort", end);
      await ending;
      const parts = [events, queue];
      const closed = isAway ? undefined : await within(PATIENCE, Promise.allSettled(parts.map((part) => part.close())));
      if (!closed) for (const part of parts) tried(part.disconnect());
      if (left > 0)
        print(
          isAway
            ? `The queue does not answer: ${counted(left, "training")} may stay there or go on at workers; the same command goes on with them`
            : `${counted(left, "training")} may go on at workers: the same command takes their results`,
        );
    },
  };

  /** Adds a job, unless an earlier command has, and waits for its end. */
  async function ended(task: Task, watcher: TaskWatcher, priority: number): Promise<QueuedJob> {
    const content = contentOf(task);
    const jobId = jobIdOf(sweep, content);
    if (failed.delete(jobId)) await Promise.race([takenBack(jobId, task), stopped]);
    const run = await runs.sent(task);
    if (ending) throw new Stopped();
    const job: JobData = {
      ...{ lenet5: version, sweep, ...content, command, inStore: store !== undefined },
      ...(run !== undefined && { run }),
    };
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
      if (ending) await settledOrBack(jobId, task);
    };
    return new Promise((resolve, reject) => {
      pending.set(jobId, { task, watcher, isAdded: false, add, resolve, reject });
      add().catch(({ message }: Error) => note(`A training cannot be added yet, and is tried again: ${message}`));
    });
  }

  function contentOf(task: Task): JobContent {
    const network = networks.get(task.settings.network);
    return { task, data, ...(network && { network }) };
  }

  async function resultOf({ data: job, returnvalue }: QueuedJob, task: Task): Promise<Progress> {
    if (!isAbout(job, contentOf(task)))
      throw new Failed("expected the result of this training, got that of another one");
    const packed = await runs.packed(job, task);
    const { result, files } = await readResult(returnvalue, packed).catch((error: Error) => {
      throw new Failed(error.message);
    });
    if ("failure" in result) throw new Failed(result.failure);
    if (files) await runs.write(files, task);
    else if (job.inStore)
      print(`The run of ${taskName(task)} is gone from the store: its result stays, without a folder`);
    return result;
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
    const ids = [...pending].flatMap(([id, { isAdded }]) => (isAdded ? [id] : []));
    nextLook = nextLook < ids.length ? nextLook : 0;
    const group = ids.slice(nextLook, nextLook + GROUP);
    nextLook += GROUP;
    const states = await Promise.all(group.map((id) => queue.getJobState(id)));
    if (ending) return;
    const isLost = group.some((id, i) => states[i] === "unknown" && pending.has(id));
    if (isLost) print("The queue has lost trainings of this sweep: they are added again");
    await Promise.all([...pending.values()].map(({ isAdded, add }) => (isLost || !isAdded ? add() : undefined)));
  }

  async function settle(id: string, end: "completed" | "failed"): Promise<void> {
    const waiting = pending.get(id);
    const job = waiting && (await queue.getJob(id));
    if (!job || !pending.delete(id)) return;
    if (end === "completed") waiting.resolve(job);
    else waiting.reject(new Failed(job.failedReason));
  }

  /** Takes what waits out of the queue. Results that are there are taken, others stay for the next command. */
  async function takeOut(): Promise<void> {
    const waiting = [...pending];
    for (let at = 0; at < waiting.length && !isAway; at += GROUP) {
      const group = waiting.slice(at, at + GROUP);
      await Promise.all(group.map(([id, { task }]) => settledOrBack(id, task).catch(() => undefined)));
    }
    left = pending.size;
    for (const [id, { reject }] of pending) reject(new Stopped(id));
    pending.clear();
  }

  /** Where the command ends: a job that has ended is settled, and one that waits is taken out of the queue. */
  async function settledOrBack(id: string, task: Task): Promise<void> {
    const state = await answered(queue.getJobState(id));
    if (state === "completed" || state === "failed") return answered(settle(id, state));
    if (state === "active") return;
    const job = await answered(queue.getJob(id));
    if (job) await runs.keep(await runInTime(job.data, task), task);
    if (job && (await answered(queue.remove(id))) !== 1) return;
    pending.get(id)?.reject(new Stopped(id));
    pending.delete(id);
  }

  /** What the queue answers. @throws Stopped where it takes too long */
  async function answered<Answer>(asked: Promise<Answer>): Promise<Answer> {
    const answer = await within(
      PATIENCE,
      asked.then((value) => ({ value })),
    );
    if (answer) return answer.value;
    isAway = true;
    throw new Stopped();
  }

  /** What a job that waits has reached. What the store does not give in time stays there for the next command. */
  async function runInTime(job: JobData, task: Task): Promise<Uint8Array | undefined> {
    if (isStoreAway) return undefined;
    const reading = runs.packed(job, task).then((packed) => ({ packed }));
    const run = await within(PATIENCE, reading).catch(({ message }: Error) => note(message));
    if (run) return run.packed;
    isStoreAway = true;
    note(
      "The store does not answer: what trainings that wait have reached stays there; the same command goes on with it",
    );
    return undefined;
  }

  /** Takes a job out of the queue. What its run has reached stays in the folder. */
  async function takenBack(id: string, task: Task): Promise<void> {
    const job = await queue.getJob(id);
    if (!job) return;
    await runs.keep(await runs.packed(job.data, task), task);
    await queue.remove(id);
  }

  function note(line: string): void {
    if (!lines.has(line)) print(line);
    lines.add(line);
  }
}

/** @throws InputError for anything else than a result, and a run that can be unpacked */
async function readResult(returnvalue: unknown, packed: Uint8Array | undefined) {
  return { result: checkedResult(returnvalue), files: packed && (await unpackedRun(packed)) };
}
