import { counted, decimal, percent } from "../../report/drawing/numbers.ts";
import type { Num } from "../../report/results.ts";
import type { TrialJson } from "../../report/sweep/sweep-results.ts";
import { epochsText } from "../../report/sweep/values.ts";
import { type Measure, type Metric, meanText } from "../../sweep/measure.ts";
import type { Settings } from "../../sweep/settings.ts";

/** A value of the metric for people. */
export function metricText(metric: Metric, value: Num | undefined): string {
  return metric === "val_accuracy" ? percent(value) : decimal(value, "full");
}

/** `val_accuracy 95.56% after 2 epochs` */
export function valueText({ value, epochs }: TrialJson, { metric }: Measure): string {
  return `${metric} ${metricText(metric, value)} after ${counted(epochs, "epoch")}`;
}

/** `trial 3, val_accuracy 95.56% after 2 epochs, mean of 2 seeds`; `after 2 of 9 epochs` of a training that is not whole */
export function trialText(trial: TrialJson, measure: Measure): string {
  const mean = meanText(measure);
  const value = `${measure.metric} ${metricText(measure.metric, trial.value)} after ${epochsText(trial)}`;
  return `trial ${trial.trial}, ${value}${mean === undefined ? "" : `, ${mean}`}`;
}

/** `learning-rate 0.01, augment none` */
export function settingsText(settings: Settings): string {
  return Object.entries(settings)
    .map(([name, value]) => `${name} ${value}`)
    .join(", ");
}

const bars = [..."▁▂▃▄▅▆▇█"];

/** Values as small bars between a least and a most: `▁▅▇█`. */
export function trendText(values: readonly Num[], [least, most]: readonly [number, number]): string {
  return values
    .map((value) => {
      if (value === null || !Number.isFinite(value)) return " ";
      const share = most > least ? (value - least) / (most - least) : 1;
      return bars[Math.min(bars.length - 1, Math.max(0, Math.floor(share * bars.length)))];
    })
    .join("");
}
