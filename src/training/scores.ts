/** From an image's scores, or its distances from each class, to a prediction. */
import { exp } from "../core/elementary.ts";

/** The class with the highest score in each row, or of distances the smallest; the lower number among equals. */
export function bestClasses(scores: ArrayLike<number>, classes: number, areDistances = false): Int32Array {
  const best = new Int32Array(scores.length / classes);
  for (let i = 0; i < best.length; i++) {
    for (let k = 1; k < classes; k++) {
      const [score, known] = [scores[i * classes + k]!, scores[i * classes + best[i]!]!];
      if (areDistances ? score < known : score > known) best[i] = k;
    }
  }
  return best;
}

/**
 * The probability of each class by its squared distance y: e^-y over the sum of all. Distances count from the smallest
 * on, so that nothing underflows.
 */
export function probabilitiesOfDistances(distances: ArrayLike<number>): number[] {
  const nearest = Array.from(distances).reduce(
    (smallest, distance) => Math.min(smallest, distance),
    Number.POSITIVE_INFINITY,
  );
  const weights = Array.from(distances, (distance) => exp(nearest - distance));
  const sum = weights.reduce((total, weight) => total + weight, 0);
  return weights.map((weight) => weight / sum);
}

/**
 * The gap between the best score of a row and the second best. Where errors must be few, images with the smallest margin
 * are rejected first (LeCun et al. 1998, section III.C, Fig. 10).
 */
export function margin(scores: ArrayLike<number>): number {
  const [first = 0, second = 0] = Array.from(scores).sort((a, b) => b - a);
  return first - second;
}
