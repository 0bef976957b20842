/** Turns of a thread's event loop; `node/turns.ts` and `browser/turns.ts` export exactly these names. */
export interface Turns {
  /** Resolves once the other tasks of this thread have had their turn. */
  nextTurn(): Promise<void>;
}
