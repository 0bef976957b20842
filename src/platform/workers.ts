/** What the engine needs of threads; `node/workers.ts` and `browser/workers.ts` export exactly these names. */
export interface Workers {
  /** Starts a worker from the text of a classic script that uses `onmessage` and `postMessage`. */
  startWorker(script: string, events: WorkerEvents): WorkerHandle;
  /** How many threads this machine runs at once. */
  availableThreads(): number;
  /** Lets relaxed SIMD be compiled where that needs asking (Node 20); call it before the first module is compiled. */
  enableRelaxedSimd(): void;
}

export interface WorkerEvents {
  onMessage(message: unknown): void;
  /** The worker is gone and why: it could not start, threw outside of any message, or was ended. */
  onDeath(cause: Error): void;
}

export interface WorkerHandle {
  post(message: unknown): void;
  /** A busy worker keeps a Node process alive; an idle one does not. */
  setBusy(busy: boolean): void;
  stop(): void;
}
