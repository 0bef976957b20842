import { setTimeout as delay } from "node:timers/promises";

/** Milliseconds for which a server is tried again, and where the command has to end. */
const PATIENCE = 60_000;
const ENDING = 5000;
const PAUSE = 1000;

interface RetryOptions {
  /** Aborted when the command has to end. */
  readonly stop: AbortSignal;
  /** Whether to try again does not help. */
  isFinal(error: unknown): boolean;
}

/** What work resolves to, which is tried once a second: a server that is restarted is back soon. */
export async function retried<Result>(work: () => Promise<Result>, { stop, isFinal }: RetryOptions): Promise<Result> {
  const began = performance.now();
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if (isFinal(error) || performance.now() - began >= (stop.aborted ? ENDING : PATIENCE)) throw error;
      await delay(PAUSE);
    }
  }
}
