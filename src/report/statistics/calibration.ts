import type { PredictionsJson } from "../results.ts";
import { probabilities } from "./probabilities.ts";

export interface CalibrationBin {
  /** Confidence from (exclusive, but for 0) and to (inclusive). */
  readonly from: number;
  readonly to: number;
  readonly images: number;
  readonly right: number;
  /** Mean; NaN without images. */
  readonly confidence: number;
  /** Share of correct predictions; NaN without images. */
  readonly accuracy: number;
}

/**
 * Predictions by confidence, in bins of equal width: of those with 90% confidence, 9 in 10 should be correct.
 * Expected calibration error (ECE): the mean gap between confidence and accuracy, bins weighted by their images; NaN
 * without any.
 * Guo et al. 2017, "On calibration of modern neural networks", section 2, with their 15 bins.
 */
export function calibrationOf(
  predictions: PredictionsJson,
  bins = 15,
): { readonly bins: readonly CalibrationBin[]; readonly ece: number } {
  const { labels, predicted } = predictions;
  const confidence = probabilities("calibration", predictions);
  const sums = Array.from({ length: bins }, () => ({ images: 0, right: 0, confidence: 0 }));
  confidence.forEach((sure, i) => {
    const bin = sums[Math.max(0, Math.ceil(sure * bins) - 1)];
    bin.images++;
    bin.confidence += sure;
    if (labels[i] === predicted[i]) bin.right++;
  });
  const gap = sums.reduce((sum, bin) => sum + Math.abs(bin.right - bin.confidence), 0);
  return {
    bins: sums.map(({ images, right, confidence: sum }, k) => ({
      from: k / bins,
      to: (k + 1) / bins,
      images,
      right,
      confidence: sum / images,
      accuracy: right / images,
    })),
    ece: gap / confidence.length,
  };
}
