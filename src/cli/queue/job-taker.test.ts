import { mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from "vitest";
import { InputError } from "../../core/errors.ts";
import type { Progress } from "../../sweep/task.ts";
import { inProcess } from "../jobs/in-process.ts";
import type { SweepTraining } from "../sweep/training.ts";
import type { QueuedJob } from "./bullmq.ts";
import { jobTaker } from "./job-taker.ts";
import type { JobData, JobProgress } from "./payload.ts";
import { Refused, type Store, TooLarge } from "./store.ts";

// The process of a training is that of test/slow: here a test says how it ends.
vi.mock("../jobs/in-process.ts", { spy: true });
vi.mock("node:timers/promises", () => ({ setTimeout: async (pause: number) => void vi.advanceTimersByTime(pause) }));

class UnrecoverableError extends Error {}
class WaitingError extends Error {}

const progress: Progress = {
  epochs: 2,
  history: { val_accuracy: [0.5, 0.75], val_loss: [0.5, 0.25] },
  seconds: 1,
  parameters: 10,
};
const job: JobData = {
  lenet5: "1.0.0",
  sweep: "lr-0a1b2c3d",
  task: { trial: 1, settings: { epochs: 2, seed: 1 } },
  command: "lenet5 sweep lr.yaml",
  data: { kind: "digits" },
  inStore: false,
};

let scratch: string;
beforeAll(async () => {
  scratch = await mkdtemp(join(tmpdir(), "lenet5-taker-"));
});
afterAll(() => rm(scratch, { recursive: true }));

/** How the process of a training ends, after it wrote a run. */
let training: (kill: AbortSignal, onProgress: (progress: Progress) => void) => Promise<unknown>;
afterEach(() => {
  vi.useRealTimers();
});
beforeEach(() => {
  vi.useFakeTimers({ toFake: ["performance"] });
  training = async () => ({ progress });
  vi.mocked(inProcess).mockImplementation(async ({ work }, { kill, onProgress }) => {
    const { folder } = work as SweepTraining;
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, "config.json"), "{}");
    return training(kill!, onProgress) as never;
  });
});

/** A worker, and what it did. */
function taker({
  store,
  stop = new AbortController().signal,
}: {
  readonly store?: Store;
  readonly stop?: AbortSignal;
} = {}) {
  const lines: string[] = [];
  const calls: string[] = [];
  const counts = { running: 0, done: 0, failed: 0, retried: 0, returned: 0, seconds: 0 };
  const take = jobTaker({
    bullmq: { UnrecoverableError, WaitingError } as never,
    ...{ version: "1.0.0", scratch, threads: 1, store, lock: 1000, counts },
    stop,
    print: (line) => lines.push(line),
    onTrouble: () => calls.push("trouble"),
    onDone: () => calls.push("done"),
  });
  const run = (data: JobData, { token = "one", lock = 1 } = {}) => {
    const queued = {
      ...{ id: "lr-0a1b2c3d.0001-seed-1", data },
      extendLock: async () => lock,
      moveToWait: async (given: string) => void calls.push(`back ${given}`),
      updateData: async ({ run }: JobData) => void calls.push(run === undefined ? "no run" : "kept in the queue"),
      updateProgress: async (given: JobProgress) => void ("line" in given && calls.push(given.line)),
    };
    return take(queued as unknown as QueuedJob, token, new AbortController().signal);
  };
  return { run, lines, calls, counts };
}

const storeOf = (put: Store["put"]): Store => ({ get: async () => undefined, put });

test("a training ends with its progress, and its run is kept", async () => {
  const { run, calls, counts } = taker();
  expect(await run(job)).toEqual(progress);
  expect(calls).toEqual(["kept in the queue", "done"]);
  expect(counts).toMatchObject({ running: 0, done: 1 });
  expect(await readdir(scratch)).toEqual([]);
});

test("a training whose data are not here goes back to the queue, and is not one of its attempts", async () => {
  const { run, calls, counts } = taker();
  const data = { kind: "files", name: "letters", sha256: "a".repeat(64) } as const;
  await expect(run({ ...job, data })).rejects.toBeInstanceOf(WaitingError);
  expect(calls).toEqual([
    expect.stringMatching(
      /^the data "letters" cannot be found: start the worker with --data-folder and the folder that holds them \(worker /,
    ),
    ...["trouble", "back one"],
  ]);
  expect(counts).toMatchObject({ retried: 1, failed: 0 });
});

test("what a training refuses is its failure", async () => {
  training = () => Promise.reject(new InputError("the training of x failed: no", { cause: "no" }));
  const { run, calls } = taker();
  expect(await run(job)).toEqual({ failure: "no" });
  expect(calls).toEqual(["done"]);
});

test("a store that cannot be written is a failure of the machine, after which the training is tried again", async () => {
  const store = storeOf(() => Promise.reject(new InputError("cannot write it", { cause: new Error("ENOTDIR") })));
  const { run, calls } = taker({ store });
  await expect(run({ ...job, inStore: true })).rejects.toThrow(/^cannot write it \(worker /);
  expect(calls).toEqual([expect.stringMatching(/^cannot write it/), "trouble"]);
});

test("a store that is away for three tries gets the run at the fourth", async () => {
  let tries = 0;
  const store = storeOf(async () => {
    if (++tries <= 3) throw new InputError("no answer");
  });
  const { run, calls } = taker({ store });
  expect(await run({ ...job, inStore: true })).toEqual(progress);
  expect(tries).toBe(4);
  expect(calls).toEqual(["done"]);
});

test("a store that stays away is tried for a minute, or for 5 seconds where the worker has to end", async () => {
  let tries = 0;
  const store = storeOf(() => {
    tries++;
    return Promise.reject(new InputError("no answer"));
  });
  await expect(taker({ store }).run({ ...job, inStore: true })).rejects.toThrow("no answer");
  expect(tries).toBe(61);
  tries = 0;
  const stop = AbortSignal.abort();
  await expect(taker({ store, stop }).run({ ...job, inStore: true })).rejects.toThrow("no answer");
  expect(tries).toBe(6);
});

test("a store that refuses this worker is asked once, and the training goes back to the queue", async () => {
  let tries = 0;
  const store = storeOf(() => {
    tries++;
    return Promise.reject(new Refused("access is denied"));
  });
  const { run, calls } = taker({ store });
  await expect(run({ ...job, inStore: true })).rejects.toBeInstanceOf(WaitingError);
  expect(tries).toBe(1);
  expect(calls).toEqual([expect.stringMatching(/^access is denied \(worker /), "trouble", "back one"]);
});

test("a run that is too large for the store is a failure of its training, which no machine tries again", async () => {
  const store = storeOf(() => Promise.reject(new TooLarge("too large")));
  const { run, calls } = taker({ store });
  expect(await run({ ...job, inStore: true })).toEqual({ failure: "too large" });
  expect(calls).toEqual(["done"]);
});

test("the run of a sweep without a store stays in the queue, also at a worker with one", async () => {
  const { run, calls } = taker({ store: storeOf(async () => void calls.push("kept in the store")) });
  await run(job);
  await run({ ...job, inStore: true });
  expect(calls).toEqual(["kept in the queue", "done", "kept in the store", "done"]);
});

test("a run that takes long to keep is there before the next one: the last one stays", async () => {
  const kept: number[] = [];
  let puts = 0;
  let end = () => {};
  const first = new Promise<void>((resolve) => {
    end = resolve;
  });
  const store = storeOf(async () => {
    const put = ++puts;
    if (put === 1) await first;
    kept.push(put);
  });
  training = async (_, onProgress) => {
    for (let minute = 0; minute < 2; minute++) {
      vi.advanceTimersByTime(60_000);
      onProgress(progress);
      await expect.poll(() => puts).toBeGreaterThan(0);
    }
    setTimeout(end, 50);
    return { progress };
  };
  expect(await taker({ store }).run({ ...job, inStore: true })).toEqual(progress);
  await first;
  expect(kept).toEqual([1, 2]);
});

const given = "lr-0a1b2c3d, trial 1, seed 1: the job is no longer this worker's:";

test("what was lost on the way is dropped, in a line that says so, without a pause", async () => {
  const { run, calls, lines } = taker();
  training = async () => ({ stopped: true });
  await expect(run(job, { lock: 0 })).rejects.toBeInstanceOf(UnrecoverableError);
  expect(lines.at(-1)).toBe(`${given} its training here is dropped`);
  expect(calls).toEqual([]);
});

test("a training that was lost at its end is handed in when it comes back, without training again", async () => {
  const { run, calls, lines, counts } = taker();
  await expect(run(job, { lock: 0 })).rejects.toBeInstanceOf(UnrecoverableError);
  expect(lines.at(-1)).toBe(`${given} the result of its training is kept here in case the job comes back`);
  training = () => Promise.reject(new Error("trained again"));
  // Lost once more.
  await expect(run(job, { token: "two", lock: 0 })).rejects.toBeInstanceOf(UnrecoverableError);
  expect(await run(job, { token: "three" })).toEqual(progress);
  expect(calls).toEqual(["kept in the queue", "done"]);
  expect(counts).toMatchObject({ running: 0, done: 1 });
  expect(lines.filter((line) => line.startsWith("Begins: "))).toHaveLength(1);
  // Handed in, it is trained as any other if it is asked for again.
  await expect(run(job)).rejects.toThrow(/^trained again \(worker /);
});

test("a training whose run could not be stored for long is handed in at the next attempt", async () => {
  let isAway = true;
  const store = storeOf(async () => {
    if (isAway) throw new InputError("no answer");
  });
  const { run, calls } = taker({ store });
  await expect(run({ ...job, inStore: true })).rejects.toThrow("no answer");
  isAway = false;
  training = () => Promise.reject(new Error("trained again"));
  expect(await run({ ...job, inStore: true })).toEqual(progress);
  expect(calls).toEqual([expect.stringMatching(/^no answer/), "trouble", "done"]);
});

test("a worker that gets its own lost training again ends the first attempt, and gives the second one back", async () => {
  const folders: string[] = [];
  training = async (kill) => {
    folders.push(...(await readdir(scratch)));
    await new Promise((_, reject) => {
      kill.addEventListener("abort", () => reject(new Error("SIGKILL", { cause: "SIGKILL" })));
    });
  };
  const { run, calls } = taker();
  const first = run(job).catch((error: Error) => error);
  await expect.poll(() => folders).toHaveLength(1);
  await expect(run(job, { token: "two" })).rejects.toBeInstanceOf(WaitingError);
  expect(await first).toBeInstanceOf(UnrecoverableError);
  expect(calls).toEqual(["back two"]);
  training = async () => {
    folders.push(...(await readdir(scratch)));
    return { progress };
  };
  expect(await run(job, { token: "three" })).toEqual(progress);
  expect(new Set(folders).size).toBe(2);
});
