import { barChart } from "../drawing/bar-chart.ts";
import { className } from "../drawing/class-name.ts";
import type { Figure } from "../drawing/figure.ts";
import { count, isNumber, percent } from "../drawing/numbers.ts";
import type { EvaluationJson } from "../results.ts";
import { given } from "./given.ts";

/** Error rate of each class: the share of its images that were predicted as another class, 1 - recall. */
export function classErrors(evaluation: Pick<EvaluationJson, "perClass">): Figure {
  const { perClass } = given("classErrors", "classes", evaluation);
  const names = perClass.map(({ name }) => name);
  const bars = perClass.map(({ recall, support }, k) => {
    const name = className(names, k);
    const wrong = isNumber(recall) ? Math.round((1 - recall) * support) : 0;
    return {
      name,
      value: isNumber(recall) ? 1 - recall : Number.NaN,
      text: isNumber(recall) ? percent(wrong / support) : "no images",
      title: `${name}: ${count(wrong)} of ${count(support)} misclassified`,
    };
  });
  return barChart({ title: "Per-class error", bars, colour: "var(--wrong)", empty: "There are no classes." });
}
