import type { Figure } from "../drawing/figure.ts";
import { lineChart } from "../drawing/line-chart.ts";
import { isNumber } from "../drawing/numbers.ts";
import { seriesLook } from "../drawing/theme.ts";
import type { Num } from "../results.ts";
import type { SweepJson, TrialJson } from "./sweep-results.ts";
import { metricName, metricText, valued } from "./values.ts";

/** Trials with a colour of their own. */
const MAX_CURVES = 6;

/** The metric by epoch, of the best trials; means over their trainings. */
export function trialCurves(sweep: SweepJson): Figure {
  const trials = valued(sweep);
  const series = trials.slice(0, MAX_CURVES).map((trial, i) => {
    const ys = meansByEpoch(trial);
    return { name: `trial ${trial.trial}`, ...seriesLook(i), xs: ys.map((_, epoch) => epoch + 1), ys };
  });
  return lineChart({
    title: `${metricName(sweep)} by epoch`.replace(/^v/, "V"),
    note: trials.length > series.length ? `the ${series.length} best of ${trials.length} trials` : "",
    series,
    xLabel: "epoch",
    legend: true,
    format: (value) => metricText(sweep, value),
    ...(sweep.metric === "val_accuracy" && { max: 1 }),
  });
}

function meansByEpoch({ trainings, epochs }: TrialJson): Num[] {
  return Array.from({ length: epochs }, (_, i) => {
    const values = trainings.map(({ values }) => values[i]).filter(isNumber);
    return values.length < trainings.length ? null : values.reduce((sum, value) => sum + value, 0) / values.length;
  });
}
