/** Runs a job as soon as it is its turn. */
export type InTurn = <Result>(job: () => Promise<Result>, priority?: number) => Promise<Result>;

/** Runs jobs, `atOnce` at a time. Of those that wait, the highest priority is next, then the one that came first. */
export function inTurn(atOnce: number): InTurn {
  const waiting: { readonly priority: number; begin(): void }[] = [];
  let running = 0;
  return async (job, priority = 0) => {
    if (running < atOnce) running++;
    else {
      await new Promise<void>((begin) => {
        const before = waiting.findLastIndex((other) => other.priority >= priority);
        waiting.splice(before + 1, 0, { priority, begin });
      });
    }
    try {
      return await job();
    } finally {
      const next = waiting.shift();
      if (next) next.begin();
      else running--;
    }
  };
}
