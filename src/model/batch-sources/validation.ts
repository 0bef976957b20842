import type { Signal } from "../../core/signal.ts";
import { SourceHandle } from "../../engine/source-handle.ts";
import type { Logs } from "../../training/history.ts";
import type { ModelCore, TrainingState } from "../core.ts";
import { dataShape, labelledSamples, type Samples } from "../data.ts";
import { evaluate, evaluateSamples } from "../evaluate.ts";
import type { FitConfig } from "../fit-options.ts";
import { isBatches } from "../given-data.ts";
import { NotFinite } from "../not-finite.ts";
import { targetsOf } from "../objectives.ts";
import { addSteps, emptyTotals, means } from "../totals.ts";

/** Validation after every epoch. */
export interface Validation {
  /** Images for validation, 0 for none; undefined for a stream. */
  readonly images: number | undefined;
  /** Evaluates the validation data: the `val_` numbers, none without such data. */
  run(): Promise<Logs>;
  /** Frees the memory of the images. */
  release(): void;
}

/** Validation with the option `validationData`. Images in memory are checked once, before training. */
export function validationOf(
  core: ModelCore,
  training: TrainingState,
  { validationData: data, signal }: FitConfig,
): Validation {
  if (!data) return { images: 0, run: async () => ({}), release: () => {} };
  if (isBatches(data)) {
    const run = async () => {
      const result = await evaluate(core, data, training, { signal }).catch((error: unknown) => {
        if (error instanceof NotFinite) return { loss: Number.NaN };
        throw error;
      });
      return Object.fromEntries(Object.entries(result).map(([name, value]) => [`val_${name}`, value as number]));
    };
    return { images: undefined, run, release: () => {} };
  }
  const samples = labelledSamples(data, dataShape(core.graph, targetsOf(core.graph, training.objectives)));
  const handle = new SourceHandle(samples.source);
  const run = () => validated(core, training, samples, handle, { first: 0, count: samples.count, signal });
  return { images: samples.count, run, release: () => handle.release() };
}

/** The `val_` numbers of some images of a source. */
export async function validated(
  core: ModelCore,
  { objectives }: TrainingState,
  samples: Samples,
  handle: SourceHandle,
  range: { readonly first: number; readonly count: number; readonly signal: Signal | undefined },
): Promise<Logs> {
  const { steps } = await evaluateSamples(core, samples, handle, { objectives, ...range });
  const targets = targetsOf(core.graph, objectives);
  const totals = emptyTotals(targets);
  addSteps(totals, steps);
  return means(totals, targets, "val_");
}
