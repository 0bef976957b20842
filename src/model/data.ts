import { InputError, shown } from "../core/errors.ts";
import { belowOne } from "../core/options.ts";
import { batchShapeText, type Shape, sizeOf, type Tensor } from "../core/tensor.ts";
import type { Source } from "../engine/messages.ts";
import { type Loss, losses } from "../training/losses/table.ts";

/** Images with their labels, for training and evaluation. */
export interface LabelledImages {
  /** `[N, rows, columns, channels]` (or `[N, features]`): bytes or floats, which are multiplied by its `scale`. */
  readonly images: Tensor;
  /** `[N]` class numbers, or rows of targets `[N, K]` for the losses that take these. */
  readonly labels: ArrayLike<number> | Tensor;
  /** `[N]`: each image's loss is multiplied by its weight. Default: 1 for every image. */
  readonly sampleWeight?: ArrayLike<number>;
}

/** Data in batches. Each epoch iterates over them from the start, unless `stepsPerEpoch` is given. */
export type Batches = Iterable<LabelledImages> | AsyncIterable<LabelledImages>;

/** Checked data in the form that the engine takes. */
export interface Samples {
  readonly count: number;
  readonly source: Source;
  /** The network's input is the stored numbers times this. */
  readonly scale: number;
  readonly bytesPerElement: 1 | 4;
}

/** Whether the data are batches. @throws InputError for data that are neither images with labels nor iterable */
export function isBatches(data: LabelledImages | Batches): data is Batches {
  if (typeof data === "object" && data !== null) {
    if ("images" in data && "labels" in data) return false;
    if (Symbol.iterator in data || Symbol.asyncIterator in data) return true;
  }
  throw new InputError(`data: expected { images, labels } or an iterable of such batches, got ${shown(data)}`);
}

/** Images for prediction: a batch, or one image without the batch axis. @throws InputError unless they fit `shape` */
export function imageSamples(images: Tensor, shape: Shape): Samples {
  if (!Array.isArray(images?.shape) || typeof images.data?.length !== "number") {
    throw new InputError(`images: expected a tensor { shape, data }, got ${shown(images)}`);
  }
  const { data, scale = 1 } = images;
  if (!Number.isFinite(scale)) throw new InputError(`images: expected a finite scale, got ${shown(scale)}`);
  const given = images.shape.length === shape.length ? [1, ...images.shape] : images.shape;
  if (given.length !== shape.length + 1 || shape.some((size, axis) => given[axis + 1] !== size)) {
    throw new InputError(`images: expected ${batchShapeText(shape)}, got [${images.shape.join(", ")}]`);
  }
  if (data.length !== sizeOf(given)) {
    throw new InputError(
      `images: expected ${sizeOf(given)} numbers for shape [${given.join(", ")}], got ${data.length}`,
    );
  }
  const stored = data instanceof Uint8Array || data instanceof Float32Array ? data : Float32Array.from(data);
  return { count: given[0]!, source: { images: stored }, scale, bytesPerElement: stored instanceof Uint8Array ? 1 : 4 };
}

/** Data for training or evaluation. @throws InputError unless every label and weight fits the model and the loss */
export function labelledSamples(
  data: LabelledImages,
  shape: Shape,
  classes: number,
  loss: Loss,
  classWeight?: Readonly<Record<number, number>>,
): Samples {
  const images = imageSamples(data.images, shape);
  const { count } = images;
  if (count === 0) throw new InputError("images: expected at least one, got none");
  const areClasses = losses[loss.type].targets === "classes";
  const labels = areClasses ? classNumbers(data.labels, count, classes) : targetRows(data.labels, count, classes);
  const weights = sampleWeights(data.sampleWeight, count);
  const source: Source = { images: images.source.images, labels };
  if (!weights && !classWeight) return { ...images, source };
  const combined = weights ? Float32Array.from(weights) : new Float32Array(count).fill(1);
  if (classWeight) {
    for (let i = 0; i < count; i++) combined[i]! *= weightOfClass(classWeight, classOf(labels, i, classes));
  }
  return { ...images, source: { ...source, weights: combined } };
}

function classNumbers(labels: LabelledImages["labels"], count: number, classes: number): Uint8Array | Int32Array {
  const data = arrayOf(labels);
  if (data.length !== count) {
    throw new InputError(`labels: expected ${count} class numbers, one for each image, got ${data.length}`);
  }
  for (let i = 0; i < count; i++) {
    const label = data[i]!;
    if (!Number.isInteger(label) || label < 0 || label >= classes) {
      const hint = Array.isArray(label) ? ': use "categorical_crossentropy" and flat rows of targets' : "";
      throw new InputError(
        `labels: expected class numbers from 0 to ${classes - 1}, got ${shown(label)} for image ${i}${hint}`,
      );
    }
  }
  return data instanceof Uint8Array || data instanceof Int32Array ? data : Int32Array.from(data);
}

function targetRows(labels: LabelledImages["labels"], count: number, classes: number): Float32Array {
  const data = arrayOf(labels);
  if (data.length !== count * classes) {
    throw new InputError(
      `labels: expected ${count} rows of ${classes} targets for this loss, got ${data.length} numbers: use "sparse_categorical_crossentropy" for class numbers`,
    );
  }
  return data instanceof Float32Array ? data : Float32Array.from(data);
}

function sampleWeights(weights: ArrayLike<number> | undefined, count: number): ArrayLike<number> | undefined {
  if (weights && weights.length !== count) {
    throw new InputError(`sampleWeight: expected ${count} numbers, one for each image, got ${weights.length}`);
  }
  for (let i = 0; weights && i < count; i++) {
    if (!Number.isFinite(weights[i]))
      throw new InputError(`sampleWeight: expected finite numbers, got ${weights[i]} for image ${i}`);
  }
  return weights;
}

function arrayOf(labels: LabelledImages["labels"]): ArrayLike<number> {
  const data = typeof labels === "object" && labels && "data" in labels ? labels.data : labels;
  if (typeof data !== "object" || typeof data?.length !== "number") {
    throw new InputError(`labels: expected numbers in an array or a tensor, got ${shown(labels)}`);
  }
  return data;
}

/** The class of image i: its class number, or the index of its largest target. */
export function classOf(labels: ArrayLike<number>, i: number, classes: number): number {
  if (!(labels instanceof Float32Array)) return labels[i]!;
  let best = 0;
  for (let k = 1; k < classes; k++) if (labels[i * classes + k]! > labels[i * classes + best]!) best = k;
  return best;
}

function weightOfClass(classWeight: Readonly<Record<number, number>>, k: number): number {
  const weight = classWeight[k] ?? 1;
  if (!Number.isFinite(weight))
    throw new InputError(`classWeight: expected a finite number for class ${k}, got ${weight}`);
  return weight;
}

/**
 * The number of images to train on, which come first: the last ones, before any shuffling, are for validation, as in
 * Keras.
 */
export function trainCount(count: number, validationSplit: number): number {
  belowOne("fit validationSplit", validationSplit);
  // 60,000 (1 - 1/12) is 55,000, although 1 - 1/12 is not exact.
  const train = Math.floor(count * (1 - validationSplit) + 1e-6);
  if (train === 0 || (validationSplit > 0 && train === count)) {
    throw new InputError(
      `fit validationSplit: expected images for training and for validation, got ${validationSplit} of ${count} images`,
    );
  }
  return train;
}
