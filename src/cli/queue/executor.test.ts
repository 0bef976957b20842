import { EventEmitter } from "node:events";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { zipSync } from "fflate";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { Task } from "../../sweep/task.ts";
import type { Bullmq, JobEvents, JobQueue } from "./bullmq.ts";
import { type QueueExecutor, queueExecutor } from "./executor.ts";
import type { JobData } from "./payload.ts";
import type { Store } from "./store.ts";

type State = "prioritized" | "active" | "completed" | "failed";

/** What the executor needs of BullMQ: jobs in memory. Real servers are in test/slow. */
class MemoryQueue {
  readonly jobs = new Map<string, { id: string; data: JobData; state: State; returnvalue?: unknown; failedReason: string }>(); // biome-ignore format: one line
  readonly events = Object.assign(new EventEmitter(), { close: async () => {}, disconnect: async () => {} });
  /** Nothing is answered. */
  isAway = false;
  hasDisconnected = false;

  async getRanges(states: State[]) {
    return [...this.jobs.values()].filter(({ state }) => states.includes(state)).map(({ id }) => id);
  }
  async add(_: string, data: JobData, { jobId }: { jobId: string }) {
    if (!this.jobs.has(jobId)) this.jobs.set(jobId, { id: jobId, data, state: "prioritized", failedReason: "lost" });
  }
  async getJob(id: string) {
    const job = this.jobs.get(id);
    return job && { ...job, remove: () => this.remove(id) };
  }
  async getJobState(id: string) {
    if (this.isAway) await new Promise(() => undefined);
    return this.jobs.get(id)?.state ?? "unknown";
  }
  async remove(id: string) {
    if (this.jobs.get(id)?.state === "active") return 0;
    this.jobs.delete(id);
    return 1;
  }
  async getWorkersCount() {
    return 1;
  }
  async close() {}
  async disconnect() {
    this.hasDisconnected = true;
  }
  /** The only job. */
  get job() {
    expect(this.jobs.size).toBe(1);
    return [...this.jobs.values()][0]!;
  }
  /** The only job ends as a worker would end it. */
  complete(epochs: number) {
    Object.assign(this.job, { state: "completed", returnvalue: progress(epochs) });
    this.job.data = { ...this.job.data, run: packed(epochs) };
    this.events.emit("completed", { jobId: this.job.id });
  }
}

const progress = (epochs: number) => ({
  epochs,
  history: { val_accuracy: [], val_loss: Array(epochs).fill(0.5) },
  seconds: 1,
  parameters: 10,
});

const historyOf = (epochs: number) => JSON.stringify({ epochs: Array.from({ length: epochs }, (_, i) => i + 1) });

function packed(epochs: number): string {
  const files = { "config.json": JSON.stringify({ extra: { data: "digits" } }), "history.json": historyOf(epochs) };
  const bytes = Object.entries(files).map(([name, text]) => [name, new TextEncoder().encode(text)]);
  return Buffer.from(zipSync(Object.fromEntries(bytes))).toString("base64");
}

const task: Task = { trial: 1, settings: { seed: 1 } };
const watcher = { onBegin() {}, onProgress() {} };
const sha256 = "a".repeat(64);

let folder: string;
let queue: MemoryQueue;
let stopping: AbortController;
let lines: string[];
let executor: QueueExecutor | undefined;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "lenet5-executor-"));
  await mkdir(join(folder, "trials"));
  queue = new MemoryQueue();
});
afterEach(async () => {
  await executor?.end();
  await rm(folder, { recursive: true });
});

/** The executor of a new command of the same sweep. */
async function begun(sum = sha256, store?: Store): Promise<QueueExecutor> {
  stopping = new AbortController();
  lines = [];
  const bullmq = {
    queue: async () => queue as unknown as JobQueue,
    events: async () => queue.events as unknown as JobEvents,
  } satisfies Pick<Bullmq, "queue" | "events">;
  executor = await queueExecutor(bullmq, {
    ...{ folder, sweep: "lr-1", version: "1.0.0", command: "lenet5 sweep", place: "/data/letters", store },
    ...{ data: { kind: "files", name: "letters", sha256: sum }, networks: new Map(), stop: stopping.signal },
    ...{ print: (line: string) => lines.push(line), advice: "no worker" },
  });
  return executor;
}

const added = () => expect.poll(() => queue.jobs.size).toBe(1);
const epochsHere = async () => (await import(join(folder, "trials/0001-seed-1/history.json"), { with: { type: "json" } })).default.epochs.length as number; // biome-ignore format: one line

test("a result that cannot be written stays in the queue, and the same command takes it", async () => {
  const outcome = (await begun()).run(task, watcher);
  await added();
  // A file is in the way of the run.
  await rm(join(folder, "trials"), { recursive: true });
  await writeFile(join(folder, "trials"), "");
  const refused = expect(outcome).rejects.toThrow();
  queue.complete(4);
  await refused;
  expect(queue.job.state).toBe("completed");
  await executor?.end();
  await rm(join(folder, "trials"));
  await mkdir(join(folder, "trials"));
  expect(await (await begun()).run(task, watcher)).toEqual(progress(4));
  expect(await epochsHere()).toBe(4);
  expect(queue.jobs.size).toBe(0);
});

test("Ctrl-C: what a training that waits has reached stays in the folder", async () => {
  const outcome = (await begun()).run(task, watcher);
  await added();
  // A worker was stopped, and gave it back.
  queue.job.data = { ...queue.job.data, run: packed(3) };
  stopping.abort();
  expect(await outcome).toBeUndefined();
  expect(queue.jobs.size).toBe(0);
  expect(await epochsHere()).toBe(3);
});

test("Ctrl-C: a result whose event was missed is taken", async () => {
  const outcome = (await begun()).run(task, watcher);
  await added();
  Object.assign(queue.job, { state: "completed", returnvalue: progress(2) });
  queue.job.data = { ...queue.job.data, run: packed(2) };
  stopping.abort();
  expect(await outcome).toEqual(progress(2));
  expect(await epochsHere()).toBe(2);
});

test("a training that failed is tried again from what it had reached", async () => {
  const failed = (await begun()).run(task, watcher);
  await added();
  queue.job.data = { ...queue.job.data, run: packed(3) };
  queue.job.state = "failed";
  queue.events.emit("failed", { jobId: queue.job.id });
  expect(await failed).toEqual({ failure: "lost" });
  await executor?.end();
  const again = (await begun()).run(task, watcher);
  await expect.poll(() => queue.job.state).toBe("prioritized");
  expect(queue.job.data.run).toBeDefined();
  expect(await epochsHere()).toBe(3);
  queue.complete(4);
  expect(await again).toEqual(progress(4));
});

test("the job of a killed command with other data is not taken for this one's", async () => {
  void (await begun()).run(task, watcher);
  await added();
  const [old] = queue.jobs.keys();
  const killed = executor;
  const outcome = (await begun("b".repeat(64))).run(task, watcher);
  await expect.poll(() => queue.jobs.size).toBe(2);
  queue.jobs.delete(old!);
  queue.complete(1);
  expect(await outcome).toEqual(progress(1));
  // The name of a job does not say what it is about.
  await rm(join(folder, "trials/0001-seed-1.json"));
  const other = executor!.run(task, watcher);
  await added();
  queue.job.data = { ...queue.job.data, data: { kind: "files", name: "letters", sha256 } };
  queue.complete(1);
  expect(await other).toEqual({ failure: "expected the result of this training, got that of another one" });
  await killed?.end();
});

test("jobs that the server has lost are added again, with a line", async () => {
  const outcome = (await begun()).run(task, watcher);
  await added();
  queue.jobs.clear();
  await expect.poll(() => queue.jobs.size, { timeout: 20_000 }).toBe(1);
  expect(lines).toEqual(["The queue has lost trainings of this sweep: they are added again"]);
  queue.complete(1);
  expect(await outcome).toEqual(progress(1));
});

test("Ctrl-C while the server is away ends, and says what may be left there", async () => {
  const outcome = (await begun()).run(task, watcher);
  await added();
  queue.isAway = true;
  stopping.abort();
  expect(await outcome).toBeUndefined();
  await executor?.end();
  expect(queue.hasDisconnected).toBe(true);
  expect(lines).toEqual([expect.stringMatching(/^The queue does not answer: 1 training may stay there or go on at/)]);
}, 20_000);

test("Ctrl-C with a store that does not answer: a line says so, and trainings that wait leave the queue", async () => {
  let isAway = false;
  const store: Store = {
    get: async () => (isAway ? new Promise<never>(() => undefined) : undefined),
    put: async () => undefined,
  };
  const outcome = (await begun(sha256, store)).run(task, watcher);
  await added();
  isAway = true;
  stopping.abort();
  expect(await outcome).toBeUndefined();
  await executor?.end();
  expect(queue.jobs.size).toBe(0);
  expect(queue.hasDisconnected).toBe(false);
  expect(lines).toEqual([
    "The store does not answer: what trainings that wait have reached stays there; the same command goes on with it",
  ]);
}, 20_000);

test("Ctrl-C with a store that fails: its line, and trainings that wait leave the queue", async () => {
  let isAway = false;
  const get = async () => (isAway ? Promise.reject(new Error("access is denied")) : undefined);
  const outcome = (await begun(sha256, { get, put: async () => undefined })).run(task, watcher);
  await added();
  isAway = true;
  stopping.abort();
  expect(await outcome).toBeUndefined();
  expect(queue.jobs.size).toBe(0);
  expect(lines).toContain("access is denied");
});

test("a result whose run is gone from the store is kept, with a line", async () => {
  const store: Store = { get: async () => undefined, put: async () => undefined };
  const outcome = (await begun(sha256, store)).run(task, watcher);
  await added();
  queue.complete(4);
  expect(await outcome).toEqual(progress(4));
  expect(lines).toEqual(["The run of trial 1, seed 1 is gone from the store: its result stays, without a folder"]);
});
