import { numberWithin, wholeNumber } from "../../core/errors.ts";
import { finite, optional } from "../../core/options.ts";
import type { Random } from "../../core/random.ts";
import type { Shape } from "../../core/tensor.ts";
import type { AugmentationType } from "./augmentations.ts";

/** Options of every built-in augmentation. */
export const everyAugmentation = {
  /** The value outside the image, in the image's stored unit (for bytes 0 to 255); default 0. */
  background: optional(finite, 0),
  /**
   * From 1 to 1000: a training set of fixed size. Each image is there in `copies` distorted versions beside itself, and any
   * `copies + 1` epochs from the first on (1 to 10, 11 to 20 for 9) show all of them once, in an order of the image's own.
   * The 1998 article has 9: 60,000 originals and 540,000 distorted, of which a pass shows 60,000. Nothing is stored.
   * Default: every epoch distorts every image anew, and never shows the original.
   */
  copies: optional((what, count: number) => numberWithin(what, wholeNumber(what, count), 1, 1000), undefined),
};

/** Draws one distortion: for each pixel [rows][columns] of the result the column and the row that it is taken from. */
export type DrawSources = (random: Random, columns: Float64Array, rows: Float64Array) => void;

/** One kind of augmentation; {@link AugmentationType} follows from the table of them. */
export interface AugmentationKind<Made extends { readonly type: AugmentationType }, Options> {
  /** The public function that makes it, in errors. */
  readonly called: string;
  /** Checks options and completes them with their defaults. */
  make(options?: Options): Made;
  /** For images of one size. */
  sources(augmentation: Made, rows: number, columns: number): DrawSources;
}

/**
 * An augmentation of your own: a function of the numbers of one image as they are stored (not times the tensor's scale), a
 * copy that may be written over; its shape; and a stream of random numbers that belongs to this image and version. It
 * returns as many numbers. For the same bits everywhere, use neither Math.random nor Math.sin and the like.
 */
export type AugmentFunction = (image: Float32Array, shape: Shape, random: Random) => ArrayLike<number>;
