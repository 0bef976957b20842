import type { Figure } from "../drawing/figure.ts";
import { lineChart } from "../drawing/line-chart.ts";
import { percent } from "../drawing/numbers.ts";
import type { Point } from "../drawing/points.ts";
import { given } from "../figures/given.ts";
import { type Spread, spreadsOf } from "../statistics/spread.ts";
import type { PaperJson } from "./paper-results.ts";
import { published } from "./published.ts";
import { mainSetup, PAPERS_KEY, quickNote } from "./setups.ts";

/**
 * The paper's Fig. 5: test and training error by pass. Lines are means over the seeds, bands their range; rings are the
 * paper's numbers after the first pass and at the end.
 */
export function paperTraining(paper: PaperJson): Figure {
  const { quick } = given("paperTraining", "paper", paper);
  const runs = mainSetup(paper)?.runs ?? [];
  const test = spreadsOf(runs.map(({ testError }) => testError));
  const training = spreadsOf(runs.map(({ trainingError }) => trainingError));
  const passes = Math.max(test.length, training.length);
  const seeds = runs.length > 1 ? `${runs.length} seeds: mean, lowest to highest` : "";
  return lineChart({
    title: "Error by pass",
    note: quickNote(quick, seeds),
    series: [line("test", "var(--validation)", test), line("training", "var(--training)", training)],
    points: papers(passes),
    xLabel: "pass",
    fromZero: true,
    legend: true,
    keys: passes > 0 ? [PAPERS_KEY] : [],
    width: 340,
    height: 260,
    // Dots would hide the band.
    dots: runs.length < 2 || passes < 2,
    format: (value) => percent(value, 2, "short"),
  });
}

function line(name: string, colour: string, spreads: readonly (Spread | undefined)[]) {
  return {
    name,
    colour,
    xs: spreads.map((_, i) => i + 1),
    ys: spreads.map((spread) => spread?.mean ?? null),
    band: spreads.map((spread) => (spread && spread.n > 1 ? ([spread.min, spread.max] as const) : undefined)),
  };
}

/** The paper's numbers, as far as their passes are drawn. */
function papers(passes: number): Point[] {
  const { firstTestError, firstTrainingError, testError, trainingError, trainingErrorPass, passes: last } = published;
  const all = [
    { x: 1, y: firstTestError.value, name: "test", colour: "var(--validation)", side: "right" },
    { x: 1, y: firstTrainingError.value, name: "training", colour: "var(--training)", side: "right" },
    { x: last, y: testError.value, name: "test", colour: "var(--validation)", side: "above" },
    { x: trainingErrorPass, y: trainingError.value, name: "training", colour: "var(--training)", side: "above" },
  ] as const;
  return all
    .filter(({ x }) => x <= passes)
    .map(({ name, ...point }) => {
      const text = percent(point.y, 2, "short");
      return { ...point, text, label: `Paper: ${name} ${text} in pass ${point.x}` };
    });
}
