/** Outputs counted as positive or negative, against their targets: the base of precision and recall. */
import { type ConfigOf, finite, optional, whole } from "../../core/options.ts";
import { everyMetric, type Scored, type Tally, targetAt } from "./metric.ts";

/** Options of precision and recall. */
export const binaryCountOptions = {
  ...everyMetric,
  /** Outputs above this count as positive. Default 0.5; with `topK`, no threshold. */
  threshold: optional(finite, undefined),
  /** Only the k best outputs of an image may count as positive. Default: all. */
  topK: optional(whole(), undefined),
  /** The one class that is counted, by number. Default: all, each output by itself. */
  classId: optional(whole(0), undefined),
};

export interface BinaryCounts {
  truePositives: number;
  falsePositives: number;
  falseNegatives: number;
}

/** A tally of a number that follows from the counts. */
export function binaryCounts(
  { threshold, topK, classId }: Pick<ConfigOf<typeof binaryCountOptions>, "threshold" | "topK" | "classId">,
  ratio: (counts: BinaryCounts) => number,
): Tally {
  /** True positives, false positives, false negatives. */
  const sums = new Float64Array(3);
  const limit = threshold ?? (topK === undefined ? 0.5 : Number.NEGATIVE_INFINITY);
  return {
    sums,
    add(scored) {
      const { width, outputs } = scored;
      for (let i = 0; i < scored.count; i++) {
        const best = topK === undefined ? undefined : bestOf(scored, i, topK);
        for (let k = classId ?? 0; k < (classId === undefined ? width : classId + 1); k++) {
          const output = outputs[i * width + k]!;
          const isPositive = output > limit && (!best || best.has(k));
          const isTrue = targetAt(scored, i, k) > 0;
          if (isPositive && isTrue) sums[0]!++;
          else if (isPositive) sums[1]!++;
          else if (isTrue) sums[2]!++;
        }
      }
    },
    get value() {
      return ratio({ truePositives: sums[0]!, falsePositives: sums[1]!, falseNegatives: sums[2]! });
    },
  };
}

/** The k best outputs of image i; of equal ones, those that come first, as in Keras. */
function bestOf({ outputs, width }: Scored, i: number, k: number): ReadonlySet<number> {
  const row = outputs.subarray(i * width, (i + 1) * width);
  const order = Array.from(row, (_, output) => output).sort((a, b) => row[b]! - row[a]! || a - b);
  return new Set(order.slice(0, k));
}
