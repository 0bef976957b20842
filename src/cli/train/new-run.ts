import { availableParallelism, cpus } from "node:os";
import { trainCount } from "../../model/data.ts";
import { openData } from "../data-source.ts";
import { defaultNetwork, networks } from "../networks/networks.ts";
import { augmentationFor, defaults, lossOf, optimizerFor } from "../recipe.ts";
import { newRunFolder, refuseExistingRun } from "../run/folder.ts";
import { recordersOf } from "../run/recorders.ts";
import { Run } from "../run/run.ts";
import type { RunConfig } from "../run/schemas.ts";
import type { Training, TrainOptions } from "./training.ts";

/** Makes the folder of a new run, with its config and its untrained model. */
export async function newRun(options: TrainOptions, command: string, version: string): Promise<Training> {
  const { network = defaultNetwork, learningRate } = options;
  const { recipe, make } = networks[network];
  const { epochs, batchSize, optimizer, seed, numerics, validationSplit } = { ...defaults, ...recipe, ...options };
  if (options.out !== undefined) await refuseExistingRun(options.out);
  const data = await openData(options.data);
  const { classNames, labels } = data.train;
  const trainImages = trainCount(labels.length, validationSplit);
  const model = await make({ classNames, seed, numerics, threads: options.threads });
  const stepsPerEpoch = Math.ceil(trainImages / batchSize);
  model.compile({
    optimizer: await optimizerFor(optimizer, { learningRate, batchSize, stepsPerEpoch, epochs }),
    loss: lossOf(model),
    metrics: ["accuracy"],
  });
  const now = new Date();
  const config: RunConfig = {
    lenet5: version,
    node: process.version,
    command,
    started: now.toISOString(),
    settings: {
      network,
      epochs,
      batchSize,
      optimizer,
      learningRate: learningRate ?? null,
      seed,
      validationSplit,
      numerics,
      augment: options.augment === undefined ? null : await augmentationFor(options.augment, network),
      threads: model.threads,
    },
    data: {
      id: data.id,
      source: data.source,
      notice: data.notice ?? null,
      classNames: [...classNames],
      trainImages,
      validationImages: labels.length - trainImages,
      testImages: data.test.labels.length,
    },
    machine: {
      cpu: cpus()[0]?.model.trim() || process.arch,
      cores: availableParallelism(),
      platform: `${process.platform} ${process.arch}`,
    },
  };
  const run = new Run(await newRunFolder(options.out, now), config);
  // The model first: a folder with a config can then be continued, even if the run is killed in its first epoch.
  await model.save(run.file("model.safetensors"));
  await run.write("config.json", config);
  return { run, data, model, history: { epochs: [], history: {} }, recorders: await recordersOf(run, 0, 0) };
}
