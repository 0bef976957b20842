import { firstNotFinite } from "../core/finite.ts";

/** The state of a program between two runs: what its weights and slots were after `iterations` batches. */
interface Kept {
  /** In the order of `Executable.stateRanges`. */
  readonly state: readonly Float32Array[];
  readonly iterations: number;
}

/** Milliseconds that it takes to copy and check a number, by a generous estimate. */
const COST = 3e-6;
/** The share of the time of training that may go into copies. */
const SHARE = 0.01;

/** Keeps copies of what is trained, so that a training that diverges can go back. */
export class RecentRuns {
  private kept: Kept | undefined;
  private due = 0;

  /** The newest copy; undefined before the first. */
  get last(): Kept | undefined {
    return this.kept;
  }

  /** Whether enough time has passed for a copy after the next run: copies take a hundredth of the time at most. */
  get isDue(): boolean {
    return performance.now() >= this.due;
  }

  /** Keeps a copy. */
  keep(state: readonly Float32Array[], iterations: number): void {
    const numbers = state.reduce((sum, { length }) => sum + length, 0);
    this.kept = { state, iterations };
    this.due = performance.now() + (numbers * COST) / SHARE;
  }

  /** Forgets the copy. */
  clear(): void {
    this.kept = undefined;
    this.due = 0;
  }
}

/** What is not finite in a state, by the names of its parts: `the weight "C1/kernel" became NaN`. */
export function problemIn(state: readonly Float32Array[], names: readonly string[]): string | undefined {
  for (const [i, values] of state.entries()) {
    const at = firstNotFinite(values);
    if (at >= 0) return `the weight "${names[i]}" became ${values[at]}`;
  }
  return undefined;
}
