import { InputError } from "../../core/errors.ts";
import type { PredictionsJson } from "../results.ts";

/** True if every confidence is a probability; the scores of a network without a softmax are not. */
export function areProbabilities({ confidence }: PredictionsJson): boolean {
  return confidence.every(isProbability);
}

function isProbability(sure: unknown): boolean {
  return typeof sure === "number" && sure >= 0 && sure <= 1;
}

/** Throws an {@link InputError} unless every confidence is a probability; returns them. */
export function probabilities(what: string, { confidence }: PredictionsJson): readonly number[] {
  const wrong = confidence.findIndex((sure) => !isProbability(sure));
  if (wrong >= 0) {
    throw new InputError(
      `${what}: expected probabilities from 0 to 1, got ${confidence[wrong]} for image ${wrong}: the network does not end in a softmax`,
    );
  }
  return confidence;
}
