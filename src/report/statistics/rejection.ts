import type { PredictionsJson } from "../results.ts";
import { probabilities } from "./probabilities.ts";

/** Error rate when the predictions of the lowest confidence are rejected. */
export interface RejectionPoint {
  /** Share of the images that are rejected. */
  readonly rejected: number;
  /** Share of wrong predictions among the others. */
  readonly error: number;
}

/** From no rejection to all but one image, the lowest confidence first. Images of equal confidence go together. */
export function rejectionCurve(predictions: PredictionsJson): RejectionPoint[] {
  return rejectionCurveBy(probabilities("rejection", predictions), predictions);
}

/** The same by any measure of confidence, the lowest first. */
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

/** The smallest share to reject for an error of at most `error`; undefined if no share is enough. */
export function rejectionFor(points: readonly RejectionPoint[], error: number): number | undefined {
  return points.find((point) => point.error <= error)?.rejected;
}
