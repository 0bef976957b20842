import { InputError, listed } from "../../core/errors.ts";
import type { PartName } from "../../report/data-results.ts";
import type { ReadDataConfig } from "../read-data-options.ts";
import { imageBytes, layoutOf, type RawImages, rangeNote, rangeOf } from "./array-images.ts";
import { classesOf, type RawLabels } from "./array-labels.ts";
import type { Parts } from "./array-roles.ts";
import { checkTwoClasses, type FoundData, type FoundPart } from "./found-data.ts";
import { knownNames } from "./known-names.ts";
import type { Place } from "./source.ts";

/** What a source says about its arrays. */
export interface ArraySource {
  readonly source: string;
  readonly place: Place;
  /** The path of the training images or of their file, whose name may say what the classes are. */
  readonly named: string;
  readonly notes?: readonly string[];
  /** How the data are divided, for people. */
  readonly split?: string;
}

const order = ["train", "validation", "test"] as const satisfies readonly PartName[];

/**
 * A data set of arrays of images with labels. With training and validation images only, the latter are the test set.
 * @throws InputError for images and labels that do not fit each other, no training images, and fewer than two classes
 */
export async function foundArrays(
  { source, place, named, notes = [], split }: ArraySource,
  parts: Parts<RawImages | RawLabels>,
  options: ReadDataConfig,
): Promise<FoundData> {
  const names = order.filter((part) => parts[part] !== undefined);
  if (!names.includes("train"))
    throw new InputError(
      `${source}: expected training images, got ${listed(names, "and")} only; add images to train on`,
    );
  const images = names.map((part) => parts[part]!.images as RawImages);
  const labels = names.map((part) => parts[part]!.labels as RawLabels);
  images.forEach((each, p) => {
    checkCounts(each, labels[p]!);
  });
  const range = rangeOf(images);
  const classes = classesOf(labels, await knownNames(place, named));
  checkTwoClasses(source, classes.classNames);
  const made = images.map((raw, p): [PartName, FoundPart] => [
    names[p]!,
    {
      images: { kind: "array", name: raw.name, images: imageBytes(raw, layoutOf(raw, options), range) },
      labels: classes.labels[p]!,
    },
  ]);
  const found = Object.fromEntries(made) as { readonly [P in PartName]?: FoundPart };
  const { train, validation, test } = found;
  const trained = new Set<number>(train!.labels);
  const missing = classes.classNames.filter(
    (_, k) => !trained.has(k) && classes.labels.some((each) => each.includes(k)),
  );
  const all = [
    ...notes,
    ...rangeNote(range),
    ...(missing.length > 0 ? [`No training images of ${listed(missing, "and")}`] : []),
    ...(validation && !test ? ["There are no test images: the validation images are the test set"] : []),
  ];
  const given = test ? { test, ...(validation && { validation }) } : validation && { test: validation };
  return {
    source,
    classNames: classes.classNames,
    train: train!,
    ...given,
    ...(given && {
      split: split ?? `arrays of their own for ${listed(names, "and").replaceAll('"', "")}`,
    }),
    notes: all,
  };
}

function checkCounts(images: RawImages, labels: RawLabels): void {
  const [count = 0] = images.shape;
  const [labelled = 0] = labels.shape;
  if (count === 0) throw new InputError(`${images.name}: the set is empty; give at least one image with its label`);
  if (count === labelled) return;
  throw new InputError(
    `${images.name}: expected as many images as labels, got ${count} and ${labelled}; give the images and the labels of the same set`,
  );
}
