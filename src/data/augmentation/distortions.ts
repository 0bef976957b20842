import { cos, sin } from "../../core/elementary.ts";
import { type ConfigOf, checkedOptions, type OptionsOf, optional, within } from "../../core/options.ts";
import type { Random } from "../../core/random.ts";
import { type AugmentationKind, everyAugmentation } from "./augmentation.ts";

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
 * magnitude is drawn uniformly between minus and plus its option. Pixels are interpolated bilinearly.
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
  sources: (step, _, columns) => (random, xs, ys) => drawAffine(step, random, columns, xs, ys),
};

/**
 * Draws a distortion: writes the column (`xs`) and the row (`ys`) from which each pixel is taken. A point at (u, v)
 * from the image's centre, v downwards, goes to rotation . shear . squeezing . scaling (u, v) + translation; its
 * inverse gives the source of a pixel.
 */
export function drawAffine(
  { translation, scaling, squeezing, shear, rotation }: Distortions,
  random: Random,
  columns: number,
  xs: Float64Array,
  ys: Float64Array,
): void {
  const upTo = (max: number) => random.uniform(-max, max);
  const [right, down] = [upTo(translation), upTo(translation)];
  const scale = 1 + upTo(scaling);
  const squeeze = 1 + upTo(squeezing);
  const slant = upTo(shear);
  const angle = upTo((rotation * Math.PI) / 180);
  const [wide, high] = [scale * squeeze, scale / squeeze];
  const [c, s] = [cos(angle), sin(angle)];
  // The inverse: back by the angle, then by [[wide, slant high], [0, high]].
  const [vx, vy] = [-s / high, c / high];
  const [ux, uy] = [(c - slant * high * vx) / wide, (s - slant * high * vy) / wide];
  const rows = xs.length / columns;
  const [middleX, middleY] = [(columns - 1) / 2, (rows - 1) / 2];
  for (let row = 0, i = 0; row < rows; row++) {
    const y = row - middleY - down;
    const [startX, startY] = [middleX + uy * y, middleY + vy * y];
    for (let column = 0; column < columns; column++, i++) {
      const x = column - middleX - right;
      xs[i] = startX + ux * x;
      ys[i] = startY + vx * x;
    }
  }
}
