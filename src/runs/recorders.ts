import { allEnded } from "../core/all-ended.ts";
import type { StepsJson, WeightHistogramsJson } from "../report/results.ts";
import type { Callback } from "../training/callbacks/callback.ts";
import { type Steps, stepRecorder } from "../training/callbacks/step-recorder.ts";
import { type WeightHistograms, weightRecorder } from "../training/callbacks/weight-recorder.ts";
import { type Run, writeRunFile } from "./run.ts";

/** Records of a run in addition to its history. */
export interface Recorders {
  readonly callbacks: readonly Callback[];
  /** The content of `steps.json`; it changes while the model trains. */
  readonly steps: Steps;
  /** The content of `weights.json`; it changes while the model trains. */
  readonly weights: WeightHistograms;
}

/** What earlier recorders of a run recorded. */
export interface EarlierRecords {
  readonly steps?: StepsJson | undefined;
  readonly weights?: WeightHistogramsJson | undefined;
}

/** Recorders that continue earlier records. */
export function recordersOf({ steps: earlierSteps, weights: earlierWeights }: EarlierRecords): Recorders {
  const steps = stepRecorder({ before: earlierSteps && withNaN<Steps>(earlierSteps) });
  const weights = weightRecorder({ before: earlierWeights && withNaN<WeightHistograms>(earlierWeights) });
  return {
    callbacks: [steps, weights],
    get steps() {
      return steps.steps;
    },
    get weights() {
      return weights.histograms;
    },
  };
}

/** The records in the files of a run whose model was saved at the end of an epoch, after `batches` steps. */
export async function savedRecords(run: Run, epochs: number, batches: number): Promise<EarlierRecords> {
  const steps = batches > 0 ? await run.read("steps.json") : undefined;
  const weights = epochs > 0 ? await run.read("weights.json") : undefined;
  return { steps: steps && firstSteps(steps, batches), weights: weights && firstHistograms(weights, epochs) };
}

/** Writes `steps.json` and `weights.json`. */
export async function saveRecords(run: Run, { steps, weights }: Recorders): Promise<void> {
  // Entries of the steps are means that go on: another digit would change what follows.
  await allEnded([writeRunFile(run, "steps.json", steps), writeRunFile(run, "weights.json", rounded(weights))]);
}

/** The records of the first steps: those of an epoch that did not end are made again. */
function firstSteps({ every, ...columns }: StepsJson, batches: number): StepsJson {
  const kept = columns.iterations.filter((iteration) => iteration < batches).length;
  const firsts = Object.entries(columns).map(([name, values]) => [name, values.slice(0, kept)]);
  return { every, ...Object.fromEntries(firsts) };
}

function firstHistograms({ epochs, weights }: WeightHistogramsJson, last: number): WeightHistogramsJson {
  const isKept = epochs.map((epoch) => epoch <= last);
  const kept = <Item>(list: readonly Item[]) => list.filter((_, i) => isKept[i]);
  const histograms = Object.entries(weights).map(([path, list]) => [path, kept(list)]);
  return { epochs: kept(epochs), weights: Object.fromEntries(histograms) };
}

/** JSON has null for NaN. */
function withNaN<Records>(records: object): Records {
  return JSON.parse(JSON.stringify(records), (_, part) => part ?? Number.NaN);
}

/** Rounded to six digits: more than a figure can show. */
function rounded<Value>(value: Value): Value {
  return JSON.parse(JSON.stringify(value), (_, part) =>
    typeof part === "number" && !Number.isInteger(part) ? Number(part.toPrecision(6)) : part,
  );
}
