/** What a worker has on its machine for the trainings of others. */
import { joinPath, pathInfo } from "#platform";
import { MnistUnavailable } from "../../index.ts";
import { networkNames } from "../networks/networks.ts";
import { sumOf, trust } from "../networks/trust.ts";
import type { JobData } from "./payload.ts";
import type { RunPlaces } from "./run-archive.ts";
import { identityOf } from "./shared-files.ts";
import type { Store } from "./store.ts";

export interface WorkerFolders {
  /** The folder in which data have the names that sweeps know them by. */
  readonly dataFolder?: string;
  /** The folder of files that may be run as networks. */
  readonly networks?: string;
  readonly store?: Store;
}

/** This machine cannot do a training that another may be able to do. */
export class NotHere extends Error {}

/** Finds data and networks, and compares them with those of the sweep, each once. */
export function workerPlaces({ dataFolder, networks, store }: WorkerFolders) {
  const sums = new Map<string, Promise<string | undefined>>();

  /** @throws NotHere for data or a network that are missing or differ, and for runs in a store that it does not have */
  return async ({ sweep, data, network, task, inStore }: JobData): Promise<RunPlaces> => {
    if (inStore && !store) throw new NotHere(`sweep ${sweep} keeps its runs in a store: start the worker with --store`);
    return { data: await placeOfData(data), network: await placeOfNetwork(task.settings.network, network) };
  };

  async function placeOfData({ name, sha256 }: JobData["data"]): Promise<string> {
    if (name === "digits") return name;
    const path = name === "mnist" ? name : await inFolder("--data-folder", dataFolder, name);
    const sum = await (sums.get(path) ?? summed(path));
    if (sum === undefined) throw new NotHere("MNIST is neither on this machine nor reachable");
    if (sum !== sha256)
      throw new NotHere(`the data "${name}" are not those of the sweep: their files differ (SHA-256 ${sum})`);
    return path;
  }

  function summed(path: string): Promise<string | undefined> {
    const sum = identityOf(path).then(
      ({ sha256 }) => sha256,
      (error) => {
        sums.delete(path);
        if (error instanceof MnistUnavailable) return undefined;
        throw error;
      },
    );
    sums.set(path, sum);
    return sum;
  }

  /** A network by file is code, or may be: only files of the folder that the worker was started with are used. */
  async function placeOfNetwork(given: unknown, file: JobData["network"]): Promise<RunPlaces["network"]> {
    if (given === undefined || networkNames.some((known) => known === given)) return undefined;
    if (!file) throw new NotHere(`the network "${given}" is neither one of lenet5 nor a file that the sweep names`);
    const path = await inFolder("--networks", networks, file.name);
    if ((await sumOf(path)) !== file.sha256)
      throw new NotHere(`the network "${file.name}" is not that of the sweep: the files differ`);
    await trust([path]);
    return { given: String(given), path };
  }
}

async function inFolder(option: string, folder: string | undefined, name: string): Promise<string> {
  if (folder === undefined) throw new NotHere(`"${name}" needs a folder: start the worker with ${option}`);
  const path = joinPath(folder, name);
  if (!(await pathInfo(path))) throw new NotHere(`"${name}" is not in ${option}`);
  return path;
}
