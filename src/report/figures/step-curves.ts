import { checkOptions, oneOf } from "../../core/errors.ts";
import type { Figure } from "../drawing/figure.ts";
import { lineChart } from "../drawing/line-chart.ts";
import { decimal } from "../drawing/numbers.ts";
import type { StepsJson } from "../results.ts";
import { given } from "./given.ts";

/** Options of {@link stepLosses}. */
export interface StepLossOptions {
  /** Scale of the loss axis; default "linear". "log" leaves out losses that are not above 0. */
  readonly scale?: "linear" | "log";
}

/** Training loss by step. */
export function stepLosses(steps: StepsJson, options: StepLossOptions = {}): Figure {
  checkOptions("stepLosses", options, ["scale"]);
  const { scale = "linear" } = options;
  given("stepLosses", "steps", steps);
  oneOf("stepLosses: scale", scale, ["linear", "log"]);
  const means = steps.every === 1 ? [] : [`mean of every ${steps.every} steps`];
  const note = [...(scale === "log" ? ["logarithmic"] : []), ...means].join("; ");
  return byStep(steps, "Loss by step", note, [{ name: "Loss", colour: "var(--training)", ys: steps.loss }], scale);
}

/** Learning rate by step. */
export function learningRates(steps: StepsJson): Figure {
  given("learningRates", "steps", steps);
  return byStep(steps, "Learning rate", "", [
    { name: "Learning rate", colour: "var(--training)", ys: steps.learningRate },
  ]);
}

/** Euclidean norm of the gradient of all weights by step; where an entry covers several steps, mean and largest. */
export function gradientNorms(steps: StepsJson): Figure {
  given("gradientNorms", "steps", steps);
  const mean = { name: "mean", colour: "var(--training)", ys: steps.gradientNorm };
  const largest = { name: "largest", colour: "var(--validation)", ys: steps.maxGradientNorm };
  if (steps.every === 1) return byStep(steps, "Gradient norm", "", [{ ...mean, name: "Gradient norm" }]);
  return byStep(steps, "Gradient norm", `largest and mean of every ${steps.every} steps`, [largest, mean]);
}

function byStep(
  steps: StepsJson,
  title: string,
  note: string,
  lines: readonly { name: string; colour: string; ys: StepsJson["loss"] }[],
  scale: "linear" | "log" = "linear",
): Figure {
  const series = lines.map((line) => ({ ...line, xs: steps.iterations }));
  return lineChart({
    title,
    note,
    series,
    xLabel: "step",
    scale,
    fromZero: scale === "linear",
    format: decimal,
    dots: false,
  });
}
