import { checkOptions } from "../../core/errors.ts";
import type { Callback } from "./callback.ts";

/** Equal bins from the least to the most weight; both NaN where weights are not numbers. */
export interface WeightHistogram {
  readonly least: number;
  readonly most: number;
  readonly counts: readonly number[];
}

/** How the weights were spread, epoch by epoch. Plain JSON. */
export interface WeightHistograms {
  /** 0 is before training. */
  epochs: number[];
  /** By `<layer>/<weight>`, one for each of those epochs. */
  weights: Record<string, WeightHistogram[]>;
}

export interface WeightRecorderOptions {
  /** Bins of a histogram at most; a layer of few weights has fewer. Default 40. */
  readonly bins?: number;
  /** More epochs than this are thinned out, but for the last. Default 50. */
  readonly most?: number;
  /** What an earlier part of the training recorded, to go on with. */
  readonly before?: WeightHistograms;
}

/** Records how the weights are spread before training and after each epoch: `recorder.histograms`. */
export function weightRecorder(
  options: WeightRecorderOptions = {},
): Callback & { readonly histograms: WeightHistograms } {
  checkOptions("weightRecorder", options, ["bins", "most", "before"]);
  const { bins = 40, most = 50, before } = options;
  const histograms: WeightHistograms = before ? structuredClone(before) : { epochs: [], weights: {} };
  let stride = 1;
  return {
    histograms,
    onTrainBegin(context) {
      if (!before) record(0, context.getWeights());
    },
    onEpochEnd(epoch, _, context) {
      record(epoch, context.getWeights());
    },
  };

  function record(epoch: number, weights: ReadonlyMap<string, Float32Array>): void {
    // The one before was kept only because it was the last.
    keep((kept, i) => kept % stride === 0 || i < histograms.epochs.length - 1);
    histograms.epochs.push(epoch);
    for (const [path, values] of weights) {
      histograms.weights[path] ??= [];
      histograms.weights[path].push(histogramOf(values, bins));
    }
    if (histograms.epochs.length <= most) return;
    stride *= 2;
    keep((kept, i) => kept % stride === 0 || i === histograms.epochs.length - 1);
  }

  function keep(wanted: (epoch: number, i: number) => boolean): void {
    const flags = histograms.epochs.map(wanted);
    histograms.epochs = histograms.epochs.filter((_, i) => flags[i]);
    for (const [path, list] of Object.entries(histograms.weights))
      histograms.weights[path] = list.filter((_, i) => flags[i]);
  }
}

/** Zeros are connections that are not there, as in Table I; where all is 0, they are weights before training. */
function histogramOf(all: Float32Array, mostBins: number): WeightHistogram {
  const links = all.filter((value) => value !== 0);
  const values = links.length > 0 ? links : all;
  // The Rice rule: more bins than this would show chance.
  const bins = Math.max(1, Math.min(mostBins, Math.ceil(2 * Math.cbrt(values.length))));
  const least = values.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY);
  const most = values.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
  const counts = new Array<number>(bins).fill(0);
  if (!Number.isFinite(most - least)) return { least: Number.NaN, most: Number.NaN, counts };
  for (const value of values) {
    const bin = Math.floor(((value - least) / (most - least || 1)) * bins);
    counts[Math.min(bins - 1, bin)]++;
  }
  return { least, most, counts };
}
