import type { Signal } from "./fit-options.ts";

/**
 * The result of the work, or undefined as soon as the signal aborts: a failure of the work after that is of no interest
 * to anybody.
 */
export function untilAborted<Result>(
  work: Result | PromiseLike<Result>,
  signal: Signal | undefined,
): Promise<Result | undefined> {
  return new Promise((resolve, reject) => {
    const end = () => resolve(undefined);
    const settled = <Value>(settle: (value: Value) => void) => {
      return (value: Value) => {
        signal?.removeEventListener("abort", end);
        settle(value);
      };
    };
    if (signal?.aborted) end();
    signal?.addEventListener("abort", end);
    Promise.resolve(work).then(settled(resolve), settled(reject));
  });
}
