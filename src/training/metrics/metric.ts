import { type ConfigOf, type OptionSpec, optional, text } from "../../core/options.ts";

/** Outputs of some images with their labels, as a metric reads them. */
export interface Scored {
  readonly count: number;
  /** The number of outputs of an image. */
  readonly width: number;
  /** [count][width]; probabilities where the loss is a cross-entropy, also one that is computed from logits. */
  readonly outputs: Float32Array;
  /** [count] class numbers, or [count][width] targets. */
  readonly labels: ArrayLike<number>;
}

/** A metric's running value. */
export interface Tally {
  /** All that it has counted: a model file that is saved within an epoch keeps it, and `fit` sets it again. */
  readonly sums: Float64Array;
  add(scored: Scored): void;
  /** The value for the images so far; 0 where its denominator is 0, as in Keras. */
  readonly value: number;
}

/** The contract of a metric; `Config` is the metric as plain data, saved with the model. */
export interface MetricDefinition<Config> {
  /**
   * The metric from its options, each checked and completed; also how a saved one is read back.
   * @throws InputError for options that are unknown or out of range
   */
  create(options: never): Config;
  /**
   * For a metric that counts images: the engine ranks the true class among the `width` outputs of an image, from 0, and
   * ranks below this are hits. Undefined for a metric that reads the outputs, with {@link tally}.
   */
  rankLimit(config: Config, width: number): number | undefined;
  tally(config: Config, width: number): Tally;
}

/** A metric as it is saved. */
export interface MetricConfig {
  /** Which metric it is, or "custom". */
  readonly type: string;
  /** Its name in the history. */
  readonly name: string;
}

/** The option of every metric. */
export const everyMetric = {
  /** The name in the history and in results, without "val_" in front. Default: the metric's type. */
  name: optional(text, undefined),
} satisfies OptionSpec;

/** A metric's config with its type, and with the type as its name if it has no other. */
export function named<Type extends string, Config extends ConfigOf<typeof everyMetric>>(
  type: Type,
  { name, ...config }: Config,
): { readonly type: Type; readonly name: string } & Omit<Config, "name"> {
  return { type, name: name ?? type, ...config };
}

/** The target of output k of image i: of a class number, 1 for its class, else 0. */
export function targetAt({ labels, count, width }: Scored, i: number, k: number): number {
  if (labels.length === count * width) return labels[i * width + k]!;
  return labels[i] === k ? 1 : 0;
}

/** The mean of a number of each image. */
export function meanOf(each: (scored: Scored, i: number) => number): Tally {
  /** The numbers' sum, and the images. */
  const sums = new Float64Array(2);
  return {
    sums,
    add(scored) {
      for (let i = 0; i < scored.count; i++) sums[0]! += each(scored, i);
      sums[1]! += scored.count;
    },
    get value() {
      return share(sums[0]!, sums[1]!);
    },
  };
}

/** The mean over the outputs of an image. */
export function meanOfOutputs(scored: Scored, i: number, each: (output: number, target: number) => number): number {
  let sum = 0;
  for (let k = 0; k < scored.width; k++) {
    sum += each(scored.outputs[i * scored.width + k]!, targetAt(scored, i, k));
  }
  return sum / scored.width;
}

/** part / whole; 0 for a whole of 0. */
export function share(part: number, whole: number): number {
  return whole === 0 ? 0 : part / whole;
}
