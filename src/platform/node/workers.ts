import { availableParallelism } from "node:os";
import { setTimeout } from "node:timers/promises";
import { setFlagsFromString } from "node:v8";
import { Worker } from "node:worker_threads";
import type { WorkerEvents, WorkerHandle } from "../workers.ts";

/** Milliseconds to wait for the end of a thread: one that reads a file of a dead network disk cannot be ended. */
const UNENDING = 2000;

/** Gives a worker thread the two functions of a browser's worker. */
const prelude = `
const { parentPort } = require("node:worker_threads");
globalThis.postMessage = (message) => parentPort.postMessage(message);
parentPort.on("message", (data) => globalThis.onmessage({ data }));
`;

export function startWorker(script: string, events: WorkerEvents): WorkerHandle {
  // Node's flags for the main thread (such as loaders of test runners) are not for this script.
  const worker = new Worker(prelude + script, { eval: true, execArgv: [] });
  worker.unref();
  worker.on("message", events.onMessage);
  // It would go on.
  worker.on("messageerror", (cause) => {
    void worker.terminate();
    events.onDeath(cause);
  });
  worker.on("error", events.onDeath);
  worker.on("exit", (code) => events.onDeath(new Error(`a worker thread ended with exit code ${code}`)));
  return {
    post: (message) => worker.postMessage(message),
    setBusy: (busy) => (busy ? worker.ref() : worker.unref()),
    stop: () => Promise.race([worker.terminate(), setTimeout(UNENDING, undefined, { ref: false })]).then(() => {}),
  };
}

export function availableThreads(): number {
  return availableParallelism();
}

export function enableRelaxedSimd(): void {
  // Node 22 and later have it without a flag; the latest versions refuse the flag.
  if (Number.parseInt(process.versions.node, 10) < 22) setFlagsFromString("--experimental-wasm-relaxed-simd");
}
