import { checkOptions, InputError, shown, wholeNumber } from "../core/errors.ts";
import { type Shape, sizeOf, type Tensor } from "../core/tensor.ts";
import type { AugmentFunction } from "./augmentation.ts";
import { type Augment, type Augmentation, augmentSteps } from "./augmentations.ts";
import { builtInChange, type Change, type PlainAugmentation, Versions } from "./versions.ts";

/** The images that an augmentation is for. */
interface Images {
  readonly shape: Shape;
  readonly bytes: boolean;
  readonly seed: number;
}

/** Versions by any augmentation, checked: built-in ones and functions of the user. */
export class Augmenter extends Versions {
  /** For other threads; undefined where a step is a function of the user. */
  readonly plain: PlainAugmentation | undefined;

  /**
   * @param what the name of the augmentation in errors. @throws InputError for an augmentation that does not fit images
   * of this kind
   */
  constructor(what: string, augment: Augment, images: Images) {
    const { steps, copies } = augmentSteps(what, augment);
    const { shape, seed } = images;
    const changes = steps.map((step) => {
      if (typeof step === "function") return ownChange(what, step, shape);
      checkImages(what, step, images);
      return builtInChange(step, shape);
    });
    super(changes, { shape, seed, copies });
    const builtIn = steps.filter((step) => typeof step !== "function");
    this.plain = builtIn.length === steps.length ? { steps: builtIn, shape, seed, copies } : undefined;
  }
}

function checkImages(what: string, { background }: Augmentation, { shape, bytes }: Images): void {
  if (shape.length !== 3) {
    throw new InputError(`${what}: expected images of [rows, columns, channels] to distort, got [${shape.join(", ")}]`);
  }
  if (bytes && !(background >= 0 && background <= 255)) {
    throw new InputError(`${what} background: expected a number from 0 to 255 for images of bytes, got ${background}`);
  }
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
