import { percent } from "./drawing/numbers.ts";

/** Of fewer images, each is more than a hundredth. */
const FINE = 100;

/** What few images mean for a comparison of accuracies on them; undefined where each counts little. */
export function coarseText(images: number, compared: string): string | undefined {
  if (images >= FINE) return undefined;
  const share = images === 1 ? "it is one image" : `one of the ${images} images is ${percent(1 / images, 1)}`;
  return `${share}, so ${compared} that are close cannot be told apart`;
}
