/** Refuses parts of the view that the network on the stage does not have, in one line. */
import { get } from "svelte/store";
import { network, notice, show, view } from "./state.ts";
import { unitFault } from "./units.ts";
import type { View } from "./view.ts";

/** Called once. */
export function checkView(): void {
  view.subscribe(check);
  network.subscribe(check);
}

function check(): void {
  const [{ net, with: second, ...now }, facts] = [get(view), get(network)];
  if (second !== "" && second === net)
    refuse({ with: "" }, "A network is not compared with itself: choose another one to compare with.");
  // The unit may be one of a network that is still loaded.
  else if (facts?.id === net) {
    const fault = now.pin && unitFault(facts.summary, now.pin);
    const secondFault = now.second && unitFault(facts.summary, now.second);
    if (fault !== undefined) refuse({ pin: undefined, second: undefined }, fault);
    else if (secondFault !== undefined) refuse({ second: undefined }, secondFault);
  }
}

function refuse(change: Partial<View>, text: string): void {
  show(change);
  notice.set({ text, isError: true });
}
