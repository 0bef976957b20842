/** Predictions from the scores of an image, or from its distances to the classes. */
import { exp } from "../core/elementary.ts";

/** The class with the highest score, or the smallest distance, in each row; among equals, the lowest class number. */
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
 * The probability of each class from the squared distances y: the softmax of -y. The smallest distance is subtracted
 * first, so that the sum does not underflow.
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
 * The scores of a single unit as those of two classes, [N][2]: the unit's output p is the probability of class 1, which
 * is predicted where p is above 0.5.
 * @param areLogits whether the outputs are logits; p is then their sigmoid
 */
export function scoresOfUnit(outputs: ArrayLike<number>, areLogits: boolean): Float32Array {
  const scores = new Float32Array(2 * outputs.length);
  for (let i = 0; i < outputs.length; i++) {
    const p = areLogits ? 1 / (1 + exp(-outputs[i]!)) : outputs[i]!;
    scores[2 * i] = 1 - p;
    scores[2 * i + 1] = p;
  }
  return scores;
}

/**
 * The gap between the best score of a row and the second best. Where errors must be few, images with the smallest
 * margin are rejected first (LeCun et al. 1998, section III.C, Fig. 10).
 */
export function margin(scores: ArrayLike<number>): number {
  if (scores.length < 2) return scores[0] ?? 0;
  let [first, second] = [Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (let k = 0; k < scores.length; k++) {
    const score = scores[k]!;
    if (score > first) [first, second] = [score, first];
    else if (score > second) second = score;
  }
  return first - second;
}
