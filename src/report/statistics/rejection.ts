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
  return rejectionCurveBy(probabilities("rejection", predictions), predictions);
}

/** The same by any measure of how sure an answer is, the least first. */
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

/** The least share to reject for an error of at most `error`; undefined where no share does it. */
export function rejectionFor(points: readonly RejectionPoint[], error: number): number | undefined {
  return points.find((point) => point.error <= error)?.rejected;
}
