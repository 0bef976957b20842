import * as v from "valibot";
import { checkedOptions, type OptionsOf, optional, whole } from "../../core/options.ts";
import type { Callback } from "./callback.ts";
import { recorded } from "./recorded.ts";
import { anyNumber, rememberedBy, wholeNumber } from "./remembered.ts";

/** The distribution of a weight's numbers, in equal bins from `min` to `max`. Zeros are left out unless all are 0. */
export interface WeightHistogram {
  /** The smallest number; NaN where one is not finite. */
  readonly min: number;
  /** The largest number; NaN where one is not finite. */
  readonly max: number;
  /** Numbers in each bin, from `min` on; all 0 where a number is not finite. */
  readonly counts: readonly number[];
}

/** Histograms of the weights by epoch. Plain JSON. */
export interface WeightHistograms {
  /** The epochs kept, at equal distances, and the last one; 0 is before training. */
  epochs: number[];
  /** By `<layer>/<weight>`, one for each of those epochs. */
  weights: Record<string, WeightHistogram[]>;
}

const options = {
  /** The most bins of a histogram, at least 1; a layer of few weights has fewer. Default 40. */
  maxBins: optional(whole(1, 10_000), 40),
  /** The most epochs that are kept, at least 2; beyond it, every second one is dropped. Default 50. */
  maxEpochs: optional(whole(2), 50),
  /** The histograms that an earlier part of the training recorded; the recorder continues them. Default: none. */
  before: optional(recorded<WeightHistograms>("epochs"), undefined),
};

const histogram = v.object({ min: anyNumber, max: anyNumber, counts: v.array(wholeNumber) });
const memory = v.pipe(
  v.object({ epochs: v.array(wholeNumber), weights: v.record(v.string(), v.array(histogram)) }),
  v.check(
    ({ epochs, weights }) => Object.values(weights).every(({ length }) => length === epochs.length),
    "expected a histogram of each weight for each epoch",
  ),
);

/** A callback that records histograms of the weights. */
export interface WeightRecorder extends Callback {
  /** The histograms so far; they change while the model trains. */
  readonly histograms: WeightHistograms;
}

/** Options of {@link weightRecorder}. */
export interface WeightRecorderOptions extends OptionsOf<typeof options> {}

/**
 * Records histograms of the weights before training and after each epoch: `recorder.histograms`. If training starts
 * with an epoch that is already recorded, the old histograms are dropped.
 * @throws InputError for options that are unknown or out of range
 */
export function weightRecorder(given: WeightRecorderOptions = {}): WeightRecorder {
  const { before, maxBins, maxEpochs } = checkedOptions("weightRecorder", options, given);
  const histograms: WeightHistograms = before ? structuredClone(before) : { epochs: [], weights: {} };
  return {
    histograms,
    memory: {
      name: "weightRecorder",
      get: () => ({
        json: {
          epochs: [...histograms.epochs],
          weights: Object.fromEntries(Object.entries(histograms.weights).map(([path, list]) => [path, [...list]])),
        },
      }),
      set({ json }) {
        Object.assign(histograms, rememberedBy("weightRecorder", memory, json));
      },
    },
    onEpochBegin(epoch, context) {
      // Within an epoch, the weights are no longer those of its beginning.
      if (context.continued?.epoch === epoch) return;
      const last = histograms.epochs.at(-1) ?? Number.NEGATIVE_INFINITY;
      // The records belong to an earlier training.
      if (epoch <= last) keep(() => false);
      // The epoch before is recorded already, except at the start of a call of fit.
      if (epoch - 1 !== last) record(epoch - 1, context.getWeights());
    },
    onEpochEnd(epoch, _, context) {
      record(epoch, context.getWeights());
    },
  };

  function record(epoch: number, weights: ReadonlyMap<string, Float32Array>): void {
    histograms.epochs.push(epoch);
    for (const [path, values] of weights) {
      histograms.weights[path] ??= [];
      histograms.weights[path].push(histogramOf(values, maxBins));
    }
    thinOut();
  }

  /** Keeps epochs at equal distances from the first, and the last one. */
  function thinOut(): void {
    const [first, second] = histograms.epochs;
    const last = histograms.epochs.at(-1);
    let distance = histograms.epochs.length > 2 ? second - first : 1;
    const keepEvery = () => keep((epoch) => (epoch - first) % distance === 0 || epoch === last);
    for (keepEvery(); histograms.epochs.length > maxEpochs; keepEvery()) distance *= 2;
  }

  function keep(wanted: (epoch: number) => boolean): void {
    const flags = histograms.epochs.map(wanted);
    histograms.epochs = histograms.epochs.filter((_, i) => flags[i]);
    for (const [path, list] of Object.entries(histograms.weights))
      histograms.weights[path] = list.filter((_, i) => flags[i]);
  }
}

/** Zeros are missing connections, as in Table I, and do not count, unless all are 0, as biases before training are. */
function histogramOf(all: Float32Array, maxBins: number): WeightHistogram {
  const links = all.filter((value) => value !== 0);
  const values = links.length > 0 ? links : all;
  // The Rice rule: more bins than this would show noise.
  const bins = Math.max(1, Math.min(maxBins, Math.ceil(2 * Math.cbrt(values.length))));
  const min = values.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY);
  const max = values.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
  const counts = new Array<number>(bins).fill(0);
  if (!Number.isFinite(max - min)) return { min: Number.NaN, max: Number.NaN, counts };
  for (const value of values) {
    const bin = Math.floor(((value - min) / (max - min || 1)) * bins);
    counts[Math.min(bins - 1, bin)]++;
  }
  return { min, max, counts };
}
