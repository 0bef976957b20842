/** The page's side of the data sets. */
import * as Comlink from "comlink";
import type { TrainTest } from "lenet5";
import { get } from "svelte/store";
import { type DataFacts, type DataId, dataIds, type Evaluation, evaluating, evaluations } from "../state/data.ts";
import type { NetworkFacts } from "../state/network.ts";
import { networks } from "./networks.ts";
import { whatIsServed } from "./served.ts";

/** Data sets that came from the user: the worker of a training is given them, too. */
const put = new Map<DataId, TrainTest>();
const facts = new Map<DataId, Promise<DataFacts>>();

/** Which weights an evaluation is of: a network that was trained further is evaluated again. */
const evaluatedWeights = new Map<string, NetworkFacts["weights"]>();
const running = new Map<string, Promise<Evaluation>>();

/** Reads what is served beside the page. A page without `served.json` has only what it brings itself. */
export async function findServed(): Promise<void> {
  if ((await whatIsServed()).mnist) add("mnist");
}

/** Puts a data set of the user's in place of the one with that id; its evaluations are forgotten. */
export async function putData(id: DataId, data: TrainTest): Promise<void> {
  put.set(id, data);
  facts.delete(id);
  await networks.putData(id, data);
  // One that runs is of the images before.
  const isOfData = (key: string) => key.endsWith(`/${id}`);
  for (const key of [...running.keys()].filter(isOfData)) running.delete(key);
  const others = <Value>(now: ReadonlyMap<string, Value>) => new Map([...now].filter(([key]) => !isOfData(key)));
  evaluations.update(others);
  evaluating.update(others);
  add(id);
}

/** The data set that the user brought, for other workers; undefined where a worker loads it by itself. */
export function dataOfUser(id: DataId): TrainTest | undefined {
  return put.get(id);
}

/** @throws Error with a line for the user where the data are not there */
export function dataFacts(id: DataId): Promise<DataFacts> {
  let known = facts.get(id);
  if (!known) {
    known = networks.dataFacts(id);
    known.catch(() => facts.delete(id));
    facts.set(id, known);
  }
  return known;
}

/**
 * How a network does on the test images of a data set: from the store `evaluations`, else computed and put there. The
 * store `evaluating` says how far it is.
 * @throws Error with a line for the user
 */
export function evaluated({ id, weights }: NetworkFacts, data: DataId): Promise<Evaluation> {
  const key = `${id}/${data}`;
  const known = get(evaluations).get(key);
  const isNewest = evaluatedWeights.get(key) === weights;
  if (known && isNewest) return Promise.resolve(known);
  const old = running.get(key);
  if (old && isNewest) return old;
  evaluatedWeights.set(key, weights);
  const run = compute();
  running.set(key, run);
  return run;

  async function compute(): Promise<Evaluation> {
    evaluating.update((now) => new Map(now).set(key, 0));
    // Its last progress may arrive after its result, on another channel.
    const progress = (share: number) => {
      if (running.get(key) === run) evaluating.update((now) => new Map(now).set(key, share));
    };
    try {
      const made = await networks.evaluate(id, data, Comlink.proxy(progress));
      if (running.get(key) === run) evaluations.update((now) => new Map(now).set(key, made));
      return made;
    } catch (error) {
      if (running.get(key) === run) evaluatedWeights.delete(key);
      throw error;
    } finally {
      if (running.get(key) === run) {
        running.delete(key);
        evaluating.update((now) => new Map([...now].filter(([other]) => other !== key)));
      }
    }
  }
}

function add(id: DataId): void {
  dataIds.update((ids) => (ids.includes(id) ? ids : [...ids, id]));
}
