/** The moments of a training whose weights are kept, and their places on the slider. */
import type { Moment } from "../state/training.ts";

/** The most moments that are kept: 64 LeNets are 16 MB. */
export const MOST = 64;

/** Batches until weights are to be kept within the first epoch: at 1, 2, 4, 8, ... */
export function untilNext(batches: number): number {
  return batches === 0 ? 1 : 2 ** (Math.floor(Math.log2(batches)) + 1) - batches;
}

/** Whether weights are kept after so many batches of the first epoch. */
export function isKept(batches: number): boolean {
  return Number.isInteger(Math.log2(batches));
}

/**
 * The moments that stay: at most `most`. Where there are more, every second one of those after the first epoch goes,
 * and where that is not enough, every second one; the first and the newest stay.
 */
export function thinned<Kept extends Moment>(moments: readonly Kept[], most = MOST): readonly Kept[] {
  if (moments.length <= most) return moments;
  const epochs = moments.filter(({ epoch }) => epoch !== undefined);
  const some = epochs.length > 2 ? epochs : moments;
  const dropped = new Set(some.slice(1, -1).filter((_, i) => i % 2 === 0));
  return thinned(
    moments.filter((moment) => !dropped.has(moment)),
    most,
  );
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
