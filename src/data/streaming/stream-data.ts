import { availableThreads, openScratch } from "#platform";
import { InputError } from "../../core/errors.ts";
import {
  belowOne,
  type Check,
  checkedOptions,
  flag,
  type OptionsOf,
  optional,
  whole,
  wholeSeed,
} from "../../core/options.ts";
import { sizeOf } from "../../core/tensor.ts";
import { preparationOf } from "../../pictures/preparation-of.ts";
import { choosePreparation } from "../choose-preparation.ts";
import { checkMemory } from "../data-too-large.ts";
import type { Dataset } from "../dataset.ts";
import { type PartPlan, preparePart } from "../prepare-part.ts";
import { all, checkFit, divided, findData, notesOf } from "../read-data.ts";
import { readDataOptions } from "../read-data-options.ts";
import { DecodeThreads } from "./decode-threads.ts";
import { PictureStream } from "./picture-stream.ts";

/** Threads that decode; more would wait for the disk. */
const MAX_THREADS = 8;
/** Training images that are read to see whether they look like MNIST's. */
const SAMPLE = 256;

const shuffling: Check<boolean | "once"> = (what, given) => (given === "once" ? given : flag(what, given));

const streamDataOptions = {
  ...readDataOptions,
  /** Images in a batch. Default 32. */
  batchSize: optional(whole(), 32),
  /** Whether images come in a new order every epoch; "once": in the same drawn order. Default true. */
  shuffle: optional(shuffling, true),
  /** Seed of that order, which is that of `fit` for images in memory. Default 0. */
  seed: optional(wholeSeed, 0),
  /** The share of the training images, from their end, that is read into memory for validation; in [0, 1). Default 0. */
  validationSplit: optional(belowOne, undefined),
  /** The number of epochs done before, as given to `fit`. Default 0. */
  initialEpoch: optional(whole(0), 0),
  /** Threads that read and decode, beside those that train. Default: the number of cores, at most 8. */
  threads: optional(whole(), undefined),
  /**
   * Whether decoded images are kept in a temporary file of the user's cache folder, if the disk has room for it twice:
   * pictures are then decoded in the first epoch only. Default true.
   */
  keepDecoded: optional(flag, true),
};

/** Options of {@link streamData}. */
export interface StreamDataOptions extends OptionsOf<typeof streamDataOptions> {}

/** A data set whose training images stay on the disk. */
export interface StreamedData {
  /** The kind of data and their place, for people. */
  readonly source: string;
  /** How the images were divided, for people. */
  readonly split: string;
  /** Lines for people about what was skipped or decided. */
  readonly notes: readonly string[];
  /** Batches of training images for `fit`. */
  readonly train: PictureStream;
  /** Images for `validationData`, in memory: those of a folder for them, or of `validationSplit`. */
  readonly validation?: Dataset;
  /** In memory. */
  readonly test: Dataset;
}

/**
 * The data set of `readData` in a folder of pictures, for sets larger than memory: its training images are read and
 * decoded while `fit` trains, in threads of their own.
 *
 * @throws InputError as `readData` does, and for data that are not pictures in folders. A picture that cannot be read
 * ends the call of `fit`, with its file's name.
 */
export async function streamData(path: string, given: StreamDataOptions = {}): Promise<StreamedData> {
  return streamDataFor(0, path, given);
}

/** As {@link streamData}; `usualSplit` is the share for validation of data without validation images. */
export async function streamDataFor(
  usualSplit: number,
  path: string,
  given: StreamDataOptions = {},
): Promise<StreamedData> {
  const config = checkedOptions("streamData", streamDataOptions, given);
  const { batchSize, shuffle, seed, validationSplit: share, initialEpoch, keepDecoded, threads, ...options } = config;
  checkFit("streamData", given);
  const found = await findData(path, options);
  const { source, classNames } = found;
  if (found.train.images.kind !== "files") {
    throw new InputError(
      `${source}: expected pictures in folders by class to stream, got arrays, which are read into memory: do not stream them`,
    );
  }
  if (found.validation && share !== undefined) {
    throw new InputError(
      `streamData validationSplit: expected data without validation images, got ${source}; leave it out`,
    );
  }
  const validationSplit = share ?? (found.validation ? 0 : usualSplit);
  const { train, test, split, notes } = divided(found, options);
  const { preparation, isSizeGiven } = await choosePreparation(found, options);
  const plan: PartPlan = { preparation, classNames, isSizeGiven };
  const count = Math.floor(train.indices.length * (1 - validationSplit) + 1e-6); // as fit counts
  const [streamed, last] = [train.indices.subarray(0, count), train.indices.subarray(count)];
  const validationPart = found.validation ? all(found.validation) : { part: train.part, indices: last };
  checkMemory(source, test.indices.length + validationPart.indices.length, preparation, options);
  const [seen, tested, validation] = [
    await preparePart(train.part, streamed.subarray(0, SAMPLE), plan),
    await preparePart(test.part, test.indices, plan),
    validationPart.indices.length > 0
      ? await preparePart(validationPart.part, validationPart.indices, plan)
      : undefined,
  ];
  const read = validation ? [tested, validation] : [tested];
  const shown = preparationOf(seen.dataset.images, preparation) ?? preparation;
  const { padding, size, channels } = preparation;
  const shape: PictureStream["shape"] = [size[0] + 2 * padding, size[1] + 2 * padding, channels];
  const imageSize = sizeOf(shape);
  const scratch = keepDecoded ? await openScratch(count * imageSize) : undefined;
  const { folder, names } = found.train.images;
  const pool = Math.min(threads ?? availableThreads(), MAX_THREADS);
  const setup = {
    ...{ folder, preparation, isSizeGiven, imageSize },
    ...(scratch && { scratch: scratch.id }),
    kept: new Uint8Array(new SharedArrayBuffer(count)),
  };
  const labels = train.part.labels.slice(0, count);
  streamed.forEach((from, to) => {
    labels[to] = train.part.labels[from]!;
  });
  const stream = new PictureStream(
    { names: Array.from(streamed, (i) => names[i]!), labels },
    { classNames, preparation: shown, shape },
    new DecodeThreads(setup, pool),
    { batchSize, shuffle, seed, initialEpoch, ahead: 2 * pool },
    () => scratch?.close(),
  );
  return {
    source,
    split,
    notes: [...found.notes, ...notes, ...read.flatMap(({ damaged, faded }) => notesOf(damaged, faded))],
    train: stream,
    test: { ...tested.dataset, preparation: shown },
    ...(validation && { validation: { ...validation.dataset, preparation: shown } }),
  };
}
