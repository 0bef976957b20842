import type { LayerSummary } from "lenet5";
import type { NetworkFacts } from "../../state/network.ts";
import {
  layerWord,
  outputOf,
  outputsProbabilities,
  ranked,
  readsDigits,
  sizeOf,
  sourceOf,
  valuesOf,
  withNumbers,
} from "../network.ts";
import type { Page, Step } from "../step.ts";
import { aClass, decimal, probability, say, term } from "../text.ts";

/** One answer, and how well it fits. */
export interface Rank {
  readonly className: string;
  /** The sum before the softmax; undefined for a network without. */
  readonly sum: number | undefined;
  /** The output. */
  readonly score: number;
}

export interface DecideFacts {
  readonly way: "softmax" | "distances" | "other";
  readonly output: LayerSummary;
  /** What the output reads. */
  readonly before: LayerSummary;
  readonly kind: string;
  /** From the best to the worst; empty while nothing is drawn. */
  readonly ranks: readonly Rank[];
  /** Whether the codes of the classes are pictures in two colours. */
  readonly codesArePictures: boolean;
  /** The network that decides in another way. */
  readonly otherWay: "article" | "1998";
}

export function decideFacts({ network, forward }: Page): DecideFacts {
  const output = outputOf(network);
  const sums = sumsOf(network, forward);
  const centres = network.weights.get(`${output.name}/centres`)?.data;
  return {
    way: network.outputsDistances ? "distances" : outputsProbabilities(network) ? "softmax" : "other",
    output,
    before: withNumbers(network, sourceOf(network, output)),
    kind: readsDigits(network) ? "digit" : "class",
    ranks: forward
      ? ranked(network, forward).map(({ className, score, index }) => ({ className, score, sum: sums?.[index] }))
      : [],
    codesArePictures: centres?.every((value) => Math.abs(value) === 1) ?? false,
    otherWay: network.outputsDistances ? "article" : "1998",
  };
}

export const decide: Step<DecideFacts> = {
  name: "decide",
  question: () => "How does it decide?",
  facts: decideFacts,
  view: () => ({}),
  text({ way, output, before, kind, ranks, codesArePictures }) {
    const [best, next] = ranks;
    const [out, from] = [layerWord(output), layerWord(before)];
    const start = say`The network does not say “this is it”. ${output.name === "output" ? say`Its ${out} is` : say`Its last layer, ${out}, gives`} ${sizeOf(output)} numbers, one for each ${kind}: how well does each fit?`;
    if (way === "softmax") {
      const leads =
        best?.sum === undefined || next?.sum === undefined
          ? []
          : [
              say`Here ${aClass(best.className)} leads ${aClass(next.className)} by ${decimal(lead(best.sum - next.sum), 2)}. ${landslide(lead(best.sum - next.sum))}`,
            ];
      return [
        start,
        say`First every ${kind} gets a score: all numbers of ${from}, each times a weight, added up, and a bias. Then the ${term("softmax")} turns scores into shares: it raises e to the power of each score, and divides by the sum of all.`,
        ...leads,
      ];
    }
    if (way === "distances")
      return [
        start,
        say`Every ${kind} has a code: ${codesArePictures ? say`a small picture of ${sizeOf(before)} squares, drawn by people and never trained` : say`${sizeOf(before)} numbers`}. ${from} has as many numbers, and they should look like one of the codes. The output is how far they are from each: all differences, squared and added up. The smallest distance is the answer.`,
        ...(best && next
          ? [
              say`Here ${aClass(best.className)} is at ${decimal(best.score, 1)}, and ${aClass(next.className)} at ${decimal(next.score, 1)}.`,
            ]
          : []),
      ];
    return [start, say`The largest is the answer.`];
  },
  figure: () => "scores",
  task: {
    prompt: () => say`Change to a network that decides in another way.`,
    done: ({ now, entered }) => now.network.outputsDistances !== entered.network.outputsDistances,
  },
  why({ way, ranks, kind }) {
    const [best] = ranks;
    if (way === "distances")
      return [
        say`A distance can say something that a share cannot. Draw a star: if it is far from all codes, then it is probably no ${kind} at all. The authors chose distances partly for this reason.`,
      ];
    const share = way === "softmax" && best ? probability(best.score) : undefined;
    return [
      say`Shares always add up to one, whatever is drawn. ${share ? say`So ${share} does not mean that the network is right ${share} of the time. It` : say`That`} only compares the answers that the network knows. A star gets its shares, too.`,
    ];
  },
};

/** Rounded as it is shown, so that a calculator gives the power that the text gives. */
const lead = (difference: number) => Math.round(100 * difference) / 100;

function landslide(by: number) {
  const times = Math.exp(by);
  return times < 2
    ? say`That is close: their shares are nearly the same.`
    : say`That sounds like little, but e to that power is ${Math.round(times)}: so many times the share.`;
}

/** What the output layer adds up before its softmax. */
function sumsOf(network: NetworkFacts, forward: Page["forward"]): readonly number[] | undefined {
  const output = outputOf(network);
  const weights = network.weights.get(`${output.name}/kernel`);
  const below = output.type === "dense" ? valuesOf(forward, sourceOf(network, output)) : undefined;
  if (!weights || !below) return undefined;
  const classes = sizeOf(output);
  const bias = network.weights.get(`${output.name}/bias`)?.data;
  return Array.from({ length: classes }, (_, i) =>
    below.values.reduce((sum, value, j) => sum + value * weights.data[j * classes + i]!, bias?.[i] ?? 0),
  );
}
