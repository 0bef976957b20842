import type { Evaluation } from "../../state/data.ts";
import type { NetworkFacts } from "../../state/network.ts";
import { networkName, outputsProbabilities, poolingsOf, weightsOf } from "../network.ts";
import { alexNetWeights, trainingDays } from "../paper.ts";
import type { Page, Step, TourState } from "../step.ts";
import { name, say } from "../text.ts";

/** What can be compared of two networks. */
export interface Portrait {
  readonly network: NetworkFacts;
  readonly weights: number;
  readonly multiplyAdds: number;
  readonly activation: string;
  readonly shrinks: string;
  readonly decides: string;
  /** The share of test images that it misreads; undefined until it has read them. */
  readonly misread: { readonly share: number; readonly images: number } | undefined;
}

export interface TodayFacts {
  readonly portraits: readonly Portrait[];
  /** The network to compare with. */
  readonly otherId: string;
  readonly page: Page;
}

export function todayFacts(page: Page): TodayFacts {
  const { network, other } = page;
  return {
    portraits: [portrait(network, page.evaluation), ...(other ? [portrait(other, page.otherEvaluation)] : [])],
    otherId: network.id === "1998" ? "article" : "1998",
    page,
  };
}

export const today: Step<TodayFacts> = {
  name: "today",
  question: () => "What has changed since 1998?",
  facts: todayFacts,
  view: ({ otherId, page }) => ({ with: page.view.with || otherId }),
  text({ portraits, page }) {
    const [mine, other] = portraits;
    const start = say`Networks of this kind read bank cheques in the 1990s, millions of them a day. LeNet-5 was published in 1998.`;
    if (!other) return [start, say`Choose a second network to compare with.`];
    return [
      start,
      say`In the list of layers, ${networkName(other.network)} now stands below ${networkName(page.network)}, with the same drawing. The first has ${mine!.weights} weights, the second ${other.weights}. Here is how they are built:`,
    ];
  },
  figure: () => "today",
  task: {
    prompt: () => say`Find a drawing on which the two disagree.`,
    done: ({ now }) => disagree(now),
    result(_facts, { now }: TourState) {
      const answers = answersOf(now);
      if (answers?.[0] === answers?.[1]) return answers && say`Both say ${name(answers[0])}.`;
      return answers && say`One says ${name(answers[0])}, the other ${name(answers[1])}.`;
    },
  },
  why: ({ portraits }) => [
    say`What has changed is mostly around the network. In 1998, training took ${trainingDays[0]} to ${trainingDays[1]} days on a workstation. Today the same training takes minutes.`,
    say`And networks have grown. AlexNet, which started the present wave in 2012, had about ${Number((alexNetWeights / portraits[0]!.weights).toPrecision(2))} times the weights of ${networkName(portraits[0]!.network)}. But it was made of what you have seen here: kernels that slide, weights that are shared, maps that shrink, and a loss that falls.`,
    say`Now it is yours. Train it with other layers, break it, or give it pictures of your own.`,
  ],
};

function portrait(network: NetworkFacts, evaluation: Evaluation | undefined): Portrait {
  const { macs, layers } = network.summary;
  const activations = layers
    .map(({ config }) => config.activation)
    .filter((one) => one && one !== "linear" && one !== "softmax");
  const pooling = poolingsOf(network)[0]?.layer.type;
  const shrinks: Record<string, string> = {
    averagePooling2d: "mean",
    maxPooling2d: "largest",
    subsampling2d: "sum, weighted",
  };
  return {
    network,
    weights: weightsOf(network),
    multiplyAdds: macs,
    activation: String(activations[0] ?? "none").replace("_", " "),
    shrinks: pooling ? shrinks[pooling]! : "not at all",
    decides: network.outputsDistances ? "distances" : outputsProbabilities(network) ? "softmax" : "largest output",
    misread: evaluation && {
      share: evaluation.misread.length / evaluation.labels.length,
      images: evaluation.labels.length,
    },
  };
}

function answersOf({ network, other, forward, otherForward }: Page): readonly [string, string] | undefined {
  if (!other || !forward || !otherForward || otherForward.network !== other.id) return undefined;
  return [network.classNames[forward.predicted]!, other.classNames[otherForward.predicted]!];
}

function disagree(page: Page): boolean {
  const answers = answersOf(page);
  return answers !== undefined && answers[0] !== answers[1] && page.forward!.input === page.otherForward!.input;
}
