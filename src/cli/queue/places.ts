/** What a worker has on its machine for the trainings of others. */
import { resolve } from "node:path";
import { pathInfo } from "#platform";
import { isThere } from "../data-source.ts";
import { networkNames } from "../networks/networks.ts";
import { sumOf, trust } from "../networks/trust.ts";
import { NotHere } from "./not-here.ts";
import type { DataIdentity, JobData, SharedFiles } from "./payload.ts";
import type { RunPlaces } from "./run-archive.ts";
import { stampOfFiles, sumOfFiles, sumOfMnist } from "./shared-files.ts";
import type { Store } from "./store.ts";
import { fetchedData } from "./stored-data.ts";

export interface WorkerFolders {
  /** The folder in which data have the names that sweeps know them by. */
  readonly dataFolder?: string;
  /** The folder of files that may be run as networks. */
  readonly networks?: string;
  readonly store?: Store;
}

/** Finds data and networks, and compares them with those of the sweep. Data are read for it when they have changed. */
export function workerPlaces({ dataFolder, networks, store }: WorkerFolders) {
  const sums = new Map<string, { readonly stamp: string; readonly sum: Promise<string> }>();
  const fetches = new Map<string, Promise<string | undefined>>();

  /** @throws NotHere for data or a network that are missing or differ, and for runs in a store that it does not have */
  return async ({ sweep, data, network, task, inStore }: JobData): Promise<RunPlaces> => {
    if (inStore && !store) throw new NotHere(`sweep ${sweep} keeps its runs in a store: start the worker with --store`);
    return { data: await placeOfData(data), network: await placeOfNetwork(task.settings.network, network) };
  };

  async function placeOfData(data: DataIdentity): Promise<string> {
    if (data.kind === "digits") return data.kind;
    const place = data.kind === "mnist" ? data.kind : await placeOfFiles(data);
    // The files of MNIST have known checksums.
    const stamp = data.kind === "mnist" ? "" : await stampOfFiles(place);
    const sum = await once(place, stamp, data.kind === "mnist" ? sumOfMnist : sumOfFiles).catch((error: Error) => {
      throw new NotHere(error.message, { cause: error });
    });
    if (sum === data.sha256) return place;
    const name = data.kind === "mnist" ? "the files of MNIST" : `the data "${data.name}"`;
    throw new NotHere(`${name} differ from those of the sweep (SHA-256 ${sum} here)`);
  }

  /** Own files, or those of the store. */
  async function placeOfFiles(data: SharedFiles): Promise<string> {
    const own = dataFolder === undefined ? undefined : resolve(dataFolder, data.name);
    if (own !== undefined && (await isThere(own))) return own;
    const fetched = store && (await fetchedOnce(store, data));
    if (fetched !== undefined) return fetched;
    throw new NotHere(
      own === undefined
        ? `the data "${data.name}" cannot be found: start the worker with --data-folder and the folder that holds them`
        : `the data "${data.name}" are not in "${dataFolder}", the folder of --data-folder: put them there`,
    );
  }

  /** Trainings that begin together wait for the same copy. */
  function fetchedOnce(from: Store, data: SharedFiles): Promise<string | undefined> {
    const key = JSON.stringify(data);
    const running = fetches.get(key) ?? fetchedData(from, data).finally(() => fetches.delete(key));
    fetches.set(key, running);
    return running;
  }

  /** The checksum of a place; where it cannot be read, it is tried again for the next training. */
  function once(place: string, stamp: string, summed: (place: string) => Promise<string>): Promise<string> {
    const known = sums.get(place);
    if (known?.stamp === stamp) return known.sum;
    const made = { stamp, sum: summed(place) };
    sums.set(place, made);
    made.sum.catch(() => sums.get(place) === made && sums.delete(place));
    return made.sum;
  }

  /** A network by file is code, or may be: only files of the folder that the worker was started with are used. */
  async function placeOfNetwork(given: unknown, file: JobData["network"]): Promise<RunPlaces["network"]> {
    if (given === undefined || networkNames.some((known) => known === given)) return undefined;
    if (!file) throw new NotHere(`the network "${given}" is neither one of lenet5 nor a file that the sweep names`);
    if (networks === undefined)
      throw new NotHere(`the network "${file.name}" is a file, whose code may run: start the worker with --networks`);
    const path = resolve(networks, file.name);
    if (!(await pathInfo(path)))
      throw new NotHere(`the network "${file.name}" is not in "${networks}", the folder of --networks`);
    if ((await sumOf(path)) !== file.sha256)
      throw new NotHere(`the network "${file.name}" is not that of the sweep: the files differ`);
    await trust([path]);
    return { given: String(given), path };
  }
}
