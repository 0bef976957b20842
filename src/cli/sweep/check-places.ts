import { refuseMissingData } from "../data-source.ts";
import { chosenNetwork } from "../networks/chosen.ts";
import type { TrainOptions } from "../train/training.ts";

/**
 * Looks for the networks and the data of trials on this machine: where one is missing, each trial would fail by itself.
 * @throws InputError for the first that is not there
 */
export async function checkPlaces(trials: readonly TrainOptions[]): Promise<void> {
  for (const data of new Set(trials.map((options) => options.data)))
    if (data !== undefined && data !== "mnist" && data !== "digits") await refuseMissingData("--data", data);
  // A network that stands for several inputs is made once: its module is what matters here.
  for (const network of new Set(trials.map((options) => options.network)))
    if (network !== undefined) await chosenNetwork(network);
}
