/** The page's side of the worker that holds the networks. */
import * as Comlink from "comlink";
import { get } from "svelte/store";
import { checkView } from "../state/checked-view.ts";
import { type NetworkFacts, type NetworkSource, pretrainedIds, takes } from "../state/network.ts";
import {
  changed,
  forward,
  input,
  known as knownNetworks,
  network,
  notice,
  other,
  otherChanged,
  otherForward,
  otherInput,
  ranges,
  show,
  view,
} from "../state/state.ts";
import type { View } from "../state/view.ts";
import { adjusted } from "./adjusted.ts";
import type { NetworkApi } from "./network-api.ts";
import NetworkWorker from "./network-worker.ts?worker";
import { adjustFor, followOtherInput } from "./other-input.ts";
import { boundedRanges, widest } from "./ranges.ts";
import { whatIsServed } from "./served.ts";

/** The networks; every call is answered by the worker. */
export const networks: Comlink.Remote<NetworkApi> = Comlink.wrap<NetworkApi>(new NetworkWorker());
void networks.servedFrom(document.baseURI);

/** Those that are loaded or being loaded, by id. */
const loaded = new Map<string, Promise<NetworkFacts>>();

/** The newest weights for networks that others are on their way to. */
const waiting = new Map<string, Pick<NetworkFacts, "weights" | "epoch">>();

/** Milliseconds without new weights after which their checksum is computed. */
const REST = 400;

/** Until the checksum of a network's weights is computed. */
const resting = new Map<string, ReturnType<typeof setTimeout>>();

/** Loads a network, or gets the one that has the id. */
export function opened(id: string, source?: NetworkSource): Promise<NetworkFacts> {
  let facts = loaded.get(id);
  if (!facts) {
    facts = source ? networks.open(id, source) : sourceOf(id).then((found) => networks.open(id, found));
    loaded.set(id, facts);
  }
  return facts;
}

/** Puts a network under an id, in place of the one that has it, also where it is on the stage. */
export async function replaced(id: string, source: NetworkSource): Promise<NetworkFacts> {
  const before = loaded.get(id);
  const facts = networks.open(id, source);
  loaded.set(id, facts);
  try {
    putOnStage(await facts);
  } catch (error) {
    // The network that had the id is still there.
    if (loaded.get(id) === facts && before) loaded.set(id, before);
    else if (loaded.get(id) === facts) loaded.delete(id);
    throw error;
  }
  return facts;
}

/**
 * Gives a network other weights, which so many epochs trained. Of weights that come while others are on their way, only
 * the newest are used. Once they rest, the network has a checksum again.
 */
export async function updated(id: string, weights: NetworkFacts["weights"], epoch: number): Promise<void> {
  const isOnItsWay = waiting.has(id);
  waiting.set(id, { weights, epoch });
  if (isOnItsWay) return;
  clearTimeout(resting.get(id));
  try {
    for (let next = waiting.get(id); next; next = waiting.get(id) === next ? undefined : waiting.get(id)) {
      await networks.update(id, next.weights);
      const { checksum: _, ...facts } = await loaded.get(id)!;
      put(id, { ...facts, ...next });
    }
  } finally {
    waiting.delete(id);
    resting.set(
      id,
      setTimeout(() => void giveChecksum(id), REST),
    );
  }
}

async function giveChecksum(id: string): Promise<void> {
  const facts = await loaded.get(id)!;
  const checksum = await networks.checksum(id);
  if ((await loaded.get(id)) === facts) put(id, { ...facts, checksum });
}

function put(id: string, facts: NetworkFacts): void {
  loaded.set(id, Promise.resolve(facts));
  putOnStage(facts);
}

function putOnStage(facts: NetworkFacts): void {
  const { net, with: second } = get(view);
  if (net === facts.id) network.set(facts);
  if (second === facts.id) other.set(facts);
}

/** A network that ships with the page, or one of its server's runs. */
async function sourceOf(id: string): Promise<NetworkSource> {
  const shipped = pretrainedIds.find((one) => one === id);
  if (shipped) return { type: "pretrained", network: shipped };
  const { runs } = await whatIsServed();
  const run = runs.find(({ name }) => name === id);
  if (!run) {
    const names = [...pretrainedIds, ...runs.map(({ name }) => name)].join(", ");
    throw new Error(
      `There is no network "${id.slice(0, 40)}" here: expected ${names}, or one whose file you open first.`,
    );
  }
  const response = await fetch(run.model);
  if (!response.ok) throw new Error(`The network "${id}" is no longer served: start \`lenet5 play\` again.`);
  return { type: "file", bytes: new Uint8Array(await response.arrayBuffer()), name: id };
}

/** Keeps the networks of the view loaded, and their forward passes up to date. */
export function start(): void {
  checkView();
  view.subscribe(() => {
    void follow("net", network);
    void follow("with", other);
  });
  keepRanges();
  followOtherInput(networks);
  followChanges(input, changed);
  followChanges(otherInput, otherChanged);
  passes(network, changed, forward, () => get(view).off);
  passes(other, otherChanged, otherForward, () => none);
}

/** Loads the network of a part of the view into a store. */
async function follow(part: "net" | "with", into: typeof network): Promise<void> {
  const id = get(view)[part];
  if (id === (get(into)?.id ?? "")) return;
  // The trained network is there once its training has begun.
  if (id === "" || (id === "trained" && !loaded.has(id))) return into.set(undefined);
  try {
    const facts = await opened(id);
    // Meanwhile the view may name another network, or newer weights may be on the stage.
    if (get(view)[part] === id && get(into)?.id !== id) into.set(facts);
  } catch (error) {
    loaded.delete(id);
    // The page goes on with the network that it has, and at its start with the article's.
    const [net, second] = [get(network)?.id ?? "article", get(other)?.id ?? ""];
    const titleOf = (shown: string) => get(knownNetworks).find((one) => one.id === shown)?.title ?? shown;
    const isShown = id === get(view).net;
    const instead = isShown ? `The page shows ${titleOf(net)}` : `It compares with ${titleOf(second) || "no network"}`;
    notice.set({ text: `${sentence((error as Error).message)} ${instead} instead.`, isError: true });
    if (isShown) show({ net });
    if (id === get(view).with) show({ with: second });
  }
}

function sentence(text: string): string {
  return /[.!?]$/.test(text) ? text : `${text}.`;
}

/**
 * Keeps the ranges of colours those of the networks on the stage, which share them. Those that squashing does not bound
 * are measured, while a network is trained once an epoch.
 */
function keepRanges(): void {
  const own = new Map<typeof network, ReadonlyMap<string, number>>();
  for (const of of [network, other]) {
    let measuredOf: NetworkFacts | undefined;
    const put = (values: ReadonlyMap<string, number>) => {
      own.set(of, values);
      ranges.set(widest([...own.values()]));
    };
    of.subscribe(async (facts) => {
      if (measuredOf?.summary === facts?.summary && measuredOf?.epoch === facts?.epoch) return;
      measuredOf = facts;
      if (!facts) return put(new Map());
      const bounded = boundedRanges(facts.summary);
      if (facts.summary.layers.every(({ name }) => bounded.has(name))) return put(bounded);
      try {
        const measured = await networks.ranges(facts.id);
        if (measuredOf === facts) put(new Map([...measured, ...bounded]));
      } catch (error) {
        if (measuredOf !== facts) return;
        put(bounded);
        notice.set({ text: `The ranges of the colours are unknown: ${(error as Error).message}`, isError: true });
      }
    });
  }
}

/** The other network has all its maps. */
const none: View["off"] = [];

/** Computes a pass whenever the input or the network changes; of inputs that wait, only the newest. */
function passes(of: typeof network, seen: typeof changed, into: typeof forward, off: () => View["off"]): void {
  let isRunning = false;
  let isOld = false;
  const next = async () => {
    isOld = true;
    if (isRunning) return;
    isRunning = true;
    while (isOld) {
      isOld = false;
      const [facts, image] = [get(of), get(seen)];
      // An image of another size was made for the network before: one for this network follows.
      const canRun = facts && image && takes(facts, image);
      try {
        into.set(canRun ? await networks.forward(facts.id, image, off()) : undefined);
      } catch (error) {
        into.set(undefined);
        notice.set({ text: (error as Error).message, isError: true });
      }
    }
    isRunning = false;
  };
  of.subscribe(next);
  seen.subscribe(next);
  let known = off();
  view.subscribe(() => {
    const now = off();
    if (now === known) return;
    known = now;
    void next();
  });
}

/** Keeps what a network sees up to date: its input, and what is done to it. */
function followChanges(from: typeof input, into: typeof changed): void {
  let known: readonly unknown[] = [];
  const next = () => {
    const [image, { adjust }] = [get(from), get(view)];
    if (known[0] === image && known[1] === adjust) return;
    known = [image, adjust];
    into.set(image && adjusted(image, adjustFor(adjust, get(input) ?? image, image)));
  };
  from.subscribe(next);
  view.subscribe(next);
}
