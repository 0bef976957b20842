import type { TrainingContext } from "./callback.ts";

/** Moments after every so many batches, counted over all epochs: a training that continues has the same ones. */
export class BatchInterval {
  private readonly batches: number;

  constructor(batches: number) {
    this.batches = batches;
  }

  /** Asks for a call of `onProgress` at the next moment. */
  ask(context: TrainingContext): void {
    context.callWithin(this.batches - (context.iterations % this.batches));
  }

  /** Whether this is such a moment. */
  isOver({ iterations }: TrainingContext): boolean {
    return iterations % this.batches === 0;
  }
}
