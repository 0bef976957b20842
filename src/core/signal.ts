import { InputError, shown } from "./errors.ts";
import type { Check } from "./options.ts";

/** The parts of an `AbortSignal` that calls use; not every TypeScript project knows its name. */
export interface Signal {
  /** Whether it has been aborted. */
  readonly aborted: boolean;
  /** Why it was aborted: an `AbortError`, or what `abort` was given. */
  readonly reason?: unknown;
  /** Calls the listener when it is aborted. */
  addEventListener(type: "abort", listener: () => void): void;
  /** Forgets the listener. */
  removeEventListener(type: "abort", listener: () => void): void;
}

export const abortSignal: Check<Signal> = (what, given) => {
  if (given instanceof AbortSignal) return given;
  throw new InputError(
    `${what}: expected an AbortSignal, such as the signal of an AbortController, got ${shown(given)}`,
  );
};

/** The result of the work; rejects with the signal's reason as soon as it aborts. */
export function unlessAborted<Result>(work: () => Promise<Result>, signal: Signal | undefined): Promise<Result> {
  if (!signal) return work();
  return new Promise((resolve, reject) => {
    const end = () => reject(signal.reason);
    if (signal.aborted) return end();
    signal.addEventListener("abort", end);
    work()
      .then(resolve, reject)
      .finally(() => signal.removeEventListener("abort", end));
  });
}

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
