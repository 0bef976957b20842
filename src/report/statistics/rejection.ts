import type { PredictionsJson } from "../results.ts";
import { probabilities } from "./probabilities.ts";

/** What is left when the least sure answers are not given. */
export interface RejectionPoint {
  /** Share of the images that are not answered. */
  readonly rejected: number;
  /** Share of wrong answers among those that are. */
  readonly error: number;
}

/** From answering all to answering one, by falling error or not; images of equal confidence go together. */
export function rejectionCurve(predictions: PredictionsJson): RejectionPoint[] {
  const { labels, predicted } = predictions;
  const confidence = probabilities("rejection", predictions);
  const order = confidence.map((_, i) => i).sort((a, b) => confidence[a] - confidence[b]);
  const total = order.length;
  let wrong = order.filter((i) => labels[i] !== predicted[i]).length;
  const points: RejectionPoint[] = [];
  order.forEach((image, k) => {
    if (k === 0 || confidence[image] > confidence[order[k - 1]])
      points.push({ rejected: k / total, error: wrong / (total - k) });
    if (labels[image] !== predicted[image]) wrong--;
  });
  return points;
}

/** The least share to reject for an error of at most `error`; undefined where no share does it. */
export function rejectionFor(points: readonly RejectionPoint[], error: number): number | undefined {
  return points.find((point) => point.error <= error)?.rejected;
}
