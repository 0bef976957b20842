import { checkOptions } from "../../core/errors.ts";
import { barChart, MAX_NAME } from "../drawing/bar-chart.ts";
import { pairName, shortName } from "../drawing/class-name.ts";
import type { Figure } from "../drawing/figure.ts";
import { count, percent } from "../drawing/numbers.ts";
import { shortened, textWidth } from "../drawing/text.ts";
import type { EvaluationJson } from "../results.ts";
import { mistakes } from "../statistics/mistakes.ts";
import { given } from "./given.ts";

/** Options of {@link confusedPairs}. */
export interface ConfusedPairsOptions {
  /** Maximum number of pairs; default 10. */
  readonly max?: number;
}

/** The most frequent errors: true class → predicted class, count, and share of the images of the true class. */
export function confusedPairs(
  evaluation: Pick<EvaluationJson, "confusionMatrix"> & Partial<Pick<EvaluationJson, "perClass">>,
  options: ConfusedPairsOptions = {},
): Figure {
  checkOptions("confusedPairs", options, ["max"]);
  const { max = 10 } = options;
  const { confusionMatrix, perClass } = given("confusedPairs", "confusion", evaluation);
  const all = mistakes(confusionMatrix);
  const name = (k: number) => shortName(perClass?.[k]?.name) || String(k);
  const bars = all.slice(0, max).map(({ label, predicted, times, share }) => ({
    name: pairName(name(label), name(predicted)),
    short: shortPair(name(label), name(predicted)),
    value: times,
    text: `${count(times)} (${percent(share, 1)})`,
    title: `${name(label)} predicted as ${name(predicted)}: ${count(times)} times, ${percent(share, 1)} of its images`,
  }));
  const note = `true class → predicted class${all.length > max ? `; the first ${max} of ${count(all.length)} pairs` : ""}`;
  const empty = "No image was misclassified.";
  return barChart({ title: "Most confused pairs", note, bars, colour: "var(--wrong)", empty });
}

/** Shortens both names; shortening the whole text would leave only the first. */
function shortPair(first: string, second: string): string {
  const room = MAX_NAME - textWidth(" → ", 12);
  const part = (name: string, other: string) => shortened(name, 12, Math.max(room / 2, room - textWidth(other, 12)));
  return pairName(part(first, second), part(second, first));
}
