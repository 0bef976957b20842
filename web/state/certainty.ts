/** How sure a network is of its answer, in words. */
import type { Forward, NetworkFacts } from "./network.ts";
import { valueText } from "./numbers.ts";

export interface Certainty {
  /** The name of the class. */
  readonly name: string;
  /** "97% sure"; "score 2.10" for outputs from which no probabilities follow. */
  readonly certainty: string;
  /** "distance 4.2", for a network whose outputs are distances. */
  readonly distance: string | undefined;
  /** The next class: "8, 2%". */
  readonly second: string | undefined;
}

export function certaintyOf(
  { scores, predicted, judgement }: Pick<Forward, "scores" | "predicted" | "judgement">,
  { classNames: names, outputsDistances }: Pick<NetworkFacts, "classNames" | "outputsDistances">,
): Certainty {
  const nameOf = (label: number) => names[label] ?? String(label);
  const name = nameOf(predicted);
  const values = judgement?.probabilities ?? scores;
  const [, next] = [...values.keys()].toSorted((a, b) => values[b]! - values[a]!);
  const distance = outputsDistances ? `distance ${scores[predicted]!.toFixed(1)}` : undefined;
  if (!judgement) {
    const certainty = `score ${valueText(scores[predicted]!)}`;
    return {
      name,
      certainty,
      distance,
      second: next === undefined ? undefined : `${nameOf(next)}, ${valueText(scores[next]!)}`,
    };
  }
  const second =
    next === undefined || values[next]! < 0.0005 ? undefined : `${nameOf(next)}, ${percent(values[next]!)}`;
  return { name, certainty: `${percent(values[predicted]!)} sure`, distance, second };
}

/** Never 100%: a probability that is rounded to 1 is not quite that. */
export function percent(share: number): string {
  if (share > 0.9995) return "over 99.9%";
  if (share > 0.99 || share < 0.1) return `${(100 * share).toFixed(1)}%`;
  return `${Math.round(100 * share)}%`;
}
