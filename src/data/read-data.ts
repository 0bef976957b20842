import { listFolder, pathInfo } from "#platform";
import { InputError, listed } from "../core/errors.ts";
import { checkedOptions } from "../core/options.ts";
import { preparationOf } from "../pictures/preparation-of.ts";
import { choosePreparation } from "./choose-preparation.ts";
import type { Dataset, TrainTest } from "./dataset.ts";
import type { FoundData, FoundPart } from "./found-data.ts";
import { readIdxFolder } from "./idx-folder.ts";
import { findPictureFolder } from "./picture-folder.ts";
import { type PartPlan, type PreparedPart, preparePart } from "./prepare-part.ts";
import { type ReadDataConfig, type ReadDataOptions, readDataOptions, TEST_SPLIT } from "./read-data-options.ts";
import { isSorted, spreadOrder, stratifiedSplit } from "./split.ts";

/**
 * Reads a data set from a folder or a file:
 *
 * - pictures in folders by class, `train/<class>/*` with `test/<class>/*`, or `<class>/*`
 *
 * Data without a test set are divided: of each class `testSplit` becomes the test set. Images that stand class after
 * class come in a seeded order in which every stretch has every class in its share, so that a validation split can be
 * taken from the end.
 *
 * @throws InputError for a path that is no data set, for data that cannot be read, and for unknown options
 */
export async function readData(path: string, given: ReadDataOptions = {}): Promise<TrainTest> {
  const options = checkedOptions("readData", readDataOptions, given);
  const idx = await idxData(path);
  if (idx) return idx;
  const found = await findData(path);
  const { source, classNames, validation } = found;
  const { train, test, split, notes } = divided(found, options);
  const preparation = await choosePreparation(found, options);
  const plan: PartPlan = { preparation, classNames, isSizeGiven: options.size !== undefined };
  const read: (PreparedPart | undefined)[] = [];
  for (const each of [train, test, validation && all(validation)])
    read.push(each && (await preparePart(each.part, each.indices, plan)));
  checkClasses(source, read[0]!.dataset);
  // How pictures are prepared for a model is seen in the images that it is trained on.
  const shown = preparationOf(read[0]!.dataset.images, preparation) ?? preparation;
  const [trainSet, testSet, validationSet] = read.map((each) => each && { ...each.dataset, preparation: shown });
  const readNotes = read.flatMap((each) => (each ? notesOf(each.damaged, each.faded) : []));
  return {
    source,
    split,
    notes: [...found.notes, ...notes, ...readNotes],
    train: trainSet!,
    test: testSet!,
    ...(validationSet && { validation: validationSet }),
  };
}

async function idxData(path: string): Promise<TrainTest | undefined> {
  if ((await pathInfo(path))?.kind !== "folder") return undefined;
  if (!(await listFolder(path)).some((name) => /ubyte(\.gz)?$/.test(name))) return undefined;
  const data = await readIdxFolder(path);
  const preparation = preparationOf(data.train.images);
  return { ...data, train: { ...data.train, preparation }, test: { ...data.test, preparation } };
}

/** The images and labels of a data set as they are on the disk. @throws InputError where there are none */
export async function findData(path: string): Promise<FoundData> {
  const info = await pathInfo(path);
  if (!info) throw new InputError(`data "${path}": there is no such file or folder; check the path`);
  const found = await findPictureFolder(path);
  if (found) return found;
  throw new InputError(`data "${path}": expected pictures in folders by class, got none`);
}

/** Some images of a part. */
interface Chosen {
  readonly part: FoundPart;
  readonly indices: Uint32Array;
}

function all(part: FoundPart): Chosen {
  return { part, indices: Uint32Array.from(part.labels, (_, i) => i) };
}

/** The images of the training and the test set, in the order in which they are kept. */
function divided(
  { train, test, split, classNames, source }: FoundData,
  { testSplit, splitSeed = 0 }: ReadDataConfig,
): { train: Chosen; test: Chosen; split: string; notes: string[] } {
  const { labels } = train;
  if (test && testSplit !== undefined) {
    throw new InputError(`${source}: expected no test split, as the data have a test set (${split}); leave it out`);
  }
  const share = testSplit ?? TEST_SPLIT;
  const parts = test ? undefined : stratifiedSplit(labels, classNames.length, share, splitSeed);
  const indices = parts?.train ?? all(train).indices;
  const own = indices.map((i) => labels[i]!);
  const order = isSorted(own) ? spreadOrder(own, classNames.length, splitSeed).map((i) => indices[i]!) : indices;
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
    split: `${Number((100 * share).toPrecision(3))}% of each class for the test, seed ${splitSeed}`,
    notes: untested.length === 0 ? [] : [`Too few images for the test: ${listed(untested)} has one only`],
  };
}

/** @throws InputError where a class has lost all its pictures */
function checkClasses(source: string, { labels, classNames }: Dataset): void {
  const present = new Set<number>(labels);
  const empty = classNames.find((_, k) => !present.has(k));
  if (empty !== undefined)
    throw new InputError(`${source}: expected images of the class "${empty}" for training, got none that can be read`);
}

/** Names of damaged pictures in a note. */
const NAMED = 5;

function notesOf(damaged: readonly InputError[], faded: number): string[] {
  const notes = damaged.slice(0, NAMED).map(({ message }) => `Left out: ${message}`);
  if (damaged.length > NAMED) notes.push(`Left out: ${damaged.length - NAMED} more pictures that cannot be read`);
  if (faded > 0)
    notes.push(
      `${faded} ${faded === 1 ? "picture has" : "pictures have"} colours, which are read as grey; --channels 3 keeps them`,
    );
  return notes;
}
