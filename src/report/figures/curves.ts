import { checkOptions, oneOf } from "../../core/errors.ts";
import type { Figure } from "../drawing/figure.ts";
import { lineChart } from "../drawing/line-chart.ts";
import { decimal, isNumber, percent } from "../drawing/numbers.ts";
import type { HistoryJson, Num } from "../results.ts";
import { given } from "./given.ts";

/** Options of {@link accuracyCurves}. */
export interface CurveOptions {
  /** The epoch to mark, whose weights the model has; default the history's `chosen`. */
  readonly chosen?: number;
}

/** Options of {@link lossCurves}. */
export interface LossCurveOptions extends CurveOptions {
  /** Scale of the loss axis; default "linear". "log" leaves out losses that are not above 0. */
  readonly scale?: "linear" | "log";
}

/**
 * Training and validation loss by epoch, with a ring around the lowest validation loss. An epoch without a number
 * leaves a gap and is named below the chart.
 */
export function lossCurves(history: HistoryJson, options: LossCurveOptions = {}): Figure {
  checkOptions("lossCurves", options, ["chosen", "scale"]);
  const { scale = "linear" } = options;
  oneOf("lossCurves: scale", scale, ["linear", "log"]);
  const note = scale === "log" ? ["logarithmic"] : [];
  return curves(given("lossCurves", "history", history), "Loss curves", "loss", {
    ...options,
    note,
    lowestIsBest: true,
    format: decimal,
  });
}

/** Training and validation accuracy by epoch, with a ring around the highest validation accuracy. */
export function accuracyCurves(history: HistoryJson, options: CurveOptions = {}): Figure {
  checkOptions("accuracyCurves", options, ["chosen"]);
  return curves(given("accuracyCurves", "history", history), "Accuracy curves", "accuracy", {
    ...options,
    max: 1,
    format: (value) => percent(value, 2, "short"),
  });
}

/** Time of each epoch in seconds. */
export function epochTimes(times: HistoryJson): Figure {
  const { epochs, history } = given("epochTimes", "history", times);
  const series = [{ name: "Time", colour: "var(--training)", xs: epochs, ys: history.seconds ?? [] }];
  const format = (value: Num) => (isNumber(value) ? `${decimal(value)} s` : "–");
  return lineChart({ title: "Time per epoch", series, xLabel: "epoch", fromZero: true, format });
}

interface CurvesOf extends LossCurveOptions {
  readonly format: (value: Num) => string;
  readonly max?: number;
  /** Default false: the highest value is the best. */
  readonly lowestIsBest?: boolean;
  /** Text at the start of the note. */
  readonly note?: readonly string[];
}

function curves(
  { epochs, history, chosen: known }: HistoryJson,
  title: string,
  name: string,
  options: CurvesOf,
): Figure {
  const { chosen = known, lowestIsBest = false, note = [], ...rest } = options;
  const validation = history[`val_${name}`] ?? [];
  const best = bestOf(validation.slice(0, epochs.length), lowestIsBest);
  const series = [
    { name: "training", colour: "var(--training)", xs: epochs, ys: history[name] ?? [] },
    { name: "validation", colour: "var(--validation)", xs: epochs, ys: validation, best },
  ].filter(({ ys }) => ys.length > 0);
  const ring = `ring: ${lowestIsBest ? "lowest" : "highest"} validation ${name}, epoch ${epochs[best ?? 0]}`;
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

/** Index of the first best value; undefined where there are fewer than two values. */
function bestOf(values: readonly Num[], lowestIsBest: boolean): number | undefined {
  const known = values.filter(isNumber);
  if (known.length < 2) return undefined;
  return values.indexOf(known.reduce(lowestIsBest ? (a, b) => Math.min(a, b) : (a, b) => Math.max(a, b)));
}
