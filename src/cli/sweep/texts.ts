import { decimal, percent } from "../../report/drawing/numbers.ts";
import type { Num } from "../../report/results.ts";
import type { Metric } from "../../sweep/measure.ts";
import type { Settings } from "../../sweep/settings.ts";

/** A value of the metric for people. */
export function metricText(metric: Metric, value: Num | undefined): string {
  return metric === "val_accuracy" ? percent(value) : decimal(value, "full");
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
