/** The answers along every slider: asked from the worker whenever something changed, the newest state first. */
import { get, writable } from "svelte/store";
import type { Answers } from "../networks/breaking.ts";
import { networks } from "../networks/networks.ts";
import { type DialName, dialNames } from "../state/adjust.ts";
import { takes } from "../state/network.ts";
import { input, network, notice, view } from "../state/state.ts";

/** By slider; absent until it is computed. */
export const curves = writable<ReadonlyMap<DialName, Answers>>(new Map());

/** Milliseconds without a change after which curves are computed: the stage goes first while a slider moves. */
const REST = 120;

/** Keeps the curves up to date until the returned function is called. */
export function followCurves(): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let version = 0;
  const changed = () => {
    const own = ++version;
    clearTimeout(timer);
    timer = setTimeout(() => void compute(() => own === version), REST);
  };
  const stops = [input.subscribe(changed), network.subscribe(changed)];
  let known = get(view);
  stops.push(
    view.subscribe((now) => {
      if (now.adjust !== known.adjust || now.off !== known.off) changed();
      known = now;
    }),
  );
  return () => {
    version++;
    clearTimeout(timer);
    for (const stop of stops) stop();
  };
}

async function compute(isNewest: () => boolean): Promise<void> {
  const [image, facts, { adjust, off }] = [get(input), get(network), get(view)];
  // An image of another size was made for the network before.
  if (!image || !facts || !takes(facts, image)) return curves.set(new Map());
  for (const name of dialNames) {
    let answers: Answers;
    try {
      answers = await networks.answersAlong(facts.id, image, adjust, name, off);
    } catch (error) {
      notice.set({ text: (error as Error).message, isError: true });
      return curves.set(new Map());
    }
    if (!isNewest()) return;
    curves.update((now) => new Map(now).set(name, answers));
  }
}
