import { barChart } from "../drawing/bar-chart.ts";
import type { Figure } from "../drawing/figure.ts";
import { percent } from "../drawing/numbers.ts";
import { given } from "../figures/given.ts";
import type { PaperJson } from "./paper-results.ts";
import { publishedClassifiers } from "./published.ts";
import { lastTestError, over, quickNote, setupOf, spreadText } from "./setups.ts";

/** Longer bars are cut off, as in the paper. */
const LONGEST = 0.053;

/**
 * The paper's Fig. 9: test error of the classifiers that it compares. A number measured here stands below the paper's
 * number for the same classifier, with an error bar of one standard deviation to each side.
 */
export function paperClassifiers(paper: PaperJson): Figure {
  const { quick } = given("paperClassifiers", "paper", paper);
  const bars = publishedClassifiers.flatMap(({ name, error, ours }) => {
    const theirs = {
      name,
      value: error,
      text: percent(error, 2, "short"),
      title: `${name}: ${percent(error)} in the paper`,
    };
    const spread = ours && over(setupOf(paper, ours === "distorted"), lastTestError);
    if (!spread) return [theirs];
    const { n, mean, deviation } = spread;
    const measured = {
      name: `${name}, here`,
      value: mean,
      text: spreadText(spread),
      colour: "var(--training)",
      strong: true,
      title: `${name}, measured here: ${spreadText(spread)} (${n === 1 ? "one seed" : `${n} seeds`})`,
      ...(n > 1 && { range: [Math.max(0, mean - deviation), mean + deviation] as const }),
    };
    return [theirs, measured];
  });
  return barChart({
    title: "Test error",
    note: quickNote(quick, "grey: the paper, blue: measured here"),
    bars,
    longest: LONGEST,
    maxName: 180,
    colour: "var(--soft)",
    empty: "",
    width: 420,
  });
}
