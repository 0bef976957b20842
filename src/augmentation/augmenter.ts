import { checkOptions, InputError, shown, wholeNumber } from "../core/errors.ts";
import { type Random, random } from "../core/random.ts";
import { type Shape, sizeOf, type Tensor } from "../core/tensor.ts";
import type { AugmentFunction } from "./augmentation.ts";
import { type Augment, type Augmentation, augmentSteps, sourcesOf } from "./augmentations.ts";
import { type Pixels, Resampler } from "./resample.ts";

/** Changes the image that begins at `from[at]`, which is number `index`. The next call may overwrite the result. */
type Change = (from: Pixels, at: number, random: Random, index: number) => ArrayLike<number>;

/** Built-in augmentations of images of one kind, as plain data that other threads make an {@link Augmenter} of. */
export interface PlainAugmentation {
  readonly steps: readonly Augmentation[];
  readonly shape: Shape;
  readonly bytes: boolean;
  readonly seed: number;
}

/**
 * Makes versions of images one by one. A version depends only on the seed, on the image's index in the data and on the
 * version's number; version 0 is the image itself.
 */
export class Augmenter {
  private readonly seed: number;
  /** Numbers of an image. */
  readonly size: number;
  private readonly copies: number | undefined;
  private readonly changes: readonly Change[];
  /** undefined where a step is a function of the user. */
  readonly plain: PlainAugmentation | undefined;

  /**
   * @param what the name of the augmentation in errors. @throws InputError for an augmentation that does not fit images
   * of this kind
   */
  constructor(what: string, augment: Augment, images: { shape: Shape; bytes: boolean; seed: number }) {
    const { steps, copies } = augmentSteps(what, augment);
    this.seed = images.seed;
    this.size = sizeOf(images.shape);
    this.copies = copies;
    const builtIn = steps.filter((step) => typeof step !== "function");
    this.plain = builtIn.length === steps.length ? { ...images, steps: builtIn } : undefined;
    this.changes = steps.map((step) =>
      typeof step === "function" ? ownChange(what, step, images.shape) : builtInChange(what, step, images),
    );
  }

  /** The version of an image that an epoch shows; epochs are counted from 1. */
  versionIn(epoch: number, index: number): number {
    if (this.copies === undefined) return epoch;
    const versions = this.copies + 1;
    const round = Math.floor((epoch - 1) / versions);
    const order = Uint32Array.from({ length: versions }, (_, version) => version);
    return random(this.seed, "versions", index, round).shuffle(order)[(epoch - 1) % versions]!;
  }

  /**
   * Writes a version of image `i` of `from`, which is image `index` of the data, to `to` from `at` on.
   * @throws InputError for what an own function returns
   */
  write(from: Pixels, i: number, to: Pixels, at: number, { index, version }: { index: number; version: number }): void {
    const { size, changes } = this;
    const first = i * size;
    if (version === 0 || changes.length === 0) {
      to.set(from.subarray(first, first + size), at);
      return;
    }
    let [given, start]: [Pixels, number] = [from, first];
    let changed: ArrayLike<number> = from;
    changes.forEach((change, step) => {
      if (step > 0) [given, start] = [changed instanceof Float32Array ? changed : Float32Array.from(changed), 0];
      changed = change(given, start, random(this.seed, "augment", index, version, step), index);
    });
    if (to instanceof Float32Array) to.set(changed, at);
    else if (changed instanceof Float32Array) storeBytes(changed, to, at);
    else to.set(Array.from(changed, byteOf), at);
  }
}

/** Almost all numbers come this way. */
function storeBytes(from: Float32Array, to: Uint8Array, at: number): void {
  for (let p = 0; p < from.length; p++) to[at + p] = byteOf(from[p]!);
}

function byteOf(value: number): number {
  return value > 0 ? (value < 255 ? (value + 0.5) | 0 : 255) : 0;
}

function builtInChange(what: string, step: Augmentation, { shape, bytes }: { shape: Shape; bytes: boolean }): Change {
  const [rows = 0, columns = 0, channels = 0] = shape;
  if (shape.length !== 3) {
    throw new InputError(`${what}: expected images of [rows, columns, channels] to distort, got [${shape.join(", ")}]`);
  }
  const { background } = step;
  if (bytes && !(background >= 0 && background <= 255)) {
    throw new InputError(`${what} background: expected a number from 0 to 255 for images of bytes, got ${background}`);
  }
  const resampler = new Resampler(rows, columns, channels, background);
  const draw = sourcesOf(step, rows, columns);
  return (from, at, random) => {
    resampler.load(from, at);
    draw(random, resampler.sources, resampler.drawn);
    return resampler.run();
  };
}

function ownChange(what: string, change: AugmentFunction, shape: Shape): Change {
  const size = sizeOf(shape);
  const image = new Float32Array(size);
  return (from, at, random, index) => {
    image.set(from.subarray(at, at + size));
    const changed: unknown = change(image, shape, random);
    if (typeof changed !== "object" || (changed as ArrayLike<number> | null)?.length !== size) {
      const got = (changed as ArrayLike<number> | null)?.length ?? shown(changed);
      throw new InputError(`${what}: expected ${size} numbers for an image from the function, got ${got}`);
    }
    for (let p = 0; p < size; p++) {
      const value = (changed as ArrayLike<number>)[p]!;
      if (Number.isFinite(value) && Number.isFinite(Math.fround(value))) continue;
      throw new InputError(`${what}: expected finite numbers, got ${shown(value)} for image ${index}`);
    }
    return changed as ArrayLike<number>;
  };
}

/**
 * Augmented images, as training with `fit({ augment, seed })` sees them: one version of each image. For `fit`'s
 * versions, give the first images of its data.
 * @param images `[N, rows, columns, channels]`, or one image without N; bytes stay bytes
 * @param options `seed`: that of fit, default 0; `version`, default 1: without `copies` the number of the epoch, with
 *   `copies` from 0 (the image itself) to `copies`
 * @throws InputError for an augmentation that does not fit the images
 */
export function augmented(
  images: Tensor,
  augment: Augment,
  options: { readonly seed?: number; readonly version?: number } = {},
): Tensor<Uint8Array> | Tensor<Float32Array> {
  checkOptions("augmented", options, ["seed", "version"]);
  const { seed = 0, version = 1 } = options;
  wholeNumber("augmented version", version, 0);
  const { shape, data } = images;
  if (shape.length !== 3 && shape.length !== 4) {
    throw new InputError(
      `augmented: expected images [N, rows, columns, channels] or one without N, got [${shape.join(", ")}]`,
    );
  }
  const image = shape.slice(-3);
  const [count, size] = [shape.length === 4 ? shape[0]! : 1, sizeOf(image)];
  if (data.length !== count * size) {
    throw new InputError(`augmented: expected ${count * size} numbers for [${shape.join(", ")}], got ${data.length}`);
  }
  const from = data instanceof Uint8Array || data instanceof Float32Array ? data : Float32Array.from(data);
  const bytes = from instanceof Uint8Array;
  const to = bytes ? new Uint8Array(from.length) : new Float32Array(from.length);
  const augmenter = new Augmenter("augmented", augment, { shape: image, bytes, seed });
  for (let i = 0; i < count; i++) augmenter.write(from, i, to, i * size, { index: i, version });
  const { scale } = images;
  return { shape, data: to, ...(scale !== undefined && { scale }) } as Tensor<Uint8Array> | Tensor<Float32Array>;
}
