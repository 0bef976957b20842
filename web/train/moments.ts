/** The moments of a training whose weights are kept, and their places on the slider. */
import type { Moment } from "../state/training.ts";

/** The most moments that are kept, and the most weights in all of them: 64 MB. */
const [MOST, WEIGHTS] = [64, 16e6];

/** How many moments of a network are kept: 64 of LeNet-5, fewer of a large one. */
export function mostMoments(params: number): number {
  return Math.max(3, Math.min(MOST, Math.floor(WEIGHTS / params)));
}

/** Batches until weights are to be kept within the first epoch: at 1, 2, 4, 8, ... */
export function untilNext(batches: number): number {
  return batches === 0 ? 1 : 2 ** (Math.floor(Math.log2(batches)) + 1) - batches;
}

/** Whether weights are kept after so many batches of the first epoch. */
export function isKept(batches: number): boolean {
  return Number.isInteger(Math.log2(batches));
}

/**
 * The moments that stay: at most `most`, at least 3. Where there are more, of the epochs every second one stays, or every
 * fourth, and so on; where that is not enough, every second one of all. The first and the newest always stay.
 */
export function thinned<Kept extends Moment>(moments: readonly Kept[], most = MOST): readonly Kept[] {
  const newest = moments.at(-1);
  let kept = moments;
  for (let step = 2; kept.length > most && step <= 1024; step *= 2)
    kept = moments.filter((moment) => moment === newest || moment.epoch === undefined || moment.epoch % step === 0);
  while (kept.length > most) kept = kept.filter((moment, i) => i % 2 === 0 || moment === newest);
  return kept;
}

/** The place of a number of images on a logarithmic axis that ends at `last`: 0 to 1. */
export function placeOf(images: number, last: number): number {
  return last === 0 ? 0 : Math.log2(1 + images) / Math.log2(1 + last);
}

/** The index of the moment that is nearest to a place. */
export function nearest(moments: readonly Moment[], place: number, last: number): number {
  const distances = moments.map(({ images }) => Math.abs(placeOf(images, last) - place));
  return distances.indexOf(Math.min(...distances));
}
