import { availableParallelism } from "node:os";

/** Most threads of a training, as for `lenet5 train`. */
const MAX_THREADS = 8;

/** The threads of each of several trainings at a time, which share the cores of this machine. */
export function threadsOfEach(atOnce: number): number {
  return Math.max(1, Math.min(MAX_THREADS, Math.floor(availableParallelism() / atOnce)));
}
