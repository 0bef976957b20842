import { barChart } from "../drawing/bar-chart.ts";
import type { Figure } from "../drawing/figure.ts";
import { count, isNumber, percent } from "../drawing/numbers.ts";
import type { EvaluationJson } from "../results.ts";

/** The share of each class's images that was misread. */
export function classErrors({ perClass }: Pick<EvaluationJson, "perClass">): Figure {
  const bars = perClass.map(({ name, recall, support }) => {
    const wrong = isNumber(recall) ? Math.round((1 - recall) * support) : 0;
    return {
      name,
      value: isNumber(recall) ? 1 - recall : Number.NaN,
      text: isNumber(recall) ? errorText(wrong / support) : "no images",
      title: `${name}: ${count(wrong)} of ${count(support)} misread`,
    };
  });
  return barChart({ title: "Error by class", bars, colour: "var(--wrong)", empty: "There are no classes." });
}

/** Rounded up, so that no error looks like none. */
function errorText(share: number): string {
  return percent(Math.ceil(share * 10_000 - 1e-6) / 10_000);
}
