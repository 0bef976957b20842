/** Draws {@link distortions}, in a file of its own for threads, which check no options. */
import { cos, sin } from "../core/elementary.ts";
import type { Random } from "../core/random.ts";
import type { Distortions } from "./distortions.ts";
import type { Rectangle, Sources } from "./resample.ts";

/**
 * Draws a distortion. A point at (u, v) from the image's centre, v downwards, goes to rotation . shear . squeezing .
 * scaling (u, v) + translation; its inverse gives the source of a pixel. A mirrored image has u or v negated before.
 */
export function drawAffine(
  { translation, scaling, squeezing, shear, rotation, flip }: Distortions,
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
  // Nothing is drawn for a mirroring that is not asked for: what is drawn next stays the same.
  const mirrored = (axis: string) => (flip.includes(axis) && random.uniform() < 0.5 ? -1 : 1);
  const [signX, signY] = [mirrored("horizontal"), mirrored("vertical")];
  const [wide, high] = [scale * squeeze, scale / squeeze];
  const [c, s] = [cos(angle), sin(angle)];
  // The inverse: back by the angle, then by [[wide, slant high], [0, high]], then mirrored back.
  const [x2, y2] = [-s / high, c / high];
  const [x1, y1] = [(c - slant * high * x2) / wide, (s - slant * high * y2) / wide];
  const [ux, uy] = [signX * x1, signX * y1];
  const [vx, vy] = [signY * x2, signY * y2];
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
