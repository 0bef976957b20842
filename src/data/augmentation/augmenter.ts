import { checkOptions, InputError, shown, wholeNumber } from "../../core/errors.ts";
import { type Random, random } from "../../core/random.ts";
import { type Shape, sizeOf, type Tensor } from "../../core/tensor.ts";
import type { AugmentFunction } from "./augmentation.ts";
import { type Augment, type Augmentation, augmentSteps, sourcesOf } from "./augmentations.ts";
import { Resampler } from "./resample.ts";

type Pixels = Uint8Array | Float32Array;

/** Changes a copy of one image. The next call may overwrite the result. */
type Change = (image: Float32Array, random: Random) => ArrayLike<number>;

/**
 * Makes versions of images one by one. A version depends only on the seed, on the image's index in the data and on the
 * version's number; version 0 is the image itself.
 */
export class Augmenter {
  private readonly what: string;
  private readonly seed: number;
  private readonly size: number;
  private readonly copies: number | undefined;
  private readonly changes: readonly Change[];
  private readonly image: Float32Array;

  /**
   * @param what the name of the augmentation in errors. @throws InputError for an augmentation that does not fit images
   * of this kind
   */
  constructor(what: string, augment: Augment, images: { shape: Shape; bytes: boolean; seed: number }) {
    const { steps, copies } = augmentSteps(what, augment);
    this.what = what;
    this.seed = images.seed;
    this.size = sizeOf(images.shape);
    this.copies = copies;
    this.changes = steps.map((step) =>
      typeof step === "function" ? ownChange(what, step, images.shape) : builtInChange(what, step, images),
    );
    this.image = new Float32Array(this.size);
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
   * Writes a version of image `i` of `from`, which is image `index` of the data, as image `k` of `to`.
   * @throws InputError for a number that is not finite
   */
  write(from: Pixels, i: number, to: Pixels, k: number, { index, version }: { index: number; version: number }): void {
    const { size, image } = this;
    const own = from.subarray(i * size, (i + 1) * size);
    if (version === 0) {
      to.set(own, k * size);
      return;
    }
    image.set(own);
    let changed: ArrayLike<number> = image;
    this.changes.forEach((change, step) => {
      if (changed !== image) image.set(changed);
      changed = change(image, random(this.seed, "augment", index, version, step));
    });
    for (let p = 0; p < size; p++) {
      if (Number.isFinite(changed[p]) && Number.isFinite(Math.fround(changed[p]!))) continue;
      throw new InputError(`${this.what}: expected finite numbers, got ${shown(changed[p])} for image ${index}`);
    }
    if (to instanceof Float32Array) to.set(changed, k * size);
    else for (let p = 0, at = k * size; p < size; p++, at++) to[at] = byteOf(changed[p]!);
  }
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
  return (image, random) => {
    draw(random, resampler.xs, resampler.ys);
    return resampler.run(image);
  };
}

function ownChange(what: string, change: AugmentFunction, shape: Shape): Change {
  const size = sizeOf(shape);
  return (image, random) => {
    const changed: unknown = change(image, shape, random);
    if (typeof changed !== "object" || (changed as ArrayLike<number> | null)?.length !== size) {
      const got = (changed as ArrayLike<number> | null)?.length ?? shown(changed);
      throw new InputError(`${what}: expected ${size} numbers for an image from the function, got ${got}`);
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
  for (let i = 0; i < count; i++) augmenter.write(from, i, to, i, { index: i, version });
  const { scale } = images;
  return { shape, data: to, ...(scale !== undefined && { scale }) } as Tensor<Uint8Array> | Tensor<Float32Array>;
}
