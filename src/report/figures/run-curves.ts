import { checkOptions, InputError, oneOf, shown } from "../../core/errors.ts";
import type { Figure } from "../drawing/figure.ts";
import { lineChart } from "../drawing/line-chart.ts";
import { decimal, percent } from "../drawing/numbers.ts";
import { seriesLook } from "../drawing/theme.ts";
import type { HistoryJson } from "../results.ts";
import { given } from "./given.ts";

/** The history of one of several runs. */
export interface NamedHistory extends HistoryJson {
  /** A short name for the legend. */
  readonly name: string;
}

/** Options of {@link runCurves}. */
export interface RunCurveOptions {
  /** Name of the metric in the history; default "val_loss", or "loss" where no run has it. */
  readonly metric?: string;
  /** Scale of the y axis; default "linear". "log" leaves out values that are not above 0. */
  readonly scale?: "linear" | "log";
}

/** One metric of several runs by epoch. Beyond six runs the colours repeat, with dashed lines. */
export function runCurves(runs: readonly NamedHistory[], options: RunCurveOptions = {}): Figure {
  checkOptions("runCurves", options, ["metric", "scale"]);
  if (!Array.isArray(runs)) throw new InputError(`runCurves: expected a list of histories, got ${shown(runs)}`);
  for (const run of runs) given("runCurves", "history", run);
  oneOf("runCurves: scale", options.scale ?? "linear", ["linear", "log"]);
  const known = runs.some(({ history }) => history.val_loss);
  const { metric = known ? "val_loss" : "loss", scale } = options;
  const isShare = metric.endsWith("accuracy");
  const series = runs.map(({ name, epochs, history }, i) => ({
    name,
    ...seriesLook(i),
    xs: epochs,
    ys: history[metric] ?? epochs.map(() => null),
  }));
  return lineChart({
    title: titleOf(metric),
    series: series.filter((_, i) => runs[i].history[metric]),
    xLabel: "epoch",
    scale,
    ...(isShare && { max: 1 }),
    format: isShare ? (value) => percent(value, 2, "short") : decimal,
  });
}

/** "val_loss" -> "Validation loss" */
function titleOf(metric: string): string {
  const text = metric.replace(/^(val_)?/, (prefix) => (prefix ? "validation " : "training ")).replaceAll("_", " ");
  return text[0].toUpperCase() + text.slice(1);
}
