import { type ConfigOf, checkedOptions, choice, type OptionsOf, optional, within } from "../core/options.ts";
import { type AugmentationKind, everyAugmentation } from "./augmentation.ts";

/** How images may be mirrored, by the names of Keras's `RandomFlip`: https://keras.io/api/layers/preprocessing_layers/ */
export const flips = ["none", "horizontal", "vertical", "horizontal_and_vertical"] as const;
/** How images may be mirrored. */
export type Flip = (typeof flips)[number];

const options = {
  /** The largest shift to the right or left, and up or down, in pixels; default 2. */
  translation: optional(within(0), 2),
  /** The largest relative change of the size, from 0 to 0.9; default 0.15: a factor from 0.85 to 1.15. */
  scaling: optional(within(0, 0.9), 0.15),
  /** The largest relative change of the width, whose inverse changes the height, from 0 to 0.9; default 0.15. */
  squeezing: optional(within(0, 0.9), 0.15),
  /**
   * The largest sideways shift of a row in pixels, for each row from the centre; default 0.2, a slant of about 11
   * degrees.
   */
  shear: optional(within(0), 0.2),
  /** The largest rotation in either direction, in degrees, from 0 to 180; default 0: the paper has no rotation. */
  rotation: optional(within(0, 180), 0),
  /**
   * Mirrors half of the images: "horizontal" exchanges left and right, "vertical" top and bottom, and
   * "horizontal_and_vertical" draws both. Default "none": a mirrored digit is no digit.
   */
  flip: optional(choice(flips), "none"),
  ...everyAugmentation,
};

/** Options of {@link distortions}. */
export interface DistortionOptions extends OptionsOf<typeof options> {}

/** Made by {@link distortions}. */
export interface Distortions extends ConfigOf<typeof options> {
  /** The kind of augmentation. */
  readonly type: "distortions";
}

/**
 * The planar affine distortions of the 1998 paper (LeCun et al., section III.B): translation, scaling, squeezing
 * (horizontal compression with vertical elongation, or the reverse) and horizontal shear about the image's centre. Each
 * magnitude is drawn uniformly between minus and plus its option. Pixels are interpolated bilinearly. With `flip`, an
 * image is mirrored before that.
 *
 * The paper does not give the size of its distortions. The defaults are ours: digits of 28x28 in a field of 32x32 stay
 * complete and legible.
 * @throws InputError for an unknown option or a magnitude out of range
 */
export function distortions(given: DistortionOptions = {}): Distortions {
  return { type: "distortions", ...checkedOptions("distortions", options, given) };
}

export const distortionsKind: AugmentationKind<Distortions, DistortionOptions> = {
  called: "distortions",
  make: distortions,
};
