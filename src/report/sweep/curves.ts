import type { Figure } from "../drawing/figure.ts";
import { lineChart } from "../drawing/line-chart.ts";
import { isNumber } from "../drawing/numbers.ts";
import { seriesLook } from "../drawing/theme.ts";
import type { Num } from "../results.ts";
import type { SweepJson, TrialJson } from "./sweep-results.ts";
import { metricName, metricText, valued } from "./values.ts";

/** Trials with a colour of their own. */
const MAX_CURVES = 6;

/** The metric by epoch, of the best trials; means over their trainings. Trials with the same values share a curve. */
export function trialCurves(sweep: SweepJson): Figure {
  const trials = valued(sweep);
  const best = trials.slice(0, MAX_CURVES);
  const curves = new Map<string, { readonly of: number[]; readonly ys: readonly Num[] }>();
  for (const trial of best) {
    const ys = meansByEpoch(trial);
    const key = ys.join();
    curves.set(key, { ys, of: [...(curves.get(key)?.of ?? []), trial.trial] });
  }
  const series = [...curves.values()].map(({ of, ys }, i) => ({
    ...{ name: curveName(of), ...seriesLook(i), ys },
    xs: ys.map((_, epoch) => epoch + 1),
  }));
  return lineChart({
    title: `${metricName(sweep)} by epoch`.replace(/^v/, "V"),
    note: trials.length > best.length ? `the ${best.length} best of ${trials.length} trials` : "",
    series,
    xLabel: "epoch",
    legend: true,
    format: (value) => metricText(sweep, value),
    ...(sweep.metric === "val_accuracy" && { max: 1 }),
  });
}

/** `trial 1`, or `trials 1, 3 and 5 (same curve)` */
function curveName(trials: readonly number[]): string {
  const last = trials.at(-1)!;
  return trials.length === 1 ? `trial ${last}` : `trials ${trials.slice(0, -1).join(", ")} and ${last} (same curve)`;
}

function meansByEpoch({ trainings, epochs }: TrialJson): Num[] {
  return Array.from({ length: epochs }, (_, i) => {
    const values = trainings.map(({ values }) => values[i]).filter(isNumber);
    return values.length < trainings.length ? null : values.reduce((sum, value) => sum + value, 0) / values.length;
  });
}
