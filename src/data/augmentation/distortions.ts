import { cos, sin } from "../../core/elementary.ts";
import { type ConfigOf, checkedOptions, type OptionsOf, optional, within } from "../../core/options.ts";
import type { Random } from "../../core/random.ts";
import { type AugmentationKind, everyAugmentation } from "./augmentation.ts";

const options = {
  /** At most so many pixels to the right or left, and up or down; default 2. */
  translation: optional(within(0), 2),
  /** Larger or smaller by at most this share, up to 0.9; default 0.15: a factor from 0.85 to 1.15. */
  scaling: optional(within(0, 0.9), 0.15),
  /** Wider by a factor and lower by the same, or the reverse; default 0.15: a factor from 0.85 to 1.15. At most 0.9. */
  squeezing: optional(within(0, 0.9), 0.15),
  /** Pixels by which a row moves sideways for each row between it and the centre; default 0.2, about 11 degrees of slant. */
  shear: optional(within(0), 0.2),
  /** Degrees either way, up to 180; default 0, since the article has no rotation. */
  rotation: optional(within(0, 180), 0),
  ...everyAugmentation,
};

/** Options of {@link distortions}. */
export interface DistortionOptions extends OptionsOf<typeof options> {}

/** Made by {@link distortions}. */
export interface Distortions extends ConfigOf<typeof options> {
  readonly type: "distortions";
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
export function distortions(given: DistortionOptions = {}): Distortions {
  return { type: "distortions", ...checkedOptions("distortions", options, given) };
}

export const distortionsKind: AugmentationKind<Distortions, DistortionOptions> = {
  called: "distortions",
  make: distortions,
  sources: (step, _, columns) => (random, xs, ys) => drawAffine(step, random, columns, xs, ys),
};

/**
 * Draws a distortion: writes for each pixel the column (`xs`) and the row (`ys`) it is taken from. A point at (u, v) from the
 * image's centre, v downwards, goes to rotation . shear . squeezing . scaling (u, v) + translation; the inverse is looked up.
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
