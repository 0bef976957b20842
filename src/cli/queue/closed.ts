import type { JobWorker } from "./bullmq.ts";
import { answers } from "./metrics.ts";

/** Milliseconds between two questions whether the server is there. */
const PAUSE = 1000;

/**
 * Closes a worker once its jobs have ended, however long their epochs take. Returns false where the server is away, and
 * the worker would wait for it.
 */
export async function closed(worker: Pick<JobWorker, "close" | "getBackend">): Promise<boolean> {
  let isClosed = false;
  const closing = worker.close().then(() => {
    isClosed = true;
  });
  for (;;) {
    await Promise.race([closing, new Promise((resolve) => setTimeout(resolve, PAUSE))]);
    if (isClosed) return true;
    if (!(await answers(worker))) return isClosed;
  }
}
