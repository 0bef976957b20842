/** Ends the wait for threads that no longer work, and for a call that was aborted. */
import type { Signal } from "../core/signal.ts";

/** How a run of threads is watched. */
export interface Watched {
  /** Who does not answer, for messages. Default "a thread of the engine". */
  readonly who?: string;
  /** What runs, for messages: `training of "lenet5"`. */
  readonly what: string;
  /** Seconds without progress after which the threads count as hung, see {@link patienceFor}. */
  readonly patience: number;
  /** Aborting it ends the run. */
  readonly signal?: Signal;
}

/** Milliseconds between two looks at the threads. */
const TICK = 1000;
/** Milliseconds that a run may take to end by itself after an abort. */
const GRACE = 500;

/** The run did not end soon enough after its signal was aborted. */
export class Interrupted extends Error {
  /** Whether the threads had begun, and were stopped. */
  readonly hadBegun: boolean;

  constructor(hadBegun: boolean) {
    super("the call was aborted");
    this.hadBegun = hadBegun;
  }
}

/** Seconds of the shortest patience: a thread of a machine with 20 times too much to do starts within them. */
const LEAST = 20;
/** Bytes and multiply-adds per second that a thread manages at the very least. */
const SLOWEST = { bytes: 100e6, macs: 250e6 };

/**
 * Seconds that a thread may take until it is seen to go on, with a large margin: a machine that does other work too is
 * no reason to end a training. `macs`: the multiply-adds until then; `bytes`: the size of the program's memory.
 */
export function patienceFor(macs: number, bytes: number): number {
  return Math.ceil(LEAST + macs / SLOWEST.macs + bytes / SLOWEST.bytes);
}

/**
 * Settles with the work, or rejects when `progress` returns the same number for too long. Time is counted by this
 * thread's own timer: while a computer sleeps, or the process is stopped, it does not pass.
 */
export function whileMoving<Result>(work: Promise<Result>, progress: () => number, watched: Watched): Promise<Result> {
  return new Promise((resolve, reject) => {
    let [last, still] = [progress(), 0];
    const timer = setInterval(() => {
      const now = progress();
      still = now === last ? still + 1 : 0;
      last = now;
      if (still < watched.patience) return;
      clearInterval(timer);
      const { who = "a thread of the engine", what } = watched;
      reject(new Error(`${who} stopped answering: no progress for ${still} seconds in ${what}`));
    }, TICK);
    work.then(resolve, reject).finally(() => clearInterval(timer));
  });
}

/** A promise that rejects some time after the signal is aborted. Call `end` when nobody waits for it any longer. */
export function lateAfterAbort(signal: Signal | undefined): { readonly late: Promise<never>; end(): void } {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let begin = () => {};
  const late = new Promise<never>((_, reject) => {
    begin = () => {
      timer = setTimeout(() => reject(new Interrupted(false)), GRACE);
    };
  });
  late.catch(() => {});
  if (signal?.aborted) begin();
  signal?.addEventListener("abort", begin);
  return {
    late,
    end() {
      clearTimeout(timer);
      signal?.removeEventListener("abort", begin);
    },
  };
}
