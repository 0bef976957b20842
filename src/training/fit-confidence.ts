/** Learns from the answers for validation images how far the answers of a classifier can be trusted. */
import { InputError, shown, wholeNumber } from "../core/errors.ts";
import { within } from "../core/options.ts";
import { type Confidence, logitsOf, type OutputKind, softmax, type TwoBest, twoBest } from "./confidence.ts";
import { bestClasses } from "./scores.ts";

/** The classifier's answers for validation images. */
export interface Answers {
  /** `[N, classes]`, row-major. */
  readonly outputs: ArrayLike<number>;
  /** `[N]` class numbers. */
  readonly labels: ArrayLike<number>;
  /** What the outputs are. Distances are squared distances y; the softmax of -y gives their probabilities. */
  readonly kind: OutputKind;
  /**
   * `[M, classes]`: the outputs for images that show none of the classes. A network tells them apart if it has seen
   * such images in training, each with the same target for all classes (Hendrycks et al. 2019, "Deep anomaly detection
   * with outlier exposure"). Default: no answer is "none".
   */
  readonly others?: ArrayLike<number>;
}

/** The share of right answers that may be called unsure or none. */
const FALSE_ALARMS = 0.01;

/** Fewer right answers do not say where the least confident hundredth of them begins. */
const FEWEST_RIGHT = 100;

/**
 * Fewer wrong answers do not say how confident the network is when it is wrong: its own probabilities are kept. With 10
 * they do: the network trained on MNIST misreads 12 of 250 digits of UNIPEN; with such samples, the temperature is from 2.05 to
 * 2.44 in 80% of the samples, and from 2.05 to 2.30 for 1,000.
 */
const FEWEST_WRONG = 10;

/**
 * What validation images say about a classifier's confidence: the temperature with the lowest cross-entropy, and the
 * lowest confidence of an answer that is "sure". At most 1% of the right answers are not, half of them because they are
 * "none".
 *
 * With fewer than 10 wrong answers the temperature is 1.
 * @param options `falseAlarms`: the share of right answers that may not be "sure", default 0.01
 * @returns undefined with fewer than 100 right answers, too few to say anything
 * @throws InputError for outputs that are not `[N, classes]` numbers of their kind, or labels out of range
 */
export function fitConfidence(
  { outputs, labels, kind, others = [] }: Answers,
  { falseAlarms = FALSE_ALARMS }: { readonly falseAlarms?: number } = {},
): Confidence | undefined {
  const images = labels.length;
  const classes = outputs.length / images;
  wholeNumber("fitConfidence: numbers for each image", classes, 2);
  wholeNumber("fitConfidence: images without a class", others.length / classes, 0);
  within(0, 1)("fitConfidence falseAlarms", falseAlarms);
  const logits = logitsOf(outputs, kind);
  const best = bestClasses(logits, classes);
  for (let i = 0; i < images; i++) {
    if (!(Number.isInteger(labels[i]) && labels[i]! >= 0 && labels[i]! < classes))
      throw new InputError(`fitConfidence: expected labels from 0 to ${classes - 1}, got ${shown(labels[i])}`);
  }
  const isRight = Array.from(best, (answer, i) => answer === labels[i]);
  const count = isRight.filter(Boolean).length;
  if (count < FEWEST_RIGHT) return undefined;
  const temperature = images - count < FEWEST_WRONG ? 1 : bestTemperature(logits, labels, classes);
  const answers = rowsOf(logits, classes).map((row) => twoBest(softmax(row, temperature)));
  const right = answers.filter((_, i) => isRight[i]);
  const outside = rowsOf(logitsOf(others, kind), classes).map((row) => twoBest(softmax(row, temperature)));
  const alarms = Math.floor(falseAlarms * count);
  const none =
    outside.length > 0
      ? {
          none: boundary(
            right.map(({ two }) => two),
            alarms / 2,
          ),
        }
      : {};
  const isNone = ({ two }: TwoBest) => two < (none.none ?? 0);
  const rest = right.filter((answer) => !isNone(answer)).map(({ one }) => one);
  const unsure = boundary(rest, alarms - (count - rest.length));
  const notSure = (some: readonly TwoBest[]) => share(some, (answer) => isNone(answer) || answer.one < unsure);
  const caught = images > count ? { caught: notSure(answers.filter((_, i) => !isRight[i])) } : {};
  const found = outside.length > 0 ? { found: share(outside, isNone) } : {};
  return { temperature, unsure, ...none, images, falseAlarms: notSure(right), ...caught, ...found };
}

/** The largest of the values that has at most `count` of them below it. */
function boundary(values: readonly number[], count: number): number {
  return values.toSorted((a, b) => a - b)[Math.min(Math.floor(count), values.length - 1)]!;
}

function share<Value>(values: readonly Value[], is: (value: Value) => boolean): number {
  return values.filter(is).length / values.length;
}

function rowsOf(logits: Float64Array, classes: number): Float64Array[] {
  return Array.from({ length: logits.length / classes }, (_, i) => logits.subarray(i * classes, (i + 1) * classes));
}

/** Temperatures beyond these say that the validation images are all right, or that the logits say nothing. */
const [COLDEST, HOTTEST] = [0.05, 20];

/**
 * The temperature with the lowest mean cross-entropy. In b = 1 / temperature the cross-entropy is convex; its
 * derivative is the sum over the images of E[z] - z(label), where E is the mean of the logits z under the softmax of
 * b z. Bisection of ln b finds where it is 0.
 */
function bestTemperature(logits: Float64Array, labels: ArrayLike<number>, classes: number): number {
  const slope = (temperature: number) => {
    let sum = 0;
    for (let i = 0; i < labels.length; i++) {
      const row = logits.subarray(i * classes, (i + 1) * classes);
      const probabilities = softmax(row, temperature);
      let mean = 0;
      for (let k = 0; k < classes; k++) mean += probabilities[k]! * row[k]!;
      sum += mean - row[labels[i]!]!;
    }
    return sum;
  };
  let [low, high] = [COLDEST, HOTTEST];
  for (let step = 0; step < 20; step++) {
    const middle = Math.sqrt(low * high);
    // A rising cross-entropy in b falls in the temperature: the minimum is at a higher one.
    if (slope(middle) > 0) low = middle;
    else high = middle;
  }
  return Math.sqrt(low * high);
}
