import type { Place } from "./place.ts";
import type { View } from "./view.ts";

/**
 * Our axis of images for one of Keras's, which counts with the batch, or from the last back; of vectors it is 0.
 * @throws InputError for an axis that the tensor does not have
 */
export function axisOf({ shape, order }: View, axis: number, place: Place): number {
  const rank = shape.length;
  const counted = axis < 0 ? rank + axis : axis - 1;
  if (!(counted >= 0 && counted < rank)) place.fail(`expected an axis from 1 to ${rank}, got ${axis}`);
  if (rank === 1 || order !== "channelsFirst") return counted;
  return counted === 0 ? 2 : counted - 1;
}

/** The `dims` of the permutations that bring rows (0) or columns (1) of images to the end, and back. */
export function toTheEnd(axis: number): { readonly last: number[]; readonly back: number[] } {
  return axis === 0 ? { last: [2, 3, 1], back: [3, 1, 2] } : { last: [1, 3, 2], back: [1, 3, 2] };
}
