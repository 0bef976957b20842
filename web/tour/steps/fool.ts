import type { LayerSummary } from "lenet5";
import { imageOf, layerWord, outputsProbabilities, ranked, readsDigits, weightsOf } from "../network.ts";
import type { Page, Step } from "../step.ts";
import { aClass, decimal, name, percent, say, type Text, term } from "../text.ts";

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
    say`Now clear the pad and draw a star, a face, a house. The answer is a ${kind} again, and often a very sure one. The network has ${classes} possible answers, and “none of these” is not among them. Being sure is not the same as being right.`,
    say`A small drawing in a corner does not fool it: the page scales and centres what you draw. What the network really sees is the ${layerWord(image, "input")}.`,
  ],
};

function predicted({ forward }: Page): number | undefined {
  return forward?.predicted;
}

/** What the network answers, as a sentence. */
function sentence({ network, forward }: Page): Text | undefined {
  if (!forward) return undefined;
  const [best, next] = ranked(network, forward);
  if (outputsProbabilities(network))
    return say`The network says that this is ${aClass(best!.className)}, and it is ${percent(best!.score)} certain.`;
  if (network.outputsDistances)
    return say`The network says that this is ${aClass(best!.className)}: at a distance of ${decimal(best!.score, 1)}, no other answer is nearer. The next is ${aClass(next!.className)}, at ${decimal(next!.score, 1)}.`;
  return say`The network says that this is ${aClass(best!.className)}.`;
}

/** What the network answers, in two words. */
function short({ network, forward }: Page): Text | undefined {
  if (!forward) return undefined;
  const [best] = ranked(network, forward);
  if (outputsProbabilities(network)) return say`${name(best!.className)} (${percent(best!.score)})`;
  if (network.outputsDistances) return say`${name(best!.className)} (distance ${decimal(best!.score, 1)})`;
  return say`${name(best!.className)}`;
}
