import { random } from "../../core/random.ts";
import { spreadOrder } from "../../data/split.ts";
import { subset } from "../../data/subset.ts";
import type { Dataset } from "../../index.ts";
import { trainCount } from "../../model/data.ts";
import { missingClasses } from "../../model/split.ts";
import type { OpenedData } from "../data-source.ts";

/**
 * The data with training images in an order that a validation split can be taken from the end of: images that are not
 * sorted by class stay as they are. Others are mixed by the seed, and every class gives the same share for validation.
 */
export function mixed(data: OpenedData, validationSplit: number, seed: number): { data: OpenedData; notes: string[] } {
  const order = mixedOrder(data.train, validationSplit, seed);
  if (!order) return { data, notes: [] };
  return {
    data: { ...data, train: subset(data.train, order) },
    notes: [
      "The images are sorted by class: they are mixed by the seed, with the same share of each class for validation",
    ],
  };
}

/** The order in which {@link mixed} takes the images; undefined where they stay as they are. */
export function mixedOrder(
  { labels, classNames }: Pick<Dataset, "labels" | "classNames">,
  validationSplit: number,
  seed: number,
): Uint32Array | undefined {
  if (validationSplit === 0) return undefined;
  const count = trainCount(labels.length, validationSplit);
  const missing = missingClasses(labels, classNames.length, count);
  if (missing.training.length === 0 && missing.validation.length === 0) return undefined;
  return stratified(labels, classNames.length, count, seed);
}

/** Indices in an order whose last ones, from `count` on, have every class in its share. */
function stratified(labels: ArrayLike<number>, classes: number, count: number, seed: number): Uint32Array {
  const spread = spreadOrder(labels, classes, seed);
  const training = random(seed, "mix", "training").shuffle(spread.slice(0, count));
  const validation = random(seed, "mix", "validation").shuffle(spread.slice(count));
  return Uint32Array.from([...training, ...validation]);
}
