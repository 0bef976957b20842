import { resolve } from "node:path";
import { pathInfo } from "#platform";
import { streamDataFor } from "../../data/streaming/stream-data.ts";
import { InputError, type Model, type PictureStream, type ReadDataOptions } from "../../index.ts";
import { definitionOf } from "../../training/losses/table.ts";
import { dataOptionsOf } from "../data-options.ts";
import { type OpenedData, throwWithFlag, withSplit } from "../data-source.ts";

/** How the training images of a run come from the disk; the run keeps it to go on with. */
export interface StreamSettings {
  readonly batchSize: number;
  readonly shuffle: boolean | "once";
  readonly seed: number;
  readonly validationSplit: number;
}

/** A data set whose training images stay on the disk. */
export interface OpenedStream {
  readonly data: Omit<OpenedData, "train">;
  readonly stream: PictureStream;
}

/** @throws InputError for data that are not pictures in folders */
export async function openStream(
  choice: string | undefined,
  options: ReadDataOptions,
  { validationSplit, ...settings }: StreamSettings & { readonly initialEpoch?: number },
  isSplitGiven: boolean,
): Promise<OpenedStream> {
  const path = choice === undefined ? undefined : resolve(choice);
  if (path === undefined || !(await pathInfo(path))) {
    throw new InputError(
      `--stream: expected --data with a folder of pictures, got ${choice === undefined ? "none" : `"${choice}"`}`,
    );
  }
  const readAs = dataOptionsOf(options);
  const { train: stream, ...data } = await streamDataFor(validationSplit, path, {
    ...readAs,
    ...settings,
    ...(isSplitGiven && { validationSplit }),
  }).catch(throwWithFlag);
  const { maxBytes: _, ...form } = readAs;
  return { data: { ...data, id: path, readAs: withSplit(form, data.split) }, stream };
}

/** @throws InputError for a network that does not take the images or the class numbers of a stream as they are */
export function checkStream({ shape, classNames }: PictureStream, model: Model, what: string): void {
  const loss = model.training?.objectives[0]?.loss;
  const [units] = model.outputs.shape;
  if (loss !== undefined && definitionOf(loss).targets === "rows" && !(units === 1 && classNames.length === 2)) {
    throw new InputError(
      `${what}: expected a loss that takes class numbers with --stream, got one for rows of targets`,
    );
  }
  if (model.inputs.shape.join() === shape.join()) return;
  throw new InputError(
    `${what}: expected images ${shape.join("x")} with --stream, as the data have, got a network for ${model.inputs.shape.join("x")}; give --size and --channels`,
  );
}
