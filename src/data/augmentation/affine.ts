import { cos, sin } from "../../core/elementary.ts";
import type { Random } from "../../core/random.ts";
import type { Augmentation } from "./augmentation.ts";

type Distortions = Augmentation & { augmentation: "distortions" };

/**
 * Draws a distortion and tells where each pixel comes from. A point at (u, v) from the image's centre, v downwards, goes
 * to rotation . shear . squeezing . scaling (u, v) + translation; the inverse of that is looked up.
 */
export function drawAffine(
  { translation, scaling, squeezing, shear, rotation }: Distortions,
  random: Random,
  columns: number,
  xs: Float64Array,
  ys: Float64Array,
): void {
  const within = (most: number) => random.uniform(-most, most);
  const [right, down] = [within(translation), within(translation)];
  const scale = 1 + within(scaling);
  const squeeze = 1 + within(squeezing);
  const slant = within(shear);
  const angle = within((rotation * Math.PI) / 180);
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
