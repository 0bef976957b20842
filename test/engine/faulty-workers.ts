/** Node's workers, with faults: import this before the library. */
import { syncBuiltinESMExports } from "node:module";
import threads, { type Worker as NodeWorker, type WorkerOptions } from "node:worker_threads";
import { type Fault, faultyPreamble } from "./faults.ts";

const { Worker } = threads;

/** What happens to workers. */
export const workers = {
  /** The fault of workers that start from now on. */
  fault: undefined as Fault | undefined,
  /** What is put before the script of workers that start from now on. */
  lines: "",
  /** How many more may start; undefined: any number. */
  left: undefined as number | undefined,
  /** Those that run. */
  running: new Set<NodeWorker>(),
  /** Whether the library gets to know of the end of a worker a moment later. */
  isNoticedLate: false,
};

threads.Worker = class extends Worker {
  constructor(script: string | URL, options?: WorkerOptions) {
    const { fault, left, running } = workers;
    if (left === 0) throw new Error("Worker initialization failure: EAGAIN");
    if (left !== undefined) workers.left = left - 1;
    const given = fault ? faultyPreamble(fault) + script : workers.lines + script;
    // Little memory is used up quickly.
    super(given, { ...options, ...(fault?.kind === "memory" && { resourceLimits: { maxOldGenerationSizeMb: 16 } }) });
    running.add(this);
  }

  override emit(event: string | symbol, ...given: unknown[]): boolean {
    if (event !== "exit") return super.emit(event, ...given);
    workers.running.delete(this);
    if (!workers.isNoticedLate) return super.emit(event, ...given);
    // Node removes the listeners now.
    const listeners = this.rawListeners(event);
    setTimeout(() => {
      for (const listener of listeners) listener.apply(this, given);
    }, 20);
    return true;
  }
};
syncBuiltinESMExports();

/** Ends all workers. */
export async function endWorkers(): Promise<void> {
  await Promise.all([...workers.running].map((worker) => worker.terminate()));
}

/** Ends workers, and goes on before the library knows it. */
export async function endUnnoticed(some: readonly NodeWorker[]): Promise<void> {
  workers.isNoticedLate = true;
  for (const worker of some) void worker.terminate();
  while (some.some((worker) => workers.running.has(worker))) await new Promise((resolve) => setImmediate(resolve));
  workers.isNoticedLate = false;
}

/** Settled when the fault has begun. Workers that start after that have none. */
export function begunFault(): Promise<void> {
  const channel = new BroadcastChannel("fault");
  return new Promise((resolve) => {
    channel.onmessage = () => {
      workers.fault = undefined;
      channel.close();
      resolve();
    };
  });
}
