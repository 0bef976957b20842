import { cos, exp, sin } from "../../core/elementary.ts";
import type { Random } from "../../core/random.ts";
import type { ControlPoint } from "./glyphs.ts";

/**
 * A random map of points from 0..100 to about -1..1: smooth waves, uneven proportions, slant, squeezing and rotation.
 *
 * @param width the median of the digit's width over its height
 * @param slant the mean of the slant, to the right over up
 */
export function warp(width: number, slant: number, random: Random): (point: ControlPoint) => ControlPoint {
  const waves = Array.from({ length: 2 }, () => ({
    fx: random.normal() * 1.5,
    fy: random.normal() * 1.5,
    phase: random.uniform(0, 2 * Math.PI),
    dx: random.normal() * 0.04,
    dy: random.normal() * 0.04,
  }));
  const top = random.normal() * 0.14;
  const side = random.normal() * 0.1;
  const taper = random.normal() * 0.16;
  const shear = slant + 0.27 * random.normal();
  const squeeze = width * exp(0.24 * random.normal());
  const turn = 0.12 * random.normal();
  const c = cos(turn);
  const s = sin(turn);
  return ({ x, y, corner }) => {
    // From -1 to 1 across the digit
    let u = x / 50 - 1;
    let v = y / 50 - 1;
    for (const wave of waves) {
      const height = sin(wave.fx * u + wave.fy * v + wave.phase);
      u += 2 * wave.dx * height;
      v += 2 * wave.dy * height;
    }
    u = (u + side * (1 - u * u)) * (1 + taper * v) * squeeze;
    v += top * (1 - v * v);
    u -= shear * v;
    return { x: c * u - s * v, y: s * u + c * v, corner };
  };
}
