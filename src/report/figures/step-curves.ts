import { oneOf } from "../../core/errors.ts";
import type { Figure } from "../drawing/figure.ts";
import { lineChart } from "../drawing/line-chart.ts";
import { decimal } from "../drawing/numbers.ts";
import type { StepsJson } from "../results.ts";
import { given } from "./given.ts";

export interface StepLossOptions {
  /** Axis of the loss; default "linear". "log" leaves out losses that are not above 0. */
  readonly scale?: "linear" | "log";
}

/** The loss of the training images by step. */
export function stepLosses(steps: StepsJson, { scale = "linear" }: StepLossOptions = {}): Figure {
  given("stepLosses", "steps", steps);
  oneOf("stepLosses: scale", scale, ["linear", "log"]);
  const means = steps.every === 1 ? [] : [`means of ${steps.every} steps each`];
  const note = [...(scale === "log" ? ["logarithmic"] : []), ...means].join("; ");
  return byStep(steps, "Loss by step", note, [{ name: "Loss", colour: "var(--training)", ys: steps.loss }], scale);
}

/** The learning rate by step. */
export function learningRates(steps: StepsJson): Figure {
  given("learningRates", "steps", steps);
  return byStep(steps, "Learning rate", "", [
    { name: "Learning rate", colour: "var(--training)", ys: steps.learningRate },
  ]);
}

/** Euclidean norm of the whole gradient by step: the mean and, where an entry stands for several steps, the largest. */
export function gradientNorms(steps: StepsJson): Figure {
  given("gradientNorms", "steps", steps);
  const mean = { name: "mean", colour: "var(--training)", ys: steps.gradientNorm };
  const largest = { name: "largest", colour: "var(--validation)", ys: steps.maxGradientNorm };
  if (steps.every === 1) return byStep(steps, "Gradient norm", "", [{ ...mean, name: "Gradient norm" }]);
  return byStep(steps, "Gradient norm", `of ${steps.every} steps each`, [largest, mean]);
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
