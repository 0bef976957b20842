import { InputError } from "../../core/errors.ts";
import type { PredictionsJson } from "../results.ts";

/** True if every confidence is a probability. Scores of a network without a softmax are not. */
export function areProbabilities({ confidence }: PredictionsJson): boolean {
  return confidence.every(isProbability);
}

function isProbability(sure: unknown): boolean {
  return typeof sure === "number" && sure >= 0 && sure <= 1;
}

/** The confidences. Throws an {@link InputError} unless all are probabilities; `figure` is named in its message. */
export function probabilities(figure: string, { confidence }: PredictionsJson): readonly number[] {
  const wrong = confidence.findIndex((sure) => !isProbability(sure));
  if (wrong >= 0) {
    throw new InputError(
      `${figure}: expected probabilities from 0 to 1, got ${confidence[wrong]} for image ${wrong}: the network does not end in a softmax`,
    );
  }
  return confidence;
}
