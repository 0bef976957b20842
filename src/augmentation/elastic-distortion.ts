import { type ConfigOf, checkedOptions, type OptionsOf, optional, within } from "../core/options.ts";
import { type AugmentationKind, everyAugmentation } from "./augmentation.ts";

const options = {
  /** Standard deviation in pixels of the Gaussian that smooths the displacements, from 0.5 to 100; default 4. */
  sigma: optional(within(0.5, 100), 4),
  /** Factor of the smoothed displacements, in pixels; default 34. */
  alpha: optional(within(0), 34),
  ...everyAugmentation,
};

/** Options of {@link elasticDistortion}. */
export interface ElasticDistortionOptions extends OptionsOf<typeof options> {}

/** Made by {@link elasticDistortion}. */
export interface ElasticDistortion extends ConfigOf<typeof options> {
  /** The kind of augmentation. */
  readonly type: "elastic";
}

/**
 * Elastic distortion (Simard, Steinkraus & Platt 2003, "Best practices for convolutional neural networks applied to
 * visual document analysis"): every pixel is displaced by uniform random numbers from -1 to 1 that are smoothed
 * by a Gaussian of sum 1 and multiplied by alpha. With the defaults, theirs for MNIST, a pixel moves 1.4 pixels in each
 * direction (root mean square: alpha / (2 sqrt(3 pi) sigma)), less near the border.
 * @throws InputError for an unknown option or one out of range
 */
export function elasticDistortion(given: ElasticDistortionOptions = {}): ElasticDistortion {
  return { type: "elastic", ...checkedOptions("elasticDistortion", options, given) };
}

export const elasticDistortionKind: AugmentationKind<ElasticDistortion, ElasticDistortionOptions> = {
  called: "elasticDistortion",
  make: elasticDistortion,
};
