/** The page's side of the worker that holds the networks. */
import * as Comlink from "comlink";
import { get } from "svelte/store";
import type { Forward, NetworkFacts, NetworkSource } from "../state/network.ts";
import { forward, input, network, notice, other, otherForward, view } from "../state/state.ts";
import type { NetworkApi } from "./network-api.ts";
import NetworkWorker from "./network-worker.ts?worker";

/** The networks; every call is answered by the worker. */
export const networks: Comlink.Remote<NetworkApi> = Comlink.wrap<NetworkApi>(new NetworkWorker());
void networks.servedFrom(document.baseURI);

/** Those that are loaded or being loaded, by id. */
const loaded = new Map<string, Promise<NetworkFacts>>();

/** Loads a network, or gets the one that has the id. */
export function opened(id: string, source: NetworkSource = shipped(id)): Promise<NetworkFacts> {
  let facts = loaded.get(id);
  if (!facts) {
    facts = networks.open(id, source);
    loaded.set(id, facts);
  }
  return facts;
}

function shipped(id: string): NetworkSource {
  if (id === "article" || id === "1998" || id === "reader") return { type: "pretrained", network: id };
  throw new Error(`expected the network article, 1998 or reader, got ${id}: open its file first`);
}

/** Keeps the networks of the view loaded, and their forward passes up to date. */
export function start(): void {
  view.subscribe(({ net, with: second }) => {
    follow(net, network);
    follow(second, other);
  });
  passes(network, forward);
  passes(other, otherForward);
}

/** Loads a network into a store. */
async function follow(id: string, into: typeof network): Promise<void> {
  if (id === (get(into)?.id ?? "")) return;
  if (id === "") return into.set(undefined);
  try {
    into.set(await opened(id));
  } catch (error) {
    loaded.delete(id);
    notice.set({ text: (error as Error).message, isError: true });
  }
}

/** Computes a pass whenever the input or the network changes; of inputs that wait, only the newest. */
function passes(of: typeof network, into: typeof forward): void {
  let isRunning = false;
  let isOld = false;
  const next = async () => {
    isOld = true;
    if (isRunning) return;
    isRunning = true;
    while (isOld) {
      isOld = false;
      const [facts, image] = [get(of), get(input)];
      const made: Forward | undefined = facts && image && (await networks.forward(facts.id, image));
      into.set(made);
    }
    isRunning = false;
  };
  of.subscribe(next);
  input.subscribe(next);
}
