import type { PredictionsJson } from "../results.ts";
import { probabilities } from "./probabilities.ts";

/** The predictions whose confidence lies in one interval. */
export interface CalibrationBin {
  /** Lower end of the interval, exclusive; 0 is inclusive. */
  readonly from: number;
  /** Upper end of the interval, inclusive. */
  readonly to: number;
  /** Number of images. */
  readonly images: number;
  /** Number of correct predictions. */
  readonly right: number;
  /** Mean confidence; NaN without images. */
  readonly confidence: number;
  /** Share of correct predictions; NaN without images. */
  readonly accuracy: number;
}

/**
 * Confidence and accuracy in bins of equal width. In a calibrated network they are equal: of the predictions with 90%
 * confidence, 9 in 10 are correct. Guo et al. 2017, "On calibration of modern neural networks", section 2, with 15
 * bins.
 * @throws {InputError} where a confidence is not a probability.
 */
export function calibrationOf(
  predictions: PredictionsJson,
  bins = 15,
): {
  /** The bins from confidence 0 to 1. */
  readonly bins: readonly CalibrationBin[];
  /**
   * Expected calibration error: mean over the images of the difference between confidence and accuracy of their bin;
   * NaN without images.
   */
  readonly ece: number;
} {
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
