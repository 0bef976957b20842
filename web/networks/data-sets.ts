/** The data sets of the page, in a worker. The worker of the networks and that of the training have their own copies. */
import { type Dataset, digitsInSlices, InputError, MnistUnavailable, mnist, type TrainTest } from "lenet5";
import type { DataId } from "../state/data.ts";

/** The address of the page: `mnist/` is looked for beside it. */
let pageAddress = "";
const given = new Map<DataId, TrainTest>();
const loading = new Map<string, Promise<TrainTest>>();

/** Sets the address of the page. Call it first in each worker. */
export function servedFrom(address: string): void {
  pageAddress = address;
}

/** Puts a data set in place of the one with that id. */
export function putDataSet(id: DataId, data: TrainTest): void {
  given.set(id, data);
}

/**
 * A data set as `lenet5 train --data <id>` has it, so that training gives the same weights to the last bit.
 * @param onProgress called with the share that is there, 0 to 1
 * @throws Error with a line for the user where it is not there
 */
export function dataSet(id: DataId, onProgress?: (share: number) => void): Promise<TrainTest> {
  return given.has(id) ? Promise.resolve(given.get(id)!) : kept(id, () => loaded(id, onProgress));
}

/** The test images of a data set. Of the built-in digits no training images are drawn: 0.5 seconds, not 5. */
export async function testSet(id: DataId): Promise<{ readonly source: string; readonly test: Dataset }> {
  if (id !== "digits" || given.has(id) || loading.has(id)) return dataSet(id);
  return kept("digits, test", () => digitsInSlices({ train: 0 }));
}

async function loaded(id: DataId, onProgress?: (share: number) => void): Promise<TrainTest> {
  if (id === "digits") return digitsInSlices({}, onProgress);
  if (id === "yours") throw new InputError("Pictures of your own are not in this page yet: drop some on it first.");
  try {
    return await mnist({
      mirrors: [new URL("mnist/", pageAddress).href],
      onProgress: ({ file, received, total = 1 }) => onProgress?.(fractionOf(file, received / total)),
    });
  } catch (error) {
    if (!(error instanceof MnistUnavailable)) throw error;
    const instead = "take the built-in digits, or drop MNIST's four files on the page";
    throw new InputError(`MNIST is not served beside this page: ${instead}.`, { cause: error });
  }
}

/** MNIST's files in the order in which they come, and the share of all bytes that each ends at. */
const ends = [
  ["t10k-labels", 0.001],
  ["train-labels", 0.004],
  ["t10k-images", 0.15],
  ["train-images", 1],
] as const;

function fractionOf(file: string, received: number): number {
  const at = ends.findIndex(([name]) => file.startsWith(name));
  const start = ends[at - 1]?.[1] ?? 0;
  return start + (ends[at]![1] - start) * received;
}

/** Loads once; what failed may be tried again. */
function kept(key: string, load: () => Promise<TrainTest>): Promise<TrainTest> {
  let data = loading.get(key);
  if (!data) {
    data = Promise.resolve().then(load);
    data.catch(() => loading.delete(key));
    loading.set(key, data);
  }
  return data;
}
