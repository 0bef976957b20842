import type { PreparedPart } from "../pictures/prepared-parts.ts";
import { type Confidence, judged, type OutputKind } from "../training/confidence.ts";
import { bestClasses } from "../training/scores.ts";
import type { PartAnswer } from "./answer.ts";

/** What the scores of a model mean. */
export interface ScoreMeaning {
  /** What the numbers are; undefined where they are scores that no probabilities follow from. */
  readonly kind: OutputKind | undefined;
  /** Names of the classes; default: their numbers. */
  readonly classNames?: readonly string[];
  /** How far the answers can be trusted. */
  readonly confidence?: Confidence;
}

/** The answer for a part from the model's scores for it, one for each class. */
export function partAnswer(
  { box, image, doubts }: PreparedPart,
  scores: readonly number[],
  { kind, classNames, confidence }: ScoreMeaning,
): PartAnswer {
  const name = (label: number) => ({ label, className: classNames?.[label] ?? String(label) });
  if (kind === undefined) {
    const [label] = bestClasses(scores, scores.length);
    return { box, verdict: doubts.length > 0 ? "none" : "sure", ...name(label!), scores, image };
  }
  const { verdict: judgement, label, ...learned } = judged(scores, kind, confidence);
  const verdict = doubts.length > 0 ? "none" : judgement;
  // Probabilities that nothing is learned about stay the network's own, to the last bit.
  const isOwn = kind === "probabilities" && (confidence?.temperature ?? 1) === 1;
  const { confidence: sure, probabilities } = isOwn ? { confidence: scores[label]!, probabilities: scores } : learned;
  return { box, verdict, ...name(label), confidence: sure, probabilities, image };
}
