import { InputError, inSingle, shown } from "../core/errors.ts";
import { firstNotFinite } from "../core/finite.ts";
import { belowOne } from "../core/options.ts";
import { batchShapeText, type Shape, sizeOf, type Tensor } from "../core/tensor.ts";
import type { StreamStart } from "../data/stream-place.ts";
import type { Source, SourceTarget } from "../engine/messages.ts";
import { checkClassWeight, classOf } from "../training/class-weight.ts";
import { checkLabelled, isNumbers, isTensor } from "./given-data.ts";
import type { Graph } from "./graph.ts";
import type { Target } from "./objectives.ts";
import { type Each, partsOf } from "./parts.ts";
import type { StoredImages } from "./programs.ts";

/** `[N]` class numbers, or rows of targets `[N, K]` for the losses that take these. */
export type Labels = ArrayLike<number> | Tensor;

/** Images with their labels, for training and evaluation. */
export interface LabelledImages {
  /** `[N, rows, columns, channels]` (or `[N, features]`): bytes or floats, which are multiplied by its `scale`. */
  readonly images: Each<Tensor>;
  /**
   * `[N]` class numbers, or rows of targets `[N, K]` for the losses that take these. An output with neither loss nor
   * metrics needs none.
   */
  readonly labels: Each<Labels>;
  /**
   * `[N]`: each image's loss is multiplied by its weight; with several outputs, the same weights for all or weights for
   * each. Default: 1 for every image.
   */
  readonly sampleWeight?: Each<ArrayLike<number> | Tensor>;
}

/** Data in batches. Each epoch iterates over them from the start, unless `stepsPerEpoch` is given. */
export type Batches = (Iterable<LabelledImages> | AsyncIterable<LabelledImages>) & {
  /**
   * For a stream that can pass over its first batches faster than by making them: the iterator of its `epoch`th use,
   * from 1, after `batches` batches, which have `images` images. `fit` calls it to continue a training.
   */
  startAt?(place: StreamStart): AsyncIterator<LabelledImages>;
};

/** Checked data in the form that the engine takes. */
export interface Samples {
  readonly count: number;
  readonly source: Source;
  /** How the images of each input are stored. */
  readonly inputs: readonly StoredImages[];
}

/** The inputs and labelled outputs of a model that data must fit. */
export interface DataShape {
  readonly inputs: readonly { readonly name: string; readonly shape: Shape }[];
  readonly targets: readonly Pick<Target, "name" | "output" | "classes" | "labels">[];
  readonly outputNames: readonly string[];
}

/** What data for a model must fit. */
export function dataShape(graph: Graph, targets: DataShape["targets"] = []): DataShape {
  const inputs = graph.inputs.map(({ shape }, i) => ({ name: graph.inputNames[i]!, shape }));
  return { inputs, targets, outputNames: graph.outputNames };
}

/**
 * Images for prediction: a batch, or one image without the batch axis; for each input.
 * @throws InputError unless they fit the inputs
 */
export function imageSamples(given: Each<Tensor>, { inputs }: Pick<DataShape, "inputs">): Samples {
  const names = inputs.map(({ name }) => name);
  const parts = partsOf("images", given, { names, part: "a tensor", isPart: isTensor });
  const stored = inputs.map(({ name, shape }, i) => storedImages(ofPart("images", names, name), parts[i]!, shape));
  const { count } = stored[0]!;
  const other = stored.findIndex((each) => each.count !== count);
  if (other > 0) {
    throw new InputError(
      `images: expected the same number for every input, got ${count} for "${names[0]}" and ${stored[other]!.count} for "${names[other]}"`,
    );
  }
  return {
    count,
    source: { inputs: stored.map(({ data }) => data), scales: stored.map(({ scale }) => scale), targets: [] },
    inputs: stored.map(({ data }) => ({ bytesPerElement: data instanceof Uint8Array ? 1 : 4 })),
  };
}

function storedImages(
  what: string,
  images: Tensor,
  shape: Shape,
): { count: number; data: Uint8Array | Float32Array; scale: number } {
  if (!Array.isArray(images?.shape) || typeof images.data?.length !== "number") {
    throw new InputError(`${what}: expected a tensor { shape, data }, got ${shown(images)}`);
  }
  const { data, scale = 1 } = images;
  checkScale(what, scale);
  const given = checkedShape(what, images.shape.length === shape.length ? [1, ...images.shape] : images.shape);
  if (given.length !== shape.length + 1 || shape.some((size, axis) => given[axis + 1] !== size)) {
    throw new InputError(`${what}: expected ${batchShapeText(shape)}, got [${images.shape.join(", ")}]`);
  }
  if (data.length !== sizeOf(given)) {
    throw new InputError(
      `${what}: expected ${sizeOf(given)} numbers for shape [${given.join(", ")}], got ${data.length}`,
    );
  }
  const stored = data instanceof Uint8Array || data instanceof Float32Array ? data : floats(what, data);
  if (stored instanceof Float32Array) checkFinite(what, stored, data, shape);
  return { count: given[0]!, data: stored, scale };
}

/** @throws InputError for a scale that is not finite, or 0 instead of a small number, in the engine's 32 bits */
function checkScale(what: string, scale: number): void {
  const single = typeof scale === "number" ? Math.fround(scale) : Number.NaN;
  if (Number.isFinite(single) && (single !== 0 || scale === 0)) return;
  throw new InputError(`${what}: expected a finite scale, got ${inSingle(scale)}`);
}

/** @throws InputError for a number that is not finite, with its image and its place in the image */
function checkFinite(what: string, stored: Float32Array, given: ArrayLike<number>, shape: Shape): void {
  const at = firstNotFinite(stored);
  if (at < 0) return;
  const size = sizeOf(shape);
  const place: number[] = [];
  for (let axis = shape.length - 1, rest = at % size; axis >= 0; rest = Math.floor(rest / shape[axis--]!))
    place.unshift(rest % shape[axis]!);
  throw new InputError(
    `${what}: expected finite numbers, got ${inSingle(given[at]!)} for image ${Math.floor(at / size)} at [${place.join(", ")}]`,
  );
}

/** The size of each axis. @throws InputError unless all are whole numbers of at least 0 */
function checkedShape(what: string, shape: Shape): Shape {
  if (shape.every((size) => Number.isInteger(size) && size >= 0)) return shape;
  throw new InputError(`${what}: expected whole numbers of at least 0 for its shape, got [${shape.join(", ")}]`);
}

/** Other arrays as floats. @throws InputError for a value that is no number, as in a list of texts or of lists */
function floats(what: string, data: ArrayLike<number>): Float32Array {
  if (!ArrayBuffer.isView(data) || data instanceof BigInt64Array || data instanceof BigUint64Array) {
    for (let i = 0; i < data.length; i++) {
      if (typeof data[i] === "number") continue;
      throw new InputError(`${what}: expected numbers in a flat array, got ${shown(data[i])} at index ${i}`);
    }
  }
  return Float32Array.from(data);
}

/** Data for training or evaluation. @throws InputError unless every label and weight fits the model and the losses */
export function labelledSamples(
  data: LabelledImages,
  shape: DataShape,
  classWeight?: Readonly<Record<number, number>>,
): Samples {
  checkLabelled(data);
  const images = imageSamples(data.images, shape);
  const { count } = images;
  if (count === 0) throw new InputError("images: expected at least one, got none");
  const { targets } = shape;
  const names = targets.map(({ name }) => name);
  const labels = partsOf("labels", data.labels, { names, all: shape.outputNames, part: "an array", isPart: isNumbers });
  const weights = weightParts(data.sampleWeight, shape);
  if (classWeight && shape.outputNames.length > 1) {
    throw new InputError(
      `fit classWeight: expected a model with one output, got ${shape.outputNames.length}: give sampleWeight for each output instead`,
    );
  }
  if (classWeight) checkClassWeight(classWeight, targets[0]!.classes);
  return {
    ...images,
    source: {
      ...images.source,
      targets: targets.map((target, i) =>
        sourceTarget(
          ofPart("labels", names, target.name),
          { target, count, labels: labels[i]! },
          weights[i],
          classWeight,
        ),
      ),
    },
  };
}

function sourceTarget(
  what: string,
  { target, labels, count }: { target: DataShape["targets"][number]; labels: Labels; count: number },
  weights: ArrayLike<number> | undefined,
  classWeight: Readonly<Record<number, number>> | undefined,
): SourceTarget {
  const { classes } = target;
  const stored =
    target.labels === "classes" ? classNumbers(what, labels, count, classes) : targetRows(what, labels, count, classes);
  if (target.labels === "probabilities") checkProbabilities(what, stored, classes);
  const given = sampleWeights(weights, count);
  if (!given && !classWeight) return { labels: stored };
  const combined = given ? Float32Array.from(given) : new Float32Array(count).fill(1);
  if (classWeight) {
    for (let i = 0; i < count; i++) combined[i]! *= classWeight[classOf(stored, i, classes)] ?? 1;
  }
  const at = firstNotFinite(combined);
  if (at >= 0) {
    throw new InputError(
      `sampleWeight: expected finite numbers, got ${inSingle(given?.[at] ?? 1)}${classWeight ? " times its classWeight" : ""} for image ${at}`,
    );
  }
  return { labels: stored, weights: combined };
}

/** The sample weights of each target: the given ones for all, or each its own. */
function weightParts(given: LabelledImages["sampleWeight"], shape: DataShape): (ArrayLike<number> | undefined)[] {
  const { targets } = shape;
  if (given === undefined) return targets.map(() => undefined);
  const isForAll = isNumbers(given) && !(Array.isArray(given) && given.some(isNumbers));
  if (isForAll) return targets.map(() => arrayOf("sampleWeight", given));
  const names = targets.map(({ name }) => name);
  const wanted = { names, all: shape.outputNames, part: "an array", isPart: isNumbers };
  return partsOf("sampleWeight", given, wanted).map((part) => arrayOf("sampleWeight", part));
}

/** `labels`, or where the model has several `labels "digit"`. */
function ofPart(what: string, names: readonly string[], name: string): string {
  return names.length > 1 ? `${what} ${JSON.stringify(name)}` : what;
}

function classNumbers(what: string, labels: Labels, count: number, classes: number): Uint8Array | Int32Array {
  const data = arrayOf(what, labels);
  if (data.length !== count) {
    const isRows = data.length === count * classes;
    const hint = isRows ? ' numbers: use "categorical_crossentropy" for rows of targets' : "";
    throw new InputError(`${what}: expected ${count} class numbers, one for each image, got ${data.length}${hint}`);
  }
  for (let i = 0; i < count; i++) {
    const label = data[i]!;
    if (!Number.isInteger(label) || label < 0 || label >= classes) {
      const hint = Array.isArray(label) ? ': use "categorical_crossentropy" and flat rows of targets' : "";
      throw new InputError(
        `${what}: expected class numbers from 0 to ${classes - 1}, got ${shown(label)} for image ${i}${hint}`,
      );
    }
  }
  return data instanceof Uint8Array || data instanceof Int32Array ? data : Int32Array.from(data);
}

function targetRows(what: string, labels: Labels, count: number, classes: number): Float32Array {
  const data = arrayOf(what, labels);
  if (typeof data[0] === "object") {
    throw new InputError(
      `${what}: expected ${count} flat rows of ${classes} targets, one after the other, got ${shown(data[0])} at index 0: use labels.flat()`,
    );
  }
  if (data.length !== count * classes) {
    throw new InputError(
      `${what}: expected ${count} rows of ${classes} targets for this loss, got ${data.length} numbers: use "sparse_categorical_crossentropy" for class numbers`,
    );
  }
  const scale = isTensor(labels) && "scale" in labels && labels.scale !== undefined ? labels.scale : 1;
  checkScale(what, scale);
  const rows = data instanceof Float32Array ? data : floats(what, data);
  const scaled = scale === 1 ? rows : rows.map((value) => value * scale);
  const at = firstNotFinite(scaled);
  if (at < 0) return scaled;
  throw new InputError(
    `${what}: expected finite numbers, got ${inSingle(data[at]! * scale)} for image ${Math.floor(at / classes)}`,
  );
}

/** @throws InputError for a target that a cross-entropy cannot take: with it, the loss may fall below 0 */
function checkProbabilities(what: string, targets: ArrayLike<number>, classes: number): void {
  for (let i = 0; i < targets.length; i++) {
    if (targets[i]! >= 0 && targets[i]! <= 1) continue;
    throw new InputError(
      `${what}: expected numbers from 0 to 1 for a cross-entropy, got ${shown(targets[i])} for image ${Math.floor(i / classes)}`,
    );
  }
}

/** Weights may be negative, as in Keras: policy gradients need it. */
function sampleWeights(weights: ArrayLike<number> | undefined, count: number): ArrayLike<number> | undefined {
  if (weights && weights.length !== count) {
    throw new InputError(`sampleWeight: expected ${count} numbers, one for each image, got ${weights.length}`);
  }
  for (let i = 0; weights && i < count; i++) {
    if (!Number.isFinite(weights[i]))
      throw new InputError(`sampleWeight: expected finite numbers, got ${shown(weights[i])} for image ${i}`);
  }
  return weights;
}

function arrayOf(what: string, labels: Labels): ArrayLike<number> {
  if (isTensor(labels) && Array.isArray(labels.shape)) {
    const size = sizeOf(checkedShape(what, labels.shape));
    if (size !== labels.data?.length) {
      throw new InputError(
        `${what}: expected ${size} numbers for shape [${labels.shape.join(", ")}], got ${labels.data?.length}`,
      );
    }
  }
  const data = typeof labels === "object" && labels && "data" in labels ? labels.data : labels;
  if (typeof data !== "object" || typeof data?.length !== "number") {
    throw new InputError(`${what}: expected numbers in an array or a tensor, got ${shown(labels)}`);
  }
  return data;
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
