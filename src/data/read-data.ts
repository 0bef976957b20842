import { joinPath } from "#platform";
import { InputError, listed, shown } from "../core/errors.ts";
import { checkedOptions } from "../core/options.ts";
import type { Preparation } from "../pictures/preparation.ts";
import { preparationOf } from "../pictures/preparation-of.ts";
import { choosePreparation } from "./choose-preparation.ts";
import { checkMemory } from "./data-too-large.ts";
import type { Dataset, TrainTest } from "./dataset.ts";
import { type PartData, type PartPlan, preparePart } from "./prepare-part.ts";
import { type ReadDataConfig, type ReadDataOptions, readDataOptions, TEST_SPLIT } from "./read-data-options.ts";
import { release } from "./release.ts";
import { Budget } from "./sources/budget.ts";
import { csvFiles } from "./sources/csv-files.ts";
import { type DataFile, withFiles } from "./sources/files-in-memory.ts";
import type { FoundData, FoundPart } from "./sources/found-data.ts";
import { idxFiles } from "./sources/idx-files.ts";
import { numpyFiles } from "./sources/numpy-files.ts";
import { pictureFolders } from "./sources/picture-folder.ts";
import { placeOf, type Source, specificOptions } from "./sources/source.ts";
import { isSorted, spreadOrder, stratifiedSplit } from "./split.ts";

/**
 * Reads a data set from a folder or a file, or from files in memory, such as those that were dropped on a page, also in a zip file:
 *
 * - pictures in folders by class, `train/<class>/*` with `test/<class>/*` and perhaps `val/<class>/*`, or `<class>/*`
 * - a CSV file with a row of pixels and a label for each image, or `train.csv` with `test.csv`, also as `.gz`
 * - NumPy's npz with `x_train`, `y_train`, `x_test` and `y_test`, or `x` and `y`; or npy files of such names
 * - MNIST's file format (IDX): MNIST, Fashion-MNIST, KMNIST, EMNIST, QMNIST and others, plain or as `.gz`
 *
 * Pixels become bytes: numbers up to 1, 16, 255 or 65535, or from -1 to 1, are brought to 0 to 255.
 * Data without a test set are divided: of each class `testSplit` becomes the test set. Images that stand class after
 * class come in a seeded order in which every stretch has every class in its share, so that a validation split can be
 * taken from the end.
 *
 * @throws InputError for a path that is no data set, for data that cannot be read, and for unknown options
 */
export async function readData(data: string | readonly DataFile[], given: ReadDataOptions = {}): Promise<TrainTest> {
  if (typeof data === "string") return readDataFor(undefined, data, given);
  if (!Array.isArray(data)) throw new InputError(`readData: expected a path, or a list of files, got ${shown(data)}`);
  return withFiles(data, (folder) => readDataFor(undefined, folder, given));
}

/**
 * As {@link readData}, for a model that was trained on images of this preparation: without options about size and
 * channels, images come to its channels, and to its size unless they have one that fits it.
 */
export async function readDataFor(
  like: Preparation | undefined,
  path: string,
  given: ReadDataOptions = {},
): Promise<TrainTest> {
  const options = checkedOptions("readData", readDataOptions, given);
  checkFit("readData", given);
  const found = await findData(path, options);
  const { source, classNames, validation } = found;
  const { train, test, split, notes } = divided(found, options);
  const { preparation, isSizeGiven } = await choosePreparation(found, options, like);
  const plan: PartPlan = { preparation, classNames, isSizeGiven };
  if (found.train.images.kind === "files") {
    const count = train.indices.length + test.indices.length + (validation?.labels.length ?? 0);
    checkMemory(source, count, preparation, options);
  }
  const read: (PartData | undefined)[] = [];
  for (const each of [train, test, validation && all(validation)])
    read.push(each && (await preparePart(each.part, each.indices, plan)));
  if (found.train.images.kind === "files") checkClasses(source, read[0]!.dataset);
  for (const part of [found.train, found.validation, found.test])
    if (part?.images.kind === "array") release(part.images.images.data);
  // How pictures are prepared for a model is seen in the images that it is trained on.
  const shown = preparationOf(read[0]!.dataset.images, preparation) ?? preparation;
  const [trainSet, testSet, validationSet] = read.map((each) => each && { ...each.dataset, preparation: shown });
  const readNotes = read.flatMap((each) => (each ? notesOf(each.damaged, each.faded) : []));
  return {
    source,
    split,
    notes: [...found.notes, ...sizeNotes(options, plan), ...notes, ...readNotes],
    train: trainSet!,
    test: testSet!,
    ...(validationSet && { validation: validationSet }),
  };
}

/** @throws InputError for a fit without the size that it is about */
export function checkFit(what: string, { fit, size }: ReadDataOptions): void {
  if (fit === undefined || size !== undefined) return;
  throw new InputError(`${what} fit: expected with a size to which images are brought, got "${fit}" alone`);
}

/** Kinds of data by name, in the order in which they are looked for. */
export const sources = { idxFiles, numpyFiles, csvFiles, pictureFolders } as const satisfies Readonly<
  Record<string, Source>
>;

/** Folders that are looked into, as in torchvision's `MNIST/raw`. */
const DEPTH = 3;

/** The images and labels of a data set as they are on the disk. @throws InputError where there are none */
export async function findData(path: string, options: ReadDataConfig): Promise<FoundData> {
  const budget = new Budget(options.maxBytes);
  let place = await placeOf(path);
  for (let depth = 0; depth <= DEPTH; depth++) {
    for (const source of Object.values<Source>(sources)) {
      const found = await source.find(place, options, budget);
      if (!found) continue;
      const unused = specificOptions.find((name) => options[name] !== undefined && !source.uses.includes(name));
      if (unused === undefined) return found;
      throw new InputError(`readData ${unused}: ${found.source} have no use for it; leave it out`);
    }
    // Archives often unpack to one folder; torchvision keeps the files in "raw".
    const inner = place.folders.find((name) => name.toLowerCase() === "raw") ?? place.folders[0];
    if (inner === undefined || (place.folders.length > 1 && inner.toLowerCase() !== "raw")) break;
    place = await placeOf(joinPath(place.path, inner));
  }
  const { files, folders } = place;
  const there = files.length + folders.length === 0 ? "it is empty" : `got ${shownNames([...folders, ...files])}`;
  const kinds = Object.values(sources).map(({ expected }) => expected);
  throw new InputError(`data "${path}": expected ${kinds.join(", or ")}; ${there}`);
}

function shownNames(names: readonly string[]): string {
  const shown = names.slice(0, 4).map((name) => `"${name}"`);
  return [...shown, ...(names.length > 4 ? [`${names.length - 4} more`] : [])].join(", ");
}

/** Some images of a part. */
export interface Chosen {
  readonly part: FoundPart;
  readonly indices: Uint32Array;
}

export function all(part: FoundPart): Chosen {
  return { part, indices: Uint32Array.from(part.labels, (_, i) => i) };
}

/** The images of the training and the test set, in the order in which they are kept. */
export function divided(
  { train, test, split, classNames, source }: FoundData,
  { testSplit, splitSeed }: ReadDataConfig,
): { train: Chosen; test: Chosen; split: string; notes: string[] } {
  const { labels } = train;
  if (test && testSplit !== undefined) {
    throw new InputError(`${source}: expected no test split, as the data have a test set (${split}); leave it out`);
  }
  if (test && splitSeed !== undefined && !isSorted(labels)) {
    throw new InputError(
      `readData splitSeed: expected data without a test set, or sorted by class, got ${source}, which have one (${split}); leave it out`,
    );
  }
  const [share, seed] = [testSplit ?? TEST_SPLIT, splitSeed ?? 0];
  const parts = test ? undefined : stratifiedSplit(labels, classNames.length, share, seed);
  const indices = parts?.train ?? all(train).indices;
  const own = indices.map((i) => labels[i]!);
  const order = isSorted(own) ? spreadOrder(own, classNames.length, seed).map((i) => indices[i]!) : indices;
  const chosen = { part: train, indices: order };
  if (test) return { train: chosen, test: all(test), split: split ?? "", notes: [] };
  const tested = parts!.test;
  if (tested.length === 0)
    throw new InputError(`${source}: expected at least two images of a class, got one of each; add images`);
  const counts = classNames.map(() => 0);
  for (const i of tested) counts[labels[i]!]!++;
  const untested = classNames.filter((_, k) => counts[k] === 0);
  return {
    train: chosen,
    test: { part: train, indices: tested },
    split: `${Number((100 * share).toPrecision(3))}% of each class for the test, seed ${seed}`,
    notes: untested.length === 0 ? [] : [`Classes with one image, which is for training: ${listed(untested, "and")}`],
  };
}

/** @throws InputError where a class has lost all its pictures */
function checkClasses(source: string, { labels, classNames }: Dataset): void {
  const present = new Set<number>(labels);
  const empty = classNames.find((_, k) => !present.has(k));
  if (empty !== undefined)
    throw new InputError(`${source}: expected images of the class "${empty}" for training, got none that can be read`);
}

function sizeNotes({ size: given }: ReadDataConfig, { preparation: { size, fit }, isSizeGiven }: PartPlan): string[] {
  return isSizeGiven && !given ? [`Images are brought to ${size.join("x")} (${fit}), as the model takes them`] : [];
}

/** Names of damaged pictures in a note. */
const NAMED = 5;

export function notesOf(damaged: readonly InputError[], faded: number): string[] {
  const notes = damaged.slice(0, NAMED).map(({ message }) => `Left out: ${message}`);
  if (damaged.length > NAMED) notes.push(`Left out: ${damaged.length - NAMED} more pictures that cannot be read`);
  if (faded > 0)
    notes.push(
      `${faded} ${faded === 1 ? "picture has" : "pictures have"} colours, which are read as grey; --channels 3 keeps them`,
    );
  return notes;
}
