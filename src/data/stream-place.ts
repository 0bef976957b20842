import { InputError } from "../core/errors.ts";

/** What a stream of batches has given since its start. */
export interface StreamPlace {
  /** Batches so far. */
  readonly batches: number;
  /** The images in these batches. */
  readonly images: number;
}

/** Where a stream is to start: its `epoch`th use, from 1, after its first batches. */
export interface StreamStart extends StreamPlace {
  /** The number of the use, from 1. */
  readonly epoch: number;
}

/** @throws InputError unless a stream's first batches have the images that they had when the model was saved */
export function checkPlace(what: string, saved: StreamPlace, now: StreamPlace): void {
  const text = ({ batches, images }: StreamPlace) => `${images} images in ${batches} batches`;
  if (text(saved) === text(now)) return;
  throw new InputError(
    `${what}: expected the stream that the saved model was trained on, with ${text(saved)}, got ${text(now)}: give the same`,
  );
}
