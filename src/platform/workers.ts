/** Worker threads; `node/workers.ts` and `browser/workers.ts` export exactly these names. */
export interface Workers {
  /** Starts a worker from the text of a classic script that uses `onmessage` and `postMessage`. */
  startWorker(script: string, events: WorkerEvents): WorkerHandle;
  /** The number of threads that this machine runs at the same time. */
  availableThreads(): number;
  /** Enables relaxed SIMD where it needs a flag (Node 20); call it before the first module is compiled. */
  enableRelaxedSimd(): void;
}

export interface WorkerEvents {
  onMessage(message: unknown): void;
  /** The worker ended, and why: it could not start, threw an error, or was stopped. */
  onDeath(cause: Error): void;
}

export interface WorkerHandle {
  post(message: unknown): void;
  /** A busy worker keeps a Node process alive; an idle one does not. */
  setBusy(busy: boolean): void;
  stop(): void;
}
