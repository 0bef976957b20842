import { InputError } from "../../core/errors.ts";
import { refuseMissingData } from "../data-source.ts";
import { inputOptionsOf } from "../input-options.ts";
import { chosenNetwork } from "../networks/chosen.ts";
import type { TrainOptions } from "../train/training.ts";

/**
 * Looks for the networks and the data of trials on this machine: where one is missing, each trial would fail by itself.
 * @throws InputError for the first that is not there, and for a model file that cannot be read
 */
export async function checkPlaces(trials: readonly TrainOptions[]): Promise<void> {
  for (const data of new Set(trials.map((options) => options.data)))
    if (data !== undefined && data !== "mnist" && data !== "digits") await refuseMissingData("--data", data);
  const ofNetworks = new Map(trials.map((options) => [options.network, options]));
  for (const [network, options] of ofNetworks) {
    if (network === undefined) continue;
    // A network that stands for several inputs is made once: of a module, loading it is what matters here.
    const chosen = await chosenNetwork(network, inputOptionsOf(options));
    if (chosen.file !== undefined) await chosen.make({ threads: 1 }).catch((error) => Promise.reject(ofNetwork(error)));
  }
}

const ofNetwork = (error: unknown) =>
  error instanceof InputError ? new InputError(`--network: ${error.message}`, { cause: error }) : error;
