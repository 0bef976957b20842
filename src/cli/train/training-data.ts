import { DataTooLarge } from "../../data/data-too-large.ts";
import { type Dataset, InputError, type PictureStream, type Preparation } from "../../index.ts";
import { trainCount } from "../../model/data.ts";
import { type OpenedData, openData } from "../data-source.ts";
import { sumOfData } from "../data-sum.ts";
import { dataProblems } from "./data-problems.ts";
import { withFold } from "./fold.ts";
import { mixed } from "./mixed.ts";
import { openStream, type StreamSettings } from "./streamed.ts";
import type { TrainOptions } from "./training.ts";

interface Found {
  /** Without its training images. */
  readonly data: Omit<OpenedData, "train">;
  /** Names of the classes, shape of an image, and how pictures become such images. */
  readonly images: {
    readonly classNames: readonly string[];
    readonly shape: readonly number[];
    readonly preparation?: Preparation;
  };
  readonly trainImages: number;
  readonly validationImages: number;
  /** What the images and labels are, before they are divided; absent for a stream. */
  readonly sum?: string;
  /** The share of the training images that is for validation; 0 where the data have others. */
  readonly validationSplit: number;
  readonly notes: readonly string[];
  readonly problems: readonly string[];
}

/** The training images of a new run: in memory, or a stream. */
export type TrainingData = Found &
  (
    | { readonly train: Dataset; readonly stream?: undefined }
    | { readonly train?: undefined; readonly stream: PictureStream }
  );

/** The data of a new run; a stream with `--stream`, and where they are too large for the memory. */
export async function trainingData(options: TrainOptions, settings: StreamSettings): Promise<TrainingData> {
  if (options.stream) return streamedData(options, settings);
  try {
    return await dataInMemory(options, settings);
  } catch (error) {
    if (!(error instanceof DataTooLarge) || options.fold) throw error;
    const found = await streamedData(options, settings);
    return {
      ...found,
      notes: ["The images are too large for the memory: they are read from the disk", ...found.notes],
    };
  }
}

async function dataInMemory(options: TrainOptions, settings: StreamSettings): Promise<TrainingData> {
  const ahead = await options.mnist?.read;
  const found: OpenedData = ahead ? { ...ahead, id: "mnist" } : await openData(options.data, options);
  const opened = options.fold ? withFold(found, options.fold) : found;
  if (opened.validation) refuseSplit(options, opened);
  const validationSplit = opened.validation ? 0 : settings.validationSplit;
  const { data, notes } = mixed(opened, validationSplit, settings.seed);
  const { train } = data;
  const trainImages = trainCount(train.labels.length, validationSplit);
  return {
    data,
    train,
    images: {
      classNames: train.classNames,
      shape: train.images.shape.slice(1),
      preparation: train.preparation,
    },
    trainImages,
    validationImages: data.validation?.labels.length ?? train.labels.length - trainImages,
    sum: sumOfData(found),
    validationSplit,
    notes,
    problems: dataProblems(data),
  };
}

async function streamedData(options: TrainOptions, settings: StreamSettings): Promise<TrainingData> {
  const { data, stream } = await openStream(options.data, options, settings, options.validationSplit !== undefined);
  return {
    data,
    stream,
    images: stream,
    trainImages: stream.count,
    validationImages: data.validation?.labels.length ?? 0,
    validationSplit: settings.validationSplit,
    notes: [],
    problems: [],
  };
}

function refuseSplit({ validationSplit }: TrainOptions, { source, split }: Pick<OpenedData, "source" | "split">): void {
  if (validationSplit === undefined) return;
  throw new InputError(
    `--validation-split: expected with data that have no validation images, got ${source}, divided into ${split}; leave it out`,
  );
}
