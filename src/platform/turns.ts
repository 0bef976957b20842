/** Turns of a thread's event loop; `node/turns.ts` and `browser/turns.ts` export exactly these names. */
export interface Turns {
  /** Resolves after the other waiting tasks of this thread have run. */
  nextTurn(): Promise<void>;
}
