import { setTimeout as delay } from "node:timers/promises";

/** What work resolves to; undefined where it takes longer: a server that is away may never answer. */
export function within<Result>(milliseconds: number, work: Promise<Result>): Promise<Result | undefined> {
  const over = new AbortController();
  const late = delay(milliseconds, undefined, { signal: over.signal }).catch(() => undefined);
  return Promise.race([work, late]).finally(() => over.abort());
}
