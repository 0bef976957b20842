import { trainCount } from "../../model/data.ts";
import { type OpenedRun, openDataOfRun, placeOfRun } from "../data-source.ts";
import { sumOfData } from "../data-sum.ts";
import { fittedData } from "../fitted-data.ts";
import type { Print } from "../output.ts";
import { originOf, type RunOrigin } from "../run-origin.ts";
import { dataProblems } from "./data-problems.ts";
import { withFold } from "./fold.ts";
import { mixed } from "./mixed.ts";
import { checkStream, openStream } from "./streamed.ts";
import type { Training, TrainOptions } from "./training.ts";

/** The data of a run that is continued. */
export interface DataOfRun extends Pick<Training, "data" | "train" | "problems"> {
  readonly counts: { readonly train: number; readonly validation: number };
  /** What the images and labels are, before they are divided; absent for a stream. */
  readonly sum?: string;
  readonly mixing: readonly string[];
}

/** In memory. */
export async function memoryOfRun(
  opened: OpenedRun,
  limit: Pick<TrainOptions, "maxBytes">,
  print: Print,
): Promise<DataOfRun> {
  const { run, model } = opened;
  const { validationSplit, seed } = run.config.settings;
  const { fold } = originOf(run)?.options ?? {};
  const found = await openDataOfRun(opened, undefined, print, limit);
  const { data, notes } = mixed(fold ? withFold(found, fold) : found, validationSplit, seed);
  const all = data.train.labels.length;
  const train = trainCount(all, data.validation ? 0 : validationSplit);
  return {
    data,
    train: fittedData(data.train, model, `"${run.folder}"`),
    counts: { train, validation: data.validation?.labels.length ?? all - train },
    sum: sumOfData(found),
    mixing: notes,
    problems: dataProblems(data),
  };
}

/** A stream that goes on after the epochs that are done. */
export async function streamOfRun(
  { run, model }: OpenedRun,
  origin: RunOrigin,
  { images: _, ...settings }: NonNullable<RunOrigin["stream"]>,
  done: number,
  limit: Pick<TrainOptions, "maxBytes">,
  print: Print,
): Promise<DataOfRun> {
  const place = await placeOfRun(run, origin, print);
  const { data, stream } = await openStream(
    place,
    { ...origin.dataOptions, ...limit },
    { ...settings, initialEpoch: done },
    false,
  );
  checkStream(stream, model, `"${run.folder}"`);
  return {
    data,
    train: stream,
    counts: { train: stream.count, validation: data.validation?.labels.length ?? 0 },
    mixing: [],
    problems: [],
  };
}
