import type { Callback } from "../training/callbacks/callback.ts";
import { stepRecorder } from "../training/callbacks/step-recorder.ts";
import { weightRecorder } from "../training/callbacks/weight-recorder.ts";
import { type Run, writeRunFile } from "./run.ts";

/** Records of a run in addition to its history. */
export interface Recorders {
  readonly callbacks: readonly Callback[];
  /** Writes `steps.json` and `weights.json`. */
  save(): Promise<void>;
}

/** Recorders that continue the records of a run after `epochs` epochs and `batches` steps. */
export async function recordersOf(run: Run, epochs: number, batches: number): Promise<Recorders> {
  const steps = stepRecorder({ before: await stepsBefore(run, batches) });
  const weights = weightRecorder({ before: await weightsBefore(run, epochs) });
  return {
    callbacks: [steps, weights],
    async save() {
      await writeRunFile(run, "steps.json", rounded(steps.steps));
      await writeRunFile(run, "weights.json", rounded(weights.histograms));
    },
  };
}

/** The records of earlier steps, without those of an epoch that did not end: its steps are trained again. */
async function stepsBefore(run: Run, batches: number) {
  const saved = batches > 0 ? await run.read("steps.json") : undefined;
  if (!saved) return undefined;
  const kept = saved.iterations.filter((iteration) => iteration < batches).length;
  const numbers = (values: readonly (number | null)[]) => values.slice(0, kept).map((value) => value ?? Number.NaN);
  return {
    every: saved.every,
    iterations: saved.iterations.slice(0, kept),
    loss: numbers(saved.loss),
    learningRate: numbers(saved.learningRate),
    gradientNorm: numbers(saved.gradientNorm),
    maxGradientNorm: numbers(saved.maxGradientNorm),
  };
}

async function weightsBefore(run: Run, epochs: number) {
  const saved = epochs > 0 ? await run.read("weights.json") : undefined;
  if (!saved) return undefined;
  const kept = saved.epochs.map((epoch) => epoch <= epochs);
  const number = (value: number | null) => value ?? Number.NaN;
  const histograms = Object.entries(saved.weights).map(
    ([path, list]) =>
      [
        path,
        list.filter((_, i) => kept[i]).map(({ min, max, counts }) => ({ min: number(min), max: number(max), counts })),
      ] as const,
  );
  return { epochs: saved.epochs.filter((_, i) => kept[i]), weights: Object.fromEntries(histograms) };
}

/** Rounded to six digits: more than a figure can show. */
function rounded<Value>(value: Value): Value {
  return JSON.parse(JSON.stringify(value), (_, part) =>
    typeof part === "number" && !Number.isInteger(part) ? Number(part.toPrecision(6)) : part,
  );
}
