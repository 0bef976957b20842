import { InputError } from "../../core/errors.ts";
import type { ModelCore, TrainingState } from "../core.ts";
import type { Batches, LabelledImages } from "../data.ts";
import type { FitConfig } from "../fit-options.ts";
import { isBatches } from "../given-data.ts";
import type { BatchSource } from "./batch-source.ts";
import { imagesInMemory } from "./images-in-memory.ts";
import { streamOfBatches } from "./stream-of-batches.ts";

/**
 * Opens the batch source for the data: images in memory, or a stream of batches.
 * @throws InputError for data that do not fit the model, or options that do not fit the data
 */
export function openBatchSource(
  core: ModelCore,
  training: TrainingState,
  data: LabelledImages | Batches,
  options: FitConfig,
): BatchSource {
  const { validationData, validationSplit = 0 } = options;
  if (validationData && validationSplit > 0) {
    throw new InputError("fit: expected validationData or validationSplit, got both");
  }
  if (isBatches(data)) return streamOfBatches(core, training, data, options);
  if (options.stepsPerEpoch !== undefined) {
    throw new InputError("fit stepsPerEpoch: expected data that come in batches, got images in memory: leave it out");
  }
  return imagesInMemory(core, training, data, options);
}
