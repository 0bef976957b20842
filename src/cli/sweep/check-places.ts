import { InputError } from "../../core/errors.ts";
import { refuseMissingData } from "../data-source.ts";
import { type InputOptions, inputOptionsOf } from "../input-options.ts";
import { openModel } from "../models.ts";
import { chosenNetwork } from "../networks/chosen.ts";
import type { TrainOptions } from "../train/training.ts";

/**
 * Looks for the networks and the data of trials on this machine, and opens model files: without them, trials would fail
 * one by one.
 * @throws InputError for the first that is not there, and for a model file that none of its trials can use
 */
export async function checkPlaces(trials: readonly TrainOptions[]): Promise<void> {
  for (const data of new Set(trials.map((options) => options.data)))
    if (data !== undefined && data !== "mnist" && data !== "digits") await refuseMissingData("--data", data);
  for (const network of new Set(trials.map((options) => options.network))) {
    if (network === undefined) continue;
    // Of a module this is enough: what it makes depends on the data.
    const { file } = await chosenNetwork(network);
    if (file === undefined) continue;
    const those = trials.filter((options) => options.network === network).map(inputOptionsOf);
    await checkFile(network, new Map(those.map((input) => [JSON.stringify(input), input])).values());
  }
}

/** Opens a model file as trials say that it takes images. Where one of them can use it, the others fail by themselves. */
async function checkFile(path: string, inputs: Iterable<InputOptions | undefined>): Promise<void> {
  const failures: InputError[] = [];
  for (const input of inputs) {
    try {
      await openModel(path, { threads: 1, input, isQuiet: true });
      return;
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      failures.push(error);
    }
  }
  const [failure] = failures;
  const { message } = failure!;
  throw message.startsWith("--") ? failure : new InputError(`--network: ${message}`, { cause: failure });
}
