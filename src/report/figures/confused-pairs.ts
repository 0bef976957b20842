import { barChart } from "../drawing/bar-chart.ts";
import type { Figure } from "../drawing/figure.ts";
import { count, percent } from "../drawing/numbers.ts";
import type { EvaluationJson } from "../results.ts";
import { mistakes } from "../statistics/mistakes.ts";

export interface ConfusedPairsOptions {
  /** How many pairs at most; default 10. */
  readonly most?: number;
}

/** The mistakes made most often: the true class, what it was read as, how often, and the share of the class's images. */
export function confusedPairs(
  { confusionMatrix, perClass }: Pick<EvaluationJson, "confusionMatrix" | "perClass">,
  { most = 10 }: ConfusedPairsOptions = {},
): Figure {
  const all = mistakes(confusionMatrix);
  const name = (k: number) => perClass[k]?.name ?? String(k);
  const bars = all.slice(0, most).map(({ label, predicted, times, share }) => ({
    name: `${name(label)} → ${name(predicted)}`,
    value: times,
    text: `${count(times)} (${percent(share, 1)})`,
    title: `${name(label)} read as ${name(predicted)}: ${count(times)} times, ${percent(share, 1)} of its images`,
  }));
  const note = all.length > most ? `the first ${most} of ${count(all.length)}` : "";
  const empty = "No image was read as another class.";
  return barChart({ title: "Most confused pairs", note, bars, colour: "var(--wrong)", empty });
}
