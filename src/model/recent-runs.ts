import { firstNotFinite } from "../core/finite.ts";
import type { StepRecord } from "../engine/executable.ts";
import type { Distortion } from "../engine/messages.ts";
import type { SourceHandle } from "../engine/source-handle.ts";

/** The state of a program between two runs: its weights and slots, in the order of `ProgramState.ranges`. */
export interface Kept {
  readonly state: readonly Float32Array[];
  /** The batches that it was trained on. */
  readonly iterations: number;
}

/** The images of some batches, in order, and how threads distort them. */
export interface Batched {
  readonly source: SourceHandle;
  readonly order: Uint32Array;
  readonly batchSize: number;
  readonly distortion?: Distortion | undefined;
}

/** A run of batches of a training. */
export interface TrainingRun extends Batched {
  /** {@link SourceHandle.changes} at that time. */
  readonly changes: number;
  readonly records: readonly StepRecord[];
}

/** Milliseconds that it takes to copy and check a number, at least. */
const COST = 1.5e-6;
/** The share of the time of training that may go into copies. */
const SHARE = 0.01;

/**
 * Keeps a copy of what is trained, to which a training goes back when its threads fail, and the runs since then, so that
 * a training that diverges can be understood.
 */
export class RecentRuns {
  private kept: Kept | undefined;
  private since: TrainingRun[] = [];
  private former: readonly Float32Array[] = [];
  private due = 0;

  /** The newest copy; undefined before the first. */
  get last(): Kept | undefined {
    return this.kept;
  }

  /** The runs since the newest copy, the one in progress included. */
  get runs(): readonly TrainingRun[] {
    return this.since;
  }

  /** Whether enough time has passed for another copy: copies take a hundredth of the time at most. */
  get isDue(): boolean {
    return performance.now() >= this.due;
  }

  /** A run begins. */
  add(run: TrainingRun): void {
    if (this.kept) this.since.push(run);
  }

  /** The arrays of the copy before the newest: those of the next one. */
  get spare(): readonly Float32Array[] {
    return this.former;
  }

  /** Keeps what an epoch starts from. */
  begin(state: readonly Float32Array[], iterations: number): void {
    this.former = this.kept?.state ?? [];
    this.kept = { state, iterations };
    this.since = [];
  }

  /** Keeps a copy of the present state, which took so long. */
  keep(state: readonly Float32Array[], iterations: number, milliseconds = 0): void {
    const numbers = state.reduce((sum, { length }) => sum + length, 0);
    this.begin(state, iterations);
    // A thread that had to wait for its turn has not copied for so long.
    const cost = Math.min(Math.max(milliseconds, numbers * COST), 4 * numbers * COST);
    this.due = performance.now() + cost / SHARE;
  }

  /** Forgets the copy. */
  clear(): void {
    this.kept = undefined;
    this.former = [];
    this.since = [];
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
