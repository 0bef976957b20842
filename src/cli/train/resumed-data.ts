import type { Run } from "../../index.ts";
import { trainCount } from "../../model/data.ts";
import { writeRunFile } from "../../runs/run.ts";
import { dataPlace, type OpenedRun, openData, placeOfRun } from "../data-source.ts";
import { sumOfData } from "../data-sum.ts";
import { fittedData } from "../fitted-data.ts";
import type { Print } from "../output.ts";
import { dataPlaceIn, type RunOrigin } from "../run-origin.ts";
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

/** What a command may say about the data of a run: where they are now, and a limit of the machine. */
type Given = Pick<TrainOptions, "data" | "maxBytes">;

/** In memory. */
export async function memoryOfRun(
  { run, model }: OpenedRun,
  origin: RunOrigin,
  { data: given, maxBytes }: Given,
  print: Print,
): Promise<DataOfRun> {
  const { validationSplit, seed } = run.config.settings;
  const { fold } = origin.options;
  const place = await placeOfRun(run, origin, print, given);
  const found = await openData(place, { ...origin.dataOptions, maxBytes });
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
  { data: given, maxBytes }: Given,
  print: Print,
): Promise<DataOfRun> {
  const place = await placeOfRun(run, origin, print, given);
  const { data, stream } = await openStream(
    place,
    { ...origin.dataOptions, maxBytes },
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

/** Keeps the place that the user gave: the run is continued and evaluated from there without being told again. */
export async function keepPlace(run: Run, data: Training["data"]): Promise<void> {
  const { folder, config } = run;
  const extra = { ...config.extra, dataFromRun: undefined, ...dataPlaceIn(folder, data.id) };
  const changed = { ...config, notes: { ...config.notes, Data: dataPlace(data) }, extra };
  await writeRunFile(run, "config.json", changed);
}
