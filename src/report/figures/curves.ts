import type { Figure } from "../drawing/figure.ts";
import { lineChart } from "../drawing/line-chart.ts";
import { decimal, isNumber, percent } from "../drawing/numbers.ts";
import type { HistoryJson, Num } from "../results.ts";

export interface CurveOptions {
  /** The epoch to mark, whose weights were kept; default the history's `chosen`. */
  readonly chosen?: number;
}

export interface LossCurveOptions extends CurveOptions {
  /** Of the axis of the loss; default "linear". */
  readonly scale?: "linear" | "log";
}

/** Loss by epoch, on the training and the validation images. An epoch without a number leaves a gap, and is named. */
export function lossCurves(history: HistoryJson, options: LossCurveOptions = {}): Figure {
  return curves(history, "Loss", "loss", { ...options, format: decimal });
}

/** Accuracy by epoch, on the training and the validation images. */
export function accuracyCurves(history: HistoryJson, options: CurveOptions = {}): Figure {
  return curves(history, "Accuracy", "accuracy", {
    ...options,
    most: 1,
    format: (value) => percent(value, 2, "short"),
  });
}

/** Seconds each epoch took. */
export function epochTimes({ epochs, history }: HistoryJson): Figure {
  const series = [{ name: "Time", colour: "var(--training)", xs: epochs, ys: history.seconds ?? [] }];
  const format = (value: Num) => (isNumber(value) ? `${decimal(value)} s` : "–");
  return lineChart({ title: "Time", note: "per epoch", series, xLabel: "epoch", fromZero: true, format });
}

function curves(
  { epochs, history, chosen: known }: HistoryJson,
  title: string,
  name: string,
  options: LossCurveOptions & { format: (value: Num) => string; most?: number },
): Figure {
  const { chosen = known, ...rest } = options;
  const series = [
    { name: "training", colour: "var(--training)", xs: epochs, ys: history[name] ?? [] },
    { name: "validation", colour: "var(--validation)", xs: epochs, ys: history[`val_${name}`] ?? [] },
  ].filter(({ ys }) => ys.length > 0);
  const mark = chosen === undefined ? undefined : { x: chosen, text: `epoch ${chosen} kept` };
  return lineChart({ ...rest, title, series, xLabel: "epoch", mark, legend: true });
}
