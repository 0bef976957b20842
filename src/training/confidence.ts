/** How far the answers of a classifier can be trusted. Everything is learned from its answers for validation images. */
import { exp, ln } from "../core/elementary.ts";
import { InputError, shown, wholeNumber } from "../core/errors.ts";
import { checkedOptions, type OptionsOf, optional, positive, required, whole, within } from "../core/options.ts";
import { bestClasses } from "./scores.ts";

const confidence = {
  /**
   * What the logits are divided by before the softmax, so that of the answers with a confidence of 90%, 9 in 10 are
   * right: temperature scaling (Guo et al. 2017, "On calibration of modern neural networks", section 4.2).
   */
  temperature: required(positive),
  /** An answer with a lower confidence is "unsure". */
  unsure: required(within(0, 1)),
  /**
   * An answer is "none", whatever its confidence, if its two most probable classes together are less probable than this:
   * an image between two classes may be one of them, an image between all is none. Absent: no answer is "none".
   *
   * Compared on drawings that are no digit (UNIPEN's letters and symbols, fonts, icons, logos, pairs of digits), with 1%
   * of the digits lost. Found of a network trained on MNIST alone, by the highest probability: 31%, by the two
   * highest: 41%, by the highest logit: 44%, by the energy: 44%, by the Mahalanobis distance of the features before the
   * last layer (Lee et al. 2018): 34%. Of one trained with other such drawings: 82, 86, 86, 86 and 6%.
   */
  none: optional(within(0, 1), undefined),
  /** The number of validation images from which the others were learned. */
  images: required(whole()),
  /** The share of their right answers that are not "sure". */
  falseAlarms: required(within(0, 1)),
  /** The share of their wrong answers that are not "sure"; absent if none was wrong. */
  caught: optional(within(0, 1), undefined),
  /** The share of the images without a class whose answer was "none"; absent without such images. */
  found: optional(within(0, 1), undefined),
};

/** How far the answers of one classifier can be trusted. Plain JSON. */
export interface Confidence extends OptionsOf<typeof confidence> {}

/** The check of a {@link Confidence} from a file. @throws InputError for anything else */
export function checkedConfidence(what: string, given: unknown): Confidence {
  return checkedOptions(what, confidence, given as Confidence);
}

/** What the numbers are that a classifier gives for its classes. */
export type OutputKind = "probabilities" | "logits" | "distances";

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

/** An answer for one image. */
export interface Judgement {
  /** The number of the class. */
  readonly label: number;
  /** The probability of the answer, from 0 to 1. */
  readonly confidence: number;
  /** `[classes]`: the probability of each class. */
  readonly probabilities: readonly number[];
  /** Whether the answer is sure enough, too unsure, or that of an image that looks like no class at all. */
  readonly verdict: "sure" | "unsure" | "none";
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

/**
 * The answer for one image.
 * @param outputs `[classes]`
 * @param learned of {@link fitConfidence}; without it, the probabilities are the classifier's own, and every answer is
 *   "sure"
 * @throws InputError for outputs that are not numbers of their kind
 */
export function judged(outputs: ArrayLike<number>, kind: OutputKind, learned?: Confidence): Judgement {
  const probabilities = softmax(logitsOf(outputs, kind), learned?.temperature ?? 1);
  const [label = 0] = bestClasses(probabilities, probabilities.length);
  const { one: confidence, two } = twoBest(probabilities);
  const { unsure = 0, none = 0 } = learned ?? {};
  return { label, confidence, probabilities, verdict: two < none ? "none" : confidence < unsure ? "unsure" : "sure" };
}

/** The highest probability, and the sum of the two highest. */
interface TwoBest {
  readonly one: number;
  readonly two: number;
}

function twoBest(probabilities: readonly number[]): TwoBest {
  const [one = 0, second = 0] = probabilities.toSorted((a, b) => b - a);
  return { one, two: one + second };
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

/** The smallest normal float32: a probability of 0 counts as this one. */
const SMALLEST = 2 ** -126;

/** The outputs as logits, whose softmax are the classifier's own probabilities. */
function logitsOf(outputs: ArrayLike<number>, kind: OutputKind): Float64Array {
  const logits = Float64Array.from(outputs, (value) => {
    if (kind === "probabilities" && value >= 0) return ln(Math.max(value, SMALLEST));
    return kind === "distances" ? -value : value;
  });
  const at = logits.findIndex(
    (value, i) => !Number.isFinite(value) || (kind === "probabilities" && !(outputs[i]! >= 0)),
  );
  if (at < 0) return logits;
  throw new InputError(`confidence: expected ${kind} of the classes, got ${shown(outputs[at])}`);
}

/** The softmax of logits / temperature. The largest logit is subtracted first, so that the sum does not overflow. */
function softmax(logits: Float64Array, temperature: number): number[] {
  const max = logits.reduce((largest, logit) => Math.max(largest, logit), Number.NEGATIVE_INFINITY);
  const weights = Array.from(logits, (logit) => exp((logit - max) / temperature));
  const sum = weights.reduce((total, weight) => total + weight, 0);
  return weights.map((weight) => weight / sum);
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
      const mean = softmax(row, temperature).reduce((total, p, k) => total + p * row[k]!, 0);
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
