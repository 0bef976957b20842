import type { LayerSummary } from "lenet5";
import { imageOf, layerWord, readsDigits, weightsOf } from "../network.ts";
import type { Page, Step } from "../step.ts";
import { aClass, decimal, name, probability, say, type Text, term } from "../text.ts";

interface Facts {
  readonly image: LayerSummary;
  readonly parameters: number;
  readonly classes: number;
  /** "digit", or "class" for a network of other things. */
  readonly kind: string;
  readonly answer: Text | undefined;
}

export const fool: Step<Facts> = {
  name: "fool",
  question: () => "Can you fool it?",
  facts(page) {
    const { network } = page;
    return {
      image: imageOf(network),
      parameters: weightsOf(network),
      classes: network.classNames.length,
      kind: readsDigits(network) ? "digit" : "class",
      answer: sentence(page),
    };
  },
  view: () => ({}),
  text: ({ answer, parameters, kind }) => [
    answer ?? say`The pad is empty. Draw a ${kind} on it, and the network says what it sees.`,
    say`Nobody told it how to recognise a ${kind}. All it has is ${parameters} numbers, its ${term("weights")}. Let us see how far they carry.`,
  ],
  task: {
    prompt: () => say`Change its mind: add strokes until it answers something else.`,
    done: ({ now, entered }) =>
      now.forward !== undefined && entered.forward !== undefined && predicted(now) !== predicted(entered),
    result(_facts, { now, entered }) {
      if (now.forward?.input === entered.forward?.input) return undefined;
      const [before, after] = [short(entered), short(now)];
      return before && after ? say`Before: ${before}. Now: ${after}.` : undefined;
    },
  },
  why: ({ image, classes, kind }) => [
    say`Now clear the pad and draw a star, a face, a house. The answer is a ${kind} again, and often a very sure one. The network has ${classes} possible answers, and “none of these” is not among them. If the page warns you all the same, that is a check that people added after the network. Being sure is not the same as being right.`,
    say`A small drawing in a corner does not fool it: the page scales and centres what you draw. What the network really sees is the ${layerWord(image, "input")}.`,
  ],
};

function predicted({ forward }: Page): number | undefined {
  return forward?.predicted;
}

/** What the network answers, as a sentence. */
function sentence({ network, forward }: Page): Text | undefined {
  if (!forward) return undefined;
  const { predicted, judgement, scores } = forward;
  const answer = say`The network says that this is ${aClass(network.classNames[predicted]!)}`;
  if (judgement) return say`${answer}, and it is ${probability(judgement.confidence)} sure.`;
  const score = say`${decimal(scores[predicted]!, 1)}`;
  return network.outputsDistances
    ? say`${answer}: at a distance of ${score}, no other answer is nearer.`
    : say`${answer}: with a score of ${score}, no other answer is higher.`;
}

/** What the network answers, in two words. */
function short({ network, forward }: Page): Text | undefined {
  if (!forward) return undefined;
  const { predicted, judgement, scores } = forward;
  const answer = name(network.classNames[predicted]!);
  return judgement
    ? say`${answer} (${probability(judgement.confidence)})`
    : say`${answer} (${decimal(scores[predicted]!, 1)})`;
}
