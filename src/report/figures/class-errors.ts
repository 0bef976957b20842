import { barChart } from "../drawing/bar-chart.ts";
import { shortName } from "../drawing/class-name.ts";
import type { Figure } from "../drawing/figure.ts";
import { count, isNumber, percent } from "../drawing/numbers.ts";
import type { EvaluationJson } from "../results.ts";
import { worstClasses } from "../statistics/worst-classes.ts";
import { given } from "./given.ts";

/** Error rate of each class: the share of its images that were predicted as another class, 1 - recall. */
export function classErrors(evaluation: Pick<EvaluationJson, "perClass">): Figure {
  const { perClass } = given("classErrors", "classes", evaluation);
  const shown = worstClasses(perClass);
  const bars = shown.map((k) => {
    const { recall, support } = perClass[k];
    const name = shortName(perClass[k].name) || String(k);
    const wrong = isNumber(recall) ? Math.round((1 - recall) * support) : 0;
    return {
      name,
      value: isNumber(recall) ? 1 - recall : Number.NaN,
      text: isNumber(recall) ? percent(wrong / support) : "no images",
      title: `${name}: ${count(wrong)} of ${count(support)} misclassified`,
    };
  });
  const note =
    shown.length < perClass.length
      ? `the ${shown.length} of ${count(perClass.length)} classes with the most errors`
      : "";
  return barChart({ title: "Per-class error", note, bars, colour: "var(--wrong)", empty: "There are no classes." });
}
