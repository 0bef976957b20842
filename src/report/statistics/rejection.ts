import type { PredictionsJson } from "../results.ts";
import { probabilities } from "./probabilities.ts";

/** A point of the rejection curve: error rate if the predictions of the lowest confidence are rejected. */
export interface RejectionPoint {
  /** Share of rejected images, from 0 to 1. */
  readonly rejected: number;
  /** Share of wrong predictions among the remaining images, from 0 to 1. */
  readonly error: number;
}

/**
 * Rejection curve, from no rejected image to all but one; the predictions of the lowest confidence are rejected first.
 * Images of equal confidence are rejected together.
 * @throws {InputError} where a confidence is not a probability.
 */
export function rejectionCurve(predictions: PredictionsJson): RejectionPoint[] {
  return rejectionCurveBy(probabilities("rejection", predictions), predictions);
}

/** Rejection curve by any measure of confidence; the images of the lowest are rejected first. */
export function rejectionCurveBy(
  sure: readonly number[],
  { labels, predicted }: Pick<PredictionsJson, "labels" | "predicted">,
): RejectionPoint[] {
  const order = sure.map((_, i) => i).sort((a, b) => sure[a] - sure[b]);
  const total = order.length;
  let wrong = order.filter((i) => labels[i] !== predicted[i]).length;
  const points: RejectionPoint[] = [];
  order.forEach((image, k) => {
    if (k === 0 || sure[image] > sure[order[k - 1]]) points.push({ rejected: k / total, error: wrong / (total - k) });
    if (labels[image] !== predicted[image]) wrong--;
  });
  return points;
}

/** The smallest share to reject for an error rate of at most `error`; undefined if none suffices. */
export function rejectionFor(points: readonly RejectionPoint[], error: number): number | undefined {
  return points.find((point) => point.error <= error)?.rejected;
}
