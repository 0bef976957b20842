import * as v from "valibot";
import { checkedOptions, type OptionsOf, optional, whole } from "../../core/options.ts";
import type { BatchLogs, Callback } from "./callback.ts";
import { recorded } from "./recorded.ts";
import { anyNumber, rememberedBy, wholeNumber } from "./remembered.ts";

/** Numbers by step, in columns. Plain JSON; in JSON text a NaN is null. */
export interface Steps {
  /** Batches in an entry. */
  every: number;
  /** The number of batches before the first of an entry, over all epochs. */
  iterations: number[];
  /** Means of the batches' losses. */
  loss: number[];
  /** The learning rate of an entry's first batch. */
  learningRate: number[];
  /** Means of the batches' gradient norms: the Euclidean norm of the whole gradient. */
  gradientNorm: number[];
  /** The largest gradient norm among an entry's batches. */
  maxGradientNorm: number[];
}

const options = {
  /**
   * The most entries that are kept, at least 2; beyond it, entries are joined in pairs, so that each stands for twice
   * as many batches. Default 1000.
   */
  maxEntries: optional(whole(2), 1000),
  /** The steps that an earlier part of the training recorded; the recorder continues them. Default: none. */
  before: optional(recorded<Steps>("iterations"), undefined),
};

const numbers = v.array(anyNumber);
const memory = v.pipe(
  v.object({
    every: v.pipe(wholeNumber, v.minValue(1)),
    iterations: v.array(wholeNumber),
    loss: numbers,
    learningRate: numbers,
    gradientNorm: numbers,
    maxGradientNorm: numbers,
    inLast: v.nullable(wholeNumber),
  }),
  v.check(
    ({ every: _, inLast: __, ...columns }) => new Set(Object.values(columns).map(({ length }) => length)).size === 1,
    "expected columns of one length",
  ),
);

/** A callback that records numbers by step. */
export interface StepRecorder extends Callback {
  /** The numbers so far; they change while the model trains. */
  readonly steps: Steps;
}

/** Options of {@link stepRecorder}. */
export interface StepRecorderOptions extends OptionsOf<typeof options> {}

/**
 * Records loss, learning rate and gradient norm while a model trains, in bounded space: `recorder.steps`.
 * @throws InputError for options that are unknown or out of range
 */
export function stepRecorder(given: StepRecorderOptions = {}): StepRecorder {
  const { before, maxEntries } = checkedOptions("stepRecorder", options, given);
  const steps: Steps = before
    ? structuredClone(before)
    : { every: 1, iterations: [], loss: [], learningRate: [], gradientNorm: [], maxGradientNorm: [] };
  /** Batches in the last entry so far; of an earlier recording, the next batch says it. */
  let inLast: number | null = null;
  return {
    steps,
    memory: {
      name: "stepRecorder",
      get() {
        const columns = Object.entries(steps).map(([name, values]) => [
          name,
          Array.isArray(values) ? [...values] : values,
        ]);
        return { json: { ...Object.fromEntries(columns), inLast } };
      },
      set({ json }) {
        const { inLast: count, ...columns } = rememberedBy("stepRecorder", memory, json);
        Object.assign(steps, columns);
        inLast = count;
      },
    },
    onBatches(batches) {
      for (const batch of batches) {
        inLast ??= batch.iteration - (steps.iterations.at(-1) ?? batch.iteration);
        inLast = inLast > 0 && inLast < steps.every ? join(steps, batch, inLast) : begin(steps, batch);
        if (steps.iterations.length > maxEntries && inLast === steps.every) inLast = halve(steps);
      }
    },
  };
}

function begin(steps: Steps, { iteration, logs, learningRate, gradientNorm }: BatchLogs): number {
  steps.iterations.push(iteration);
  steps.loss.push(logs.loss!);
  steps.learningRate.push(learningRate);
  steps.gradientNorm.push(gradientNorm);
  steps.maxGradientNorm.push(gradientNorm);
  return 1;
}

/** Adds a batch to the last entry, which has `count`; returns the new count. */
function join(steps: Steps, { logs, gradientNorm }: BatchLogs, count: number): number {
  const last = steps.iterations.length - 1;
  steps.loss[last] += (logs.loss! - steps.loss[last]) / (count + 1);
  steps.gradientNorm[last] += (gradientNorm - steps.gradientNorm[last]) / (count + 1);
  steps.maxGradientNorm[last] = Math.max(steps.maxGradientNorm[last], gradientNorm);
  return count + 1;
}

/** Joins entries in pairs, except a last one without a partner; returns the batches in the last entry. */
function halve(steps: Steps): number {
  const length = steps.iterations.length;
  const joined = (values: number[], both: (a: number, b: number) => number) => {
    const firsts = values.filter((_, i) => i % 2 === 0);
    return firsts.map((first, i) => (2 * i + 1 < length ? both(first, values[2 * i + 1]) : first));
  };
  const mean = (a: number, b: number) => (a + b) / 2;
  const first = (a: number) => a;
  steps.loss = joined(steps.loss, mean);
  steps.gradientNorm = joined(steps.gradientNorm, mean);
  steps.maxGradientNorm = joined(steps.maxGradientNorm, Math.max);
  steps.iterations = joined(steps.iterations, first);
  steps.learningRate = joined(steps.learningRate, first);
  steps.every *= 2;
  return length % 2 === 1 ? steps.every / 2 : steps.every;
}
