import { oneOf } from "../../core/errors.ts";
import type { Figure } from "../drawing/figure.ts";
import { lineChart } from "../drawing/line-chart.ts";
import { decimal, isNumber, percent } from "../drawing/numbers.ts";
import type { HistoryJson, Num } from "../results.ts";
import { given } from "./given.ts";

export interface CurveOptions {
  /** The epoch whose weights the model has, to be marked; default the history's `chosen`. */
  readonly chosen?: number;
}

export interface LossCurveOptions extends CurveOptions {
  /** Axis of the loss; default "linear". "log" leaves out losses that are not above 0. */
  readonly scale?: "linear" | "log";
}

/**
 * Loss by epoch, on the training and the validation images, with a ring around the lowest of the latter. An epoch
 * without a number leaves a gap and is named below.
 */
export function lossCurves(history: HistoryJson, options: LossCurveOptions = {}): Figure {
  const { scale = "linear" } = options;
  oneOf("lossCurves: scale", scale, ["linear", "log"]);
  const note = scale === "log" ? ["logarithmic"] : [];
  return curves(given("lossCurves", "history", history), "Loss curves", "loss", {
    ...options,
    note,
    least: true,
    format: decimal,
  });
}

/** Accuracy by epoch, on the training and the validation images, with a ring around the highest of the latter. */
export function accuracyCurves(history: HistoryJson, options: CurveOptions = {}): Figure {
  return curves(given("accuracyCurves", "history", history), "Accuracy curves", "accuracy", {
    ...options,
    most: 1,
    format: (value) => percent(value, 2, "short"),
  });
}

/** Seconds each epoch took. */
export function epochTimes(times: HistoryJson): Figure {
  const { epochs, history } = given("epochTimes", "history", times);
  const series = [{ name: "Time", colour: "var(--training)", xs: epochs, ys: history.seconds ?? [] }];
  const format = (value: Num) => (isNumber(value) ? `${decimal(value)} s` : "–");
  return lineChart({ title: "Time per epoch", series, xLabel: "epoch", fromZero: true, format });
}

interface CurvesOf extends LossCurveOptions {
  readonly format: (value: Num) => string;
  readonly most?: number;
  /** The smallest value is the best; default false. */
  readonly least?: boolean;
  /** The first parts of the note. */
  readonly note?: readonly string[];
}

function curves(
  { epochs, history, chosen: known }: HistoryJson,
  title: string,
  name: string,
  options: CurvesOf,
): Figure {
  const { chosen = known, least = false, note = [], ...rest } = options;
  const validation = history[`val_${name}`] ?? [];
  const best = bestOf(validation.slice(0, epochs.length), least);
  const series = [
    { name: "training", colour: "var(--training)", xs: epochs, ys: history[name] ?? [] },
    { name: "validation", colour: "var(--validation)", xs: epochs, ys: validation, best },
  ].filter(({ ys }) => ys.length > 0);
  const ring = `ring: ${least ? "lowest" : "highest"} validation ${name}, epoch ${epochs[best ?? 0]}`;
  const kept = `weights of epoch ${chosen}${chosen === epochs.at(-1) ? ", the last" : ""}`;
  return lineChart({
    ...rest,
    title,
    series,
    xLabel: "epoch",
    legend: true,
    note: [...note, ...(best === undefined ? [] : [ring])].join("; "),
    mark: chosen === undefined ? undefined : { x: chosen, text: kept },
  });
}

/** The first place of the least, or the most; undefined where there is nothing to choose between. */
function bestOf(values: readonly Num[], least: boolean): number | undefined {
  const known = values.filter(isNumber);
  if (known.length < 2) return undefined;
  return values.indexOf(known.reduce(least ? (a, b) => Math.min(a, b) : (a, b) => Math.max(a, b)));
}
