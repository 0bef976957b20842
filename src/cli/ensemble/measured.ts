import { sizeOf } from "../../core/tensor.ts";
import { type Dataset, type Model, model } from "../../index.ts";
import { classOutputs } from "../../model/class-outputs.ts";
import { fitConfidence } from "../../training/fit-confidence.ts";
import { bestClasses } from "../../training/scores.ts";

/** How a committee reads images, and what each member adds to it. */
export interface Measured {
  readonly images: number;
  /** The images that the committee reads right. */
  readonly right: number;
  /** For each member, the images that it reads right alone, and those that all others together do. */
  readonly members: readonly { readonly right: number; readonly without: number }[];
  /** The outputs of the committee, `[N, classes]`. */
  readonly rows: Float32Array;
}

/** Outputs that are in memory at a time. */
const MAX_OUTPUTS = 2 ** 22;

/**
 * Measures a committee and its members.
 * @param labels `[N]` class numbers
 */
export async function measured(
  committee: Model,
  images: Dataset["images"],
  labels: ArrayLike<number>,
): Promise<Measured> {
  const { inputs, outputs, threads, numerics } = committee;
  const parts = outputs.inputs;
  const inside = model({ inputs, outputs: [outputs, ...parts], threads, numerics });
  const { classes, rows } = classOutputs(outputs, undefined);
  const count = labels.length;
  const all = new Float32Array(count * classes);
  const members = parts.map(() => ({ right: 0, without: 0 }));
  const step = Math.max(256, Math.floor(MAX_OUTPUTS / (classes * (parts.length + 1))));
  const size = sizeOf(inputs.shape);
  for (let from = 0; from < count; from += step) {
    const to = Math.min(count, from + step);
    const data = images.data.subarray(from * size, to * size);
    const some = { ...images, shape: [to - from, ...inputs.shape], data };
    const [means, ...own] = (await inside.predict(some)).map((output) => rows(output.data));
    all.set(means!, from * classes);
    const right = (scores: ArrayLike<number>) =>
      bestClasses(scores, classes).reduce((sum, best, i) => sum + Number(best === labels[from + i]), 0);
    const sums = Float64Array.from(means!, (_, i) => own.reduce((sum, scores) => sum + scores[i]!, 0));
    own.forEach((scores, k) => {
      members[k]!.right += right(scores);
      members[k]!.without += right(sums.map((sum, i) => sum - scores[i]!));
    });
  }
  const best = bestClasses(all, classes);
  return {
    images: count,
    right: best.reduce((sum, each, i) => sum + Number(each === labels[i]), 0),
    members,
    rows: all,
  };
}

/** How far the committee's answers can be trusted goes into its reading; where that cannot be known, it stays as it is. */
export function learnConfidence(committee: Model, { rows }: Measured, labels: ArrayLike<number>): void {
  const { reading, outputKind: kind } = committee;
  if (!reading || !kind) return;
  const confidence = fitConfidence({ outputs: rows, labels, kind });
  if (confidence) committee.reading = { ...reading, confidence };
}
