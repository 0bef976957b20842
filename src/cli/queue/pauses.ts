import type { JobWorker } from "./bullmq.ts";

/** Milliseconds of the first pause, and of the longest. */
const FIRST = 5000;
const LONGEST = 300_000;

/**
 * The pauses of a worker after failures of its machine, in which others get the next jobs. Each is twice as long as the
 * one before, until a training ends well here.
 */
export function pauses(worker: () => Pick<JobWorker, "pause" | "resume">) {
  let length = FIRST;
  let timer: NodeJS.Timeout | undefined;
  return {
    onTrouble() {
      if (timer) return;
      // What runs goes on.
      void worker().pause(true);
      timer = setTimeout(() => {
        timer = undefined;
        worker().resume();
      }, length).unref();
      length = Math.min(2 * length, LONGEST);
    },
    onDone() {
      length = FIRST;
    },
    end() {
      clearTimeout(timer);
    },
  };
}
