/** What the steps look at, put together from the page's state. */
import { derived, type Readable } from "svelte/store";
import { evaluations } from "../state/data.ts";
import type { NetworkFacts } from "../state/network.ts";
import { forward, known, network, other, otherForward, view } from "../state/state.ts";
import { training } from "../state/training.ts";
import type { Page } from "./step.ts";

/** Undefined until the network is loaded. */
export const page: Readable<Page | undefined> = derived(
  [view, network, forward, other, otherForward, training, evaluations, known],
  ([$view, $network, $forward, $other, $otherForward, $training, $evaluations, $known]) =>
    $network && {
      view: $view,
      network: named($network, $known),
      // A pass of the network before is on its way out.
      forward: $forward?.network === $network.id ? $forward : undefined,
      other: $other && named($other, $known),
      otherForward: $otherForward?.network === $other?.id ? $otherForward : undefined,
      training: $training,
      evaluation: largestOf($evaluations, $network.id),
      otherEvaluation: $other && largestOf($evaluations, $other.id),
    },
);

/** The network under the title by which it is chosen. */
function named(facts: NetworkFacts, all: readonly { readonly id: string; readonly title: string }[]): NetworkFacts {
  return { ...facts, title: all.find(({ id }) => id === facts.id)?.title ?? facts.title };
}

/** By the largest data set on which the network was evaluated. */
function largestOf<Evaluation extends { readonly network: string; readonly labels: ArrayLike<number> }>(
  all: ReadonlyMap<string, Evaluation>,
  network: string,
): Evaluation | undefined {
  return [...all.values()]
    .filter((one) => one.network === network)
    .toSorted((a, b) => b.labels.length - a.labels.length)[0];
}
