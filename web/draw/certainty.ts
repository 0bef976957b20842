/** How sure a network is of its answer, in words. */
import type { Forward } from "../state/network.ts";

export interface Certainty {
  /** The name of the class. */
  readonly name: string;
  /** "97% sure", or "distance 4.2, the smallest". */
  readonly certainty: string;
  /** The next class: "8, 2%". */
  readonly second: string | undefined;
}

export function certaintyOf(
  { scores, predicted, judgement }: Pick<Forward, "scores" | "predicted" | "judgement">,
  names: readonly string[],
): Certainty {
  const nameOf = (label: number) => names[label] ?? String(label);
  const name = nameOf(predicted);
  const values = judgement?.probabilities ?? scores;
  const [, next] = [...values.keys()].toSorted((a, b) => values[b]! - values[a]!);
  if (!judgement) {
    const certainty = `score ${scores[predicted]!.toFixed(2)}`;
    return { name, certainty, second: next === undefined ? undefined : `${nameOf(next)}, ${scores[next]!.toFixed(2)}` };
  }
  const second =
    next === undefined || values[next]! < 0.0005 ? undefined : `${nameOf(next)}, ${percent(values[next]!)}`;
  return { name, certainty: `${percent(values[predicted]!)} sure`, second };
}

/** Never 100% or 0% for what is not quite that. */
export function percent(share: number): string {
  if (share >= 1) return "100%";
  if (share > 0.9995) return "over 99.9%";
  if (share > 0.99 || share < 0.1) return `${(100 * share).toFixed(1)}%`;
  return `${Math.round(100 * share)}%`;
}
