import { trainCount } from "../../model/data.ts";
import { newRunFolder, refuseExistingRun } from "../../runs/folder.ts";
import { openData } from "../data-source.ts";
import { chosenNetwork } from "../networks/chosen.ts";
import { defaultNetwork } from "../networks/networks.ts";
import { augmentationFor, defaults, lossOf, optimizerFor } from "../recipe.ts";
import type { RunOrigin } from "../run-origin.ts";
import type { Training, TrainOptions } from "./training.ts";

/** Everything for a new run, and its empty folder. */
export async function newRun(options: TrainOptions): Promise<Training> {
  const { learningRate } = options;
  const network = await chosenNetwork(options.network ?? defaultNetwork);
  const { epochs, batchSize, optimizer, shuffle, seed, numerics, validationSplit } = {
    ...defaults,
    ...network.recipe,
    ...options,
  };
  if (options.out !== undefined) await refuseExistingRun("--out", options.out);
  const data = await openData(options.data);
  const { classNames, labels } = data.train;
  const model = await network.make({ classNames, seed, numerics, threads: options.threads });
  const stepsPerEpoch = Math.ceil(trainCount(labels.length, validationSplit) / batchSize);
  model.compile({
    optimizer: await optimizerFor(optimizer, { learningRate, batchSize, stepsPerEpoch, epochs }),
    loss: lossOf(model),
    metrics: ["accuracy"],
  });
  const augment = options.augment === undefined ? undefined : await augmentationFor(options.augment, network);
  const recipe = { optimizer, learningRate: learningRate ?? null };
  const origin: RunOrigin = { network: network.name, data: data.id, recipe };
  return {
    network,
    data,
    model,
    fit: { epochs, initialEpoch: 0, batchSize, shuffle, seed, validationSplit, ...(augment && { augment }) },
    origin,
    folder: await newRunFolder(options.out, new Date()),
    notes: [],
  };
}
