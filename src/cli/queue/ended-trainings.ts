import type { Progress } from "../../sweep/task.ts";

/** The end of a training: its packed run and its result. */
interface EndedTraining {
  readonly packed: Uint8Array;
  readonly result: Progress;
}

/**
 * Trainings that ended at this worker and are not handed in, by the ids of their jobs: a job that comes back is not
 * trained again. Another worker may hand in its own result, which this one never hears of: the oldest are dropped.
 */
export class EndedTrainings {
  private readonly byId = new Map<string, EndedTraining>();
  private readonly maxBytes: number;

  /** @param maxBytes of all packed runs together */
  constructor(maxBytes: number) {
    this.maxBytes = maxBytes;
  }

  get(id: string): EndedTraining | undefined {
    return this.byId.get(id);
  }

  set(id: string, ended: EndedTraining): void {
    // Now the newest.
    this.byId.delete(id);
    this.byId.set(id, ended);
    let bytes = 0;
    for (const [each, { packed }] of [...this.byId].reverse()) {
      bytes += packed.length;
      if (bytes > this.maxBytes) this.byId.delete(each);
    }
  }

  delete(id: string): void {
    this.byId.delete(id);
  }
}
