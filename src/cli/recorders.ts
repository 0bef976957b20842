import { type Callback, stepRecorder, weightRecorder } from "../index.ts";
import { readRunJson, writeRunJson } from "./run-folder.ts";

/** What a run records beside its history. */
export interface Recorders {
  readonly callbacks: readonly Callback[];
  /** Writes `steps.json` and `weights.json`. */
  save(): Promise<void>;
}

/** Recorders that go on after the `epochs` and `batches` a run has learned from. */
export async function recordersOf(run: string, epochs: number, batches: number): Promise<Recorders> {
  const steps = stepRecorder({ before: await stepsBefore(run, batches) });
  const weights = weightRecorder({ before: await weightsBefore(run, epochs) });
  return {
    callbacks: [steps, weights],
    async save() {
      await writeRunJson(run, "steps.json", rounded(steps.steps));
      await writeRunJson(run, "weights.json", rounded(weights.histograms));
    },
  };
}

/** What is known of the batches before; a batch whose epoch did not end is learned from again. */
async function stepsBefore(run: string, batches: number) {
  const saved = batches > 0 ? await readRunJson(run, "steps.json") : undefined;
  if (!saved) return undefined;
  const kept = saved.iterations.filter((iteration) => iteration < batches).length;
  const numbers = (values: readonly (number | null)[]) => values.slice(0, kept).map((value) => value ?? Number.NaN);
  return {
    every: saved.every,
    iterations: saved.iterations.slice(0, kept),
    loss: numbers(saved.loss),
    learningRate: numbers(saved.learningRate),
    gradientNorm: numbers(saved.gradientNorm),
    gradientNormMost: numbers(saved.gradientNormMost),
  };
}

async function weightsBefore(run: string, epochs: number) {
  const saved = epochs > 0 ? await readRunJson(run, "weights.json") : undefined;
  if (!saved) return undefined;
  const kept = saved.epochs.map((epoch) => epoch <= epochs);
  const number = (value: number | null) => value ?? Number.NaN;
  const histograms = Object.entries(saved.weights).map(
    ([path, list]) =>
      [
        path,
        list
          .filter((_, i) => kept[i])
          .map(({ least, most, counts }) => ({ least: number(least), most: number(most), counts })),
      ] as const,
  );
  return { epochs: saved.epochs.filter((_, i) => kept[i]), weights: Object.fromEntries(histograms) };
}

/** Six digits are more than a picture shows. */
function rounded<Value>(value: Value): Value {
  return JSON.parse(JSON.stringify(value), (_, part) =>
    typeof part === "number" && !Number.isInteger(part) ? Number(part.toPrecision(6)) : part,
  );
}
