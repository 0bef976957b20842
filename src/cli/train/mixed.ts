import { random } from "../../core/random.ts";
import { spreadOrder } from "../../data/split.ts";
import type { Dataset } from "../../index.ts";
import { trainCount } from "../../model/data.ts";
import { missingClasses } from "../../model/split.ts";
import type { OpenedData } from "../data-source.ts";

/**
 * The data with training images in an order that a validation split can be taken from the end of: images that are not
 * sorted by class stay as they are. Others are mixed by the seed, and every class gives the same share for validation.
 */
export function mixed(data: OpenedData, validationSplit: number, seed: number): { data: OpenedData; notes: string[] } {
  const { labels, classNames } = data.train;
  if (validationSplit === 0) return { data, notes: [] };
  const count = trainCount(labels.length, validationSplit);
  const missing = missingClasses(labels, classNames.length, count);
  if (missing.training.length === 0 && missing.validation.length === 0) return { data, notes: [] };
  const order = stratified(labels, classNames.length, count, seed);
  return {
    data: { ...data, train: reordered(data.train, order) },
    notes: [
      "The images are sorted by class: they are mixed by the seed, with the same share of each class for validation",
    ],
  };
}

/** Indices in an order whose last ones, from `count` on, have every class in its share. */
function stratified(labels: ArrayLike<number>, classes: number, count: number, seed: number): Uint32Array {
  const spread = spreadOrder(labels, classes, seed);
  const training = random(seed, "mix", "training").shuffle(spread.slice(0, count));
  const validation = random(seed, "mix", "validation").shuffle(spread.slice(count));
  return Uint32Array.from([...training, ...validation]);
}

function reordered(train: Dataset, order: Uint32Array): Dataset {
  const { images, labels, names, sizes } = train;
  const size = images.data.length / labels.length;
  const data = images.data.slice();
  order.forEach((from, to) => {
    data.set(images.data.subarray(from * size, (from + 1) * size), to * size);
  });
  return {
    ...train,
    images: { ...images, data } as Dataset["images"],
    labels: labels.map((_, i) => labels[order[i]!]!),
    ...(names && { names: Array.from(order, (from) => names[from]!) }),
    ...(sizes && { sizes: sizes.map((_, i) => sizes[2 * order[i >> 1]! + (i & 1)]!) }),
  };
}
