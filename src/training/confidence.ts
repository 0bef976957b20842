/** How far the answers of a classifier can be trusted. Everything is learned from its answers for validation images. */
import { exp, ln } from "../core/elementary.ts";
import { InputError, shown } from "../core/errors.ts";
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

/**
 * The answer for one image.
 * @param outputs `[classes]`
 * @param learned of `fitConfidence`; without it, the probabilities are the classifier's own, and every answer is
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
export interface TwoBest {
  readonly one: number;
  readonly two: number;
}

export function twoBest(probabilities: readonly number[]): TwoBest {
  const [one = 0, second = 0] = probabilities.toSorted((a, b) => b - a);
  return { one, two: one + second };
}

/** The smallest normal float32: a probability of 0 counts as this one. */
const SMALLEST = 2 ** -126;

/** The outputs as logits, whose softmax are the classifier's own probabilities. */
export function logitsOf(outputs: ArrayLike<number>, kind: OutputKind): Float64Array {
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

/**
 * The softmax of logits / temperature. The largest logit is subtracted first, so that the sum does not overflow. Loops, since
 * a training takes this of every validation image 20 times: array methods take 3 times as long.
 */
export function softmax(logits: Float64Array, temperature: number): number[] {
  let max = Number.NEGATIVE_INFINITY;
  for (let k = 0; k < logits.length; k++) max = Math.max(max, logits[k]!);
  const weights: number[] = [];
  let sum = 0;
  for (let k = 0; k < logits.length; k++) {
    const weight = exp((logits[k]! - max) / temperature);
    weights.push(weight);
    sum += weight;
  }
  for (let k = 0; k < weights.length; k++) weights[k] = weights[k]! / sum;
  return weights;
}
