import { numberWithin, wholeNumber } from "../core/errors.ts";
import { finite, optional } from "../core/options.ts";
import type { Random } from "../core/random.ts";
import type { Shape } from "../core/tensor.ts";
import type { AugmentationType } from "./augmentations.ts";
import type { Rectangle, Sources } from "./resample.ts";

/** Options of every built-in augmentation. */
export const everyAugmentation = {
  /** The value outside the image, in the image's stored unit (for bytes 0 to 255); default 0. */
  background: optional(finite, 0),
  /**
   * The number of distorted versions of each image, from 1 to 1000, for a training set of fixed size. Every `copies +
   * 1` epochs (1 to 10, 11 to 20, ... for 9) show the original and each version once, in an order drawn for each image.
   * The 1998 paper has 9 copies: 60,000 originals and 540,000 distorted images; one pass shows 60,000 of them. The
   * versions are computed when they are shown, not stored. Default: every epoch distorts every image anew, and never
   * shows the original.
   */
  copies: optional((what, count: number) => numberWithin(what, wholeNumber(what, count), 1, 1000), undefined),
};

/** Draws one distortion. Pixels that come from outside of `drawn` may be left out. */
export type DrawSources = (random: Random, sources: Sources, drawn: Rectangle) => void;

/** One kind of augmentation; {@link AugmentationType} follows from the table of them. */
export interface AugmentationKind<Made extends { readonly type: AugmentationType }, Options> {
  /** The name of the public function that makes it, for errors. */
  readonly called: string;
  /** Checks the options and adds the defaults. */
  make(options?: Options): Made;
}

/**
 * An augmentation of your own. It gets the stored numbers of one image (not multiplied by the tensor's scale) in a copy
 * that it may overwrite, the image's shape, and a stream of random numbers for this image and version. It returns as
 * many numbers. For the same bits on every machine, use neither `Math.random` nor functions such as `Math.sin`, which
 * differ by engine.
 */
export type AugmentFunction = (image: Float32Array, shape: Shape, random: Random) => ArrayLike<number>;
