import { subset } from "../../data/subset.ts";
import { type Dataset, InputError, type ReadDataOptions, type Run } from "../../index.ts";
import { trainCount } from "../../model/data.ts";
import { dataOptionsOf } from "../data-options.ts";
import { type OpenedData, openDataOfRun, sourceText } from "../data-source.ts";
import { sumOfData } from "../data-sum.ts";
import type { Print } from "../output.ts";
import { originOf, type RunOrigin } from "../run-origin.ts";
import { foldIndices } from "../train/fold.ts";
import { mixedOrder } from "../train/mixed.ts";
import type { Member } from "./members.ts";

/** Images that no member was trained on, or in one line why there are none. */
export type UnseenImages =
  | { readonly images: Dataset; readonly data: OpenedData; readonly why?: undefined }
  | { readonly images?: undefined; readonly data?: OpenedData; readonly why: string };

/**
 * The images that were for validation in the runs of all members.
 * @param options `data`: where the data of the runs are, if they have moved, and how to read them
 * @throws InputError for data that are not those of the runs
 */
export async function unseenImages(
  members: readonly Member[],
  { data: choice, ...read }: ReadDataOptions & { readonly data?: string },
  print: Print,
): Promise<UnseenImages> {
  const runs: { readonly run: Run; readonly origin: RunOrigin }[] = [];
  for (const { path, run } of members) {
    const origin = run && originOf(run);
    if (!run || !origin) return { why: `"${path}" is no run of lenet5 train, so its validation images are not known` };
    if (origin.file !== undefined)
      return { why: `"${path}" was trained on from another model, whose training images are not known` };
    if (origin.stream) return { why: `"${path}" was trained with --stream, so its validation images are not known` };
    runs.push({ run, origin });
  }
  const other = runs.find(({ origin }) => isOfOtherData(origin, runs[0]!.origin));
  if (other && choice === undefined)
    return { why: `"${runs[0]!.run.folder}" and "${other.run.folder}" were trained on different data` };
  const data = await openDataOfRun({ run: runs[0]!.run, model: members[0]!.model }, choice, print, dataOptionsOf(read));
  const { source, validation } = data;
  const [divided] = ofOtherSplit(members, data);
  if (divided) return { why: otherSplit(divided), data };
  const times = new Uint32Array((validation ?? data.train).labels.length);
  const sum = sumOfData(data);
  for (const { run, origin } of runs) {
    checkCount(run, data);
    if (origin.dataSum !== undefined && origin.dataSum !== sum)
      throw new InputError(
        `"${run.folder}" was trained on other images or labels than those of ${source}: give its data with --data, or --on none`,
      );
    for (const i of validation ? times.keys() : validationOf(run, origin, data.train)) times[i]!++;
  }
  const unseen = Uint32Array.from(times.keys()).filter((i) => times[i] === runs.length);
  if (unseen.length === 0) return { why: "no image was for validation in all of them", data };
  return { images: subset(validation ?? data.train, unseen), data };
}

/** The members whose runs divided their data in another way into training and test images. */
export function ofOtherSplit(members: readonly Member[], { readAs }: Pick<OpenedData, "readAs">): Member[] {
  const splitOf = ({ testSplit, splitSeed }: ReadDataOptions = {}) => `${testSplit}, ${splitSeed}`;
  return members.filter(({ run }) => {
    const origin = run && originOf(run);
    return origin && splitOf(origin.dataOptions) !== splitOf(readAs);
  });
}

/** What {@link ofOtherSplit} found, in words. */
export const otherSplit = ({ path }: Member) => `"${path}" was trained on another split into training and test images`;

/** By what the data were, wherever they lie; of runs that do not say it, by their place. */
export function isOfOtherData(one: RunOrigin, other: RunOrigin): boolean {
  if (one.dataSum !== undefined && other.dataSum !== undefined) return one.dataSum !== other.dataSum;
  return dataText(one) !== dataText(other);
}

function dataText({ data, dataOptions = {} }: RunOrigin): string {
  return JSON.stringify([data, Object.entries(dataOptions).sort()]);
}

/** The indices of the images that a run kept for validation. */
function validationOf({ config }: Run, { options: { fold } }: RunOrigin, train: Dataset): Uint32Array {
  if (fold) return foldIndices(train, fold).fold;
  const { validationSplit, seed } = config.settings;
  const count = train.labels.length;
  const order = mixedOrder(train, validationSplit, seed) ?? Uint32Array.from({ length: count }, (_, i) => i);
  return order.subarray(trainCount(count, validationSplit));
}

function checkCount({ folder, config }: Run, data: OpenedData): void {
  const { trainImages, validationImages } = config.data;
  const known = (trainImages ?? 0) + (validationImages ?? 0);
  const found = data.train.labels.length + (data.validation?.labels.length ?? 0);
  if (known === found) return;
  throw new InputError(
    `"${folder}": expected the run's ${known} images for training and validation, got ${found} from ${sourceText(data)}: give its data with --data, or --on none`,
  );
}
