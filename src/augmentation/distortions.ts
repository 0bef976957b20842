import { cos, sin } from "../core/elementary.ts";
import { type ConfigOf, checkedOptions, type OptionsOf, optional, within } from "../core/options.ts";
import type { Random } from "../core/random.ts";
import { type AugmentationKind, everyAugmentation } from "./augmentation.ts";
import type { Rectangle, Sources } from "./resample.ts";

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
  sources: (step) => (random, sources, drawn) => drawAffine(step, random, sources, drawn),
};

/**
 * Draws a distortion. A point at (u, v) from the image's centre, v downwards, goes to rotation . shear . squeezing .
 * scaling (u, v) + translation; its inverse gives the source of a pixel.
 */
export function drawAffine(
  { translation, scaling, squeezing, shear, rotation }: Distortions,
  random: Random,
  { xs, ys, first, end }: Sources,
  drawn: Rectangle,
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
  const rows = first.length;
  const columns = xs.length / rows;
  const [middleX, middleY] = [(columns - 1) / 2, (rows - 1) / 2];
  for (let row = 0; row < rows; row++) {
    const y = row - middleY - down;
    const startX = middleX + uy * y;
    const startY = middleY + vy * y;
    // Columns from the centre, see x.
    const low = Math.max(lowest(startX, ux, drawn.left, drawn.right), lowest(startY, vx, drawn.top, drawn.bottom));
    const high = -Math.max(lowest(startX, -ux, drawn.left, drawn.right), lowest(startY, -vx, drawn.top, drawn.bottom));
    const from = Math.max(0, Math.floor(low + middleX + right));
    const to = Math.min(columns, Math.ceil(high + middleX + right) + 1);
    // Numbers that have become infinite or NaN draw nothing.
    first[row] = from < to ? from : 0;
    end[row] = from < to ? to : 0;
    for (let column = from, i = row * columns + from; column < to; column++, i++) {
      const x = column - middleX - right;
      xs[i] = startX + ux * x;
      ys[i] = startY + vx * x;
    }
  }
}

/** The lowest x for which start + slope x lies between low and high; for a slope of almost 0 there is no limit. */
function lowest(start: number, slope: number, low: number, high: number): number {
  if (Math.abs(slope) < 1e-6) return Number.NEGATIVE_INFINITY;
  return ((slope > 0 ? low : high) - start) / slope;
}
