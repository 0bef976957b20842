/** How a list of jobs is run. */
interface RunAllOptions {
  /** How many run at a time. */
  readonly atOnce: number;
  /** Asked before each job: whether no further one may start. */
  isStopped(): boolean;
}

/** A job that is done. */
export interface Done<Item, Result> {
  readonly job: Item;
  readonly result: Result;
}

/**
 * Runs jobs in their order, `atOnce` at a time; returns those that are done, in the order of their ends. After a failure
 * no further job starts, and those that run are finished. @throws the first failure
 */
export async function runAll<Item, Result>(
  jobs: readonly Item[],
  run: (job: Item) => Promise<Result>,
  { atOnce, isStopped }: RunAllOptions,
): Promise<Done<Item, Result>[]> {
  const waiting = [...jobs];
  const done: Done<Item, Result>[] = [];
  const runNext = async () => {
    try {
      while (waiting.length > 0 && !isStopped()) {
        const job = waiting.shift()!;
        done.push({ job, result: await run(job) });
      }
    } catch (error) {
      waiting.length = 0;
      throw error;
    }
  };
  const ends = await Promise.allSettled(Array.from({ length: Math.min(atOnce, jobs.length) }, runNext));
  const failure = ends.find((end) => end.status === "rejected");
  if (failure) throw failure.reason;
  return done;
}
