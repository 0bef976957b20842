import { ln } from "../../core/elementary.ts";
import { type ConfigOf, checkedOptions, choice, type OptionsOf, optional, whole } from "../../core/options.ts";
import { everyMetric, type MetricConfig, type MetricDefinition, named, share, type Tally, targetAt } from "./metric.ts";

const options = {
  ...everyMetric,
  /** The number of thresholds, evenly from 0 to 1, at least 2. Default 200. */
  numThresholds: optional(whole(2, 100_000), 200),
  /** "ROC" (default): true positives against false positives. "PR": precision against recall. */
  curve: optional(choice(["ROC", "PR"]), "ROC"),
  /**
   * "interpolation" (default): trapezoids; for "PR", Davis & Goadrich's interpolation of the precision. "minoring" and
   * "majoring": bounds from below and above.
   */
  summationMethod: optional(choice(["interpolation", "minoring", "majoring"]), "interpolation"),
};

/** Options of {@link auc}. */
export interface AucOptions extends OptionsOf<typeof options> {}

/** {@link auc} as it is saved. */
export interface Auc extends MetricConfig, Omit<ConfigOf<typeof options>, "name"> {
  /** The metric's name, which `compile` also takes. */
  readonly type: "auc";
}

/**
 * The area under a curve over all thresholds. Outputs are probabilities, from 0 to 1; with several outputs, each counts
 * by itself. https://keras.io/api/metrics/classification_metrics/#auc-class
 * @throws InputError for options that are unknown or out of range
 */
export function auc(given: AucOptions = {}): Auc {
  return named("auc", checkedOptions("auc", options, given));
}

function tally(config: Auc): Tally {
  const intervals = config.numThresholds - 1;
  // Outputs in (i, i + 1] / intervals, with positive and with negative targets; at the end, outputs that are NaN.
  const sums = new Float64Array(2 * intervals + 1);
  const [positives, negatives] = [sums.subarray(0, intervals), sums.subarray(intervals, 2 * intervals)];
  return {
    sums,
    add(scored) {
      for (let i = 0; i < scored.count; i++) {
        for (let k = 0; k < scored.width; k++) {
          const output = Math.min(1, Math.max(0, scored.outputs[i * scored.width + k]!));
          if (Number.isNaN(output)) {
            sums[2 * intervals]!++;
            continue;
          }
          const interval = Math.max(0, Math.ceil(output * intervals) - 1);
          (targetAt(scored, i, k) > 0 ? positives : negatives)[interval]!++;
        }
      }
    },
    get value() {
      return sums[2 * intervals]! > 0 ? Number.NaN : areaOf(config, above(positives), above(negatives));
    },
  };
}

/** For each threshold, the count above it. */
function above(counts: Float64Array): number[] {
  const sums = new Array<number>(counts.length + 1).fill(0);
  for (let i = counts.length - 1; i >= 0; i--) sums[i] = sums[i + 1]! + counts[i]!;
  return sums;
}

/** The area from true and false positives at rising thresholds. */
function areaOf({ curve, summationMethod }: Auc, tp: readonly number[], fp: readonly number[]): number {
  const [positives, negatives] = [tp[0]!, fp[0]!];
  if (curve === "PR" && summationMethod === "interpolation") return interpolatedPrecision(tp, fp);
  const recall = tp.map((count) => share(count, positives));
  const x = curve === "PR" ? recall : fp.map((count) => share(count, negatives));
  const y = curve === "PR" ? tp.map((count, i) => share(count, count + fp[i]!)) : recall;
  const height = { interpolation: (a: number, b: number) => (a + b) / 2, minoring: Math.min, majoring: Math.max };
  let area = 0;
  for (let i = 0; i + 1 < x.length; i++) area += (x[i]! - x[i + 1]!) * height[summationMethod](y[i]!, y[i + 1]!);
  return area;
}

/** Davis & Goadrich 2006, "The relationship between precision-recall and ROC curves". */
function interpolatedPrecision(tp: readonly number[], fp: readonly number[]): number {
  let area = 0;
  for (let i = 0; i + 1 < tp.length; i++) {
    const [predicted, next] = [tp[i]! + fp[i]!, tp[i + 1]! + fp[i + 1]!];
    const rise = tp[i]! - tp[i + 1]!;
    const slope = share(rise, predicted - next);
    const intercept = tp[i + 1]! - slope * next;
    const ratio = predicted > 0 && next > 0 ? predicted / next : 1;
    area += share(slope * (rise + intercept * ln(ratio)), tp[0]!);
  }
  return area;
}

export const aucMetric: MetricDefinition<Auc> = { create: auc, rankLimit: () => undefined, tally };
