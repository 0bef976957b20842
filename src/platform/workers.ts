/** Worker threads; `node/workers.ts` and `browser/workers.ts` export exactly these names. */
export interface Workers {
  /** Starts a worker from the text of a classic script that uses `onmessage` and `postMessage`. */
  startWorker(script: string, events: WorkerEvents): WorkerHandle;
  /** The number of threads that this machine runs at the same time. */
  availableThreads(): number;
  /** Enables relaxed SIMD where it needs a flag (Node 20); call it before the first module is compiled. */
  enableRelaxedSimd(): void;
}

/** Functions that a worker's events call. */
export interface WorkerEvents {
  /** The worker has posted a message. */
  onMessage(message: unknown): void;
  /** The worker has ended: it could not start, threw an error, or was stopped. */
  onDeath(cause: Error): void;
}

/** A worker that was started. */
export interface WorkerHandle {
  /** Sends a message to the worker. */
  post(message: unknown): void;
  /** A busy worker keeps a Node process alive; an idle one does not. */
  setBusy(busy: boolean): void;
  /** Ends the worker at once. Settled when it has ended, as far as the platform tells. */
  stop(): Promise<void>;
}
