import { checkOptions, InputError, numberWithin, shown, wholeNumber } from "../../core/errors.ts";
import type { Random } from "../../core/random.ts";
import type { Shape } from "../../core/tensor.ts";

/** How images are changed before they are learned from. Plain data: it can be saved with a run. */
export type Augmentation =
  | {
      readonly augmentation: "distortions";
      readonly translation: number;
      readonly scaling: number;
      readonly squeezing: number;
      readonly shear: number;
      readonly rotation: number;
      readonly background: number;
      readonly copies?: number;
    }
  | {
      readonly augmentation: "elastic";
      readonly sigma: number;
      readonly alpha: number;
      readonly background: number;
      readonly copies?: number;
    };

/**
 * A change of one's own: the numbers of one image as they are stored (not times the tensor's scale), a copy that may be
 * written over; its shape; and a stream of random numbers that belongs to this image and version. Returns as many
 * numbers. For the same bits everywhere it takes nothing from Math.random or Math.sin.
 */
export type AugmentFunction = (image: Float32Array, shape: Shape, random: Random) => ArrayLike<number>;

/** One augmentation, or several that are applied in order. */
export type Augment = Augmentation | AugmentFunction | readonly (Augmentation | AugmentFunction)[];

interface Common {
  /** What lies outside the image, in its stored unit (for bytes 0 to 255); default 0. */
  readonly background?: number;
  /**
   * A set of fixed size: each image is there in `copies` distorted versions beside itself, and any `copies + 1` epochs
   * from the first on (1 to 10, 11 to 20 for 9) show all of them once, in an order of the image's own. The article has
   * 9: 60,000 originals and 540,000 distorted, of which a pass shows 60,000. Nothing of it is stored. Default: every
   * epoch distorts every image anew, and never shows the original.
   */
  readonly copies?: number;
}

export interface DistortionOptions extends Common {
  /** Pixels to the right or left, and pixels up or down; default 2. */
  readonly translation?: number;
  /** Larger or smaller by at most this part; default 0.15, from 0.85 to 1.15. */
  readonly scaling?: number;
  /** Wider by a factor and lower by the same, or the reverse; default 0.15, a factor from 0.85 to 1.15. */
  readonly squeezing?: number;
  /** How far a row goes aside for each row that it lies above or below the centre; default 0.2, about 11 degrees of slant. */
  readonly shear?: number;
  /** Degrees either way; default 0, since the article has none. */
  readonly rotation?: number;
}

/**
 * The article's planar affine distortions (LeCun et al. 1998, section III.B): translation, scaling, squeezing
 * (horizontal compression with vertical elongation, or the reverse) and horizontal shear about the image's centre. Each
 * magnitude is drawn evenly between minus and plus its option. Pixels are interpolated bilinearly.
 *
 * The article does not say how large its distortions were: the defaults are ours, for digits of 28x28 in a field of
 * 32x32, such that they stay whole and legible.
 * @throws InputError for an unknown option or a magnitude out of range
 */
export function distortions(options: DistortionOptions = {}): Augmentation {
  checkOptions("distortions", options, [
    ...["translation", "scaling", "squeezing", "shear", "rotation", "background", "copies"],
  ]);
  const { translation = 2, scaling = 0.15, squeezing = 0.15, shear = 0.2, rotation = 0 } = options;
  return {
    augmentation: "distortions",
    translation: numberWithin("distortions translation", translation, 0),
    scaling: numberWithin("distortions scaling", scaling, 0, 0.9),
    squeezing: numberWithin("distortions squeezing", squeezing, 0, 0.9),
    shear: numberWithin("distortions shear", shear, 0),
    rotation: numberWithin("distortions rotation", rotation, 0, 180),
    ...common("distortions", options),
  };
}

export interface ElasticDistortionOptions extends Common {
  /** Standard deviation in pixels of the Gaussian that smooths the displacements, from 0.5 to 100; default 4. */
  readonly sigma?: number;
  /** What the smoothed displacements are multiplied by, in pixels; default 34. */
  readonly alpha?: number;
}

/**
 * Elastic distortion (Simard, Steinkraus & Platt 2003, "Best practices for convolutional neural networks applied to
 * visual document analysis"): every pixel is displaced by numbers from -1 to 1 that are drawn evenly, smoothed by a
 * Gaussian of sum 1 and multiplied by alpha. With the defaults, theirs for MNIST, a pixel goes 1.4 pixels aside in
 * each direction (root mean square: alpha / (2 sqrt(3 pi) sigma)), less near the border.
 * @throws InputError for an unknown option or one out of range
 */
export function elasticDistortion(options: ElasticDistortionOptions = {}): Augmentation {
  checkOptions("elasticDistortion", options, ["sigma", "alpha", "background", "copies"]);
  const { sigma = 4, alpha = 34 } = options;
  return {
    augmentation: "elastic",
    sigma: numberWithin("elasticDistortion sigma", sigma, 0.5, 100),
    alpha: numberWithin("elasticDistortion alpha", alpha, 0),
    ...common("elasticDistortion", options),
  };
}

function common(what: string, { background = 0, copies }: Common): { background: number; copies?: number } {
  if (typeof background !== "number" || !Number.isFinite(background))
    throw new InputError(`${what} background: expected a finite number, got ${shown(background)}`);
  if (copies === undefined) return { background };
  return { background, copies: numberWithin(`${what} copies`, wholeNumber(`${what} copies`, copies), 1, 1000) };
}

/** What is to be done to each image, checked, with the number of copies that all agree on. */
export interface AugmentSteps {
  readonly steps: readonly (Augmentation | AugmentFunction)[];
  readonly copies: number | undefined;
}

/** @throws InputError for what is no augmentation, and for several that differ in their copies */
export function augmentSteps(what: string, augment: Augment): AugmentSteps {
  const given = Array.isArray(augment) ? (augment as readonly unknown[]) : [augment];
  const steps = given.map((step) => checked(what, step));
  const counts = steps.flatMap((step) => (typeof step === "object" && step.copies !== undefined ? [step.copies] : []));
  const other = counts.find((count) => count !== counts[0]);
  if (other !== undefined) {
    throw new InputError(`${what}: expected the same copies in all augmentations, got ${counts[0]} and ${other}`);
  }
  return { steps, copies: counts[0] };
}

/** It may come from a file. */
function checked(what: string, step: unknown): Augmentation | AugmentFunction {
  if (typeof step === "function") return step as AugmentFunction;
  if (typeof step === "object" && step !== null && "augmentation" in step) {
    const { augmentation, ...options } = step;
    if (augmentation === "distortions") return distortions(options);
    if (augmentation === "elastic") return elasticDistortion(options);
  }
  throw new InputError(
    `${what}: expected distortions(...), elasticDistortion(...), a function or a list of these, got ${shown(step)}`,
  );
}
