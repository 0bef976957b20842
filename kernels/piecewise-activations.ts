/**
 * Activations of straight pieces, element by element. x and y may be the same buffer; `count` is in groups. NaN stays
 * NaN. Each backward function quotes the derivative that it uses.
 */
import { GROUP_BYTES } from "./vector";

/** y = min(x, highest) where x > threshold, else slope (x - threshold). */
export function rectify(x: usize, y: usize, count: i32, threshold: f32, slope: f32, highest: f32): void {
  const bytes = <usize>count * GROUP_BYTES;
  const t = f32x4.splat(threshold);
  const s = f32x4.splat(slope);
  const h = f32x4.splat(highest);
  // Without a slope, the lower part is 0 also for -infinity.
  const keep = i32x4.splat(slope === 0 ? 0 : -1);
  for (let n: usize = 0; n < bytes; n += 16) {
    const v = v128.load(x + n);
    const low = v128.and(f32x4.mul(s, f32x4.sub(v, t)), keep);
    v128.store(y + n, v128.bitselect(low, f32x4.pmin(v, h), f32x4.le(v, t)));
  }
}

/**
 * dx = slope dy where v <= threshold, 0 where v >= highest, dy between. v is x; or y, if the threshold is 0 and the
 * slope not negative, since then y <= 0 where x <= 0.
 */
export function rectifyBackward(
  v: usize,
  dy: usize,
  dx: usize,
  count: i32,
  threshold: f32,
  slope: f32,
  highest: f32,
): void {
  const bytes = <usize>count * GROUP_BYTES;
  const t = f32x4.splat(threshold);
  const s = f32x4.splat(slope);
  const h = f32x4.splat(highest);
  for (let n: usize = 0; n < bytes; n += 16) {
    const a = v128.load(v + n);
    const d = v128.load(dy + n);
    v128.store(dx + n, v128.bitselect(f32x4.mul(s, d), v128.and(d, f32x4.lt(a, h)), f32x4.le(a, t)));
  }
}

/** x / 6 + 1/2, cut to 0 and 1: min(max(x + 3, 0), 6) / 6. */
// @inline
function ramp(x: v128): v128 {
  const cut = f32x4.pmin(f32x4.pmax(f32x4.add(x, f32x4.splat(3)), f32x4.splat(0)), f32x4.splat(6));
  return f32x4.div(cut, f32x4.splat(6));
}

/** y = min(max(x + 3, 0), 6) / 6. */
export function hardSigmoid(x: usize, y: usize, count: i32): void {
  const bytes = <usize>count * GROUP_BYTES;
  for (let n: usize = 0; n < bytes; n += 16) v128.store(y + n, ramp(v128.load(x + n)));
}

/** dy/dx = 1/6 where 0 < y < 1, else 0. */
export function hardSigmoidBackward(y: usize, dy: usize, dx: usize, count: i32): void {
  const bytes = <usize>count * GROUP_BYTES;
  for (let n: usize = 0; n < bytes; n += 16) {
    const v = v128.load(y + n);
    const inside = v128.and(f32x4.gt(v, f32x4.splat(0)), f32x4.lt(v, f32x4.splat(1)));
    v128.store(dx + n, v128.and(f32x4.div(v128.load(dy + n), f32x4.splat(6)), inside));
  }
}

/** y = x r, r = min(max(x + 3, 0), 6) / 6. */
export function hardSilu(x: usize, y: usize, count: i32): void {
  const bytes = <usize>count * GROUP_BYTES;
  for (let n: usize = 0; n < bytes; n += 16) {
    const v = v128.load(x + n);
    v128.store(y + n, f32x4.mul(v, ramp(v)));
  }
}

/** dy/dx = r + x/6 where 0 < r < 1, else r. */
export function hardSiluBackward(x: usize, dy: usize, dx: usize, count: i32): void {
  const bytes = <usize>count * GROUP_BYTES;
  for (let n: usize = 0; n < bytes; n += 16) {
    const v = v128.load(x + n);
    const r = ramp(v);
    const inside = v128.and(f32x4.gt(r, f32x4.splat(0)), f32x4.lt(r, f32x4.splat(1)));
    const slope = f32x4.add(r, v128.and(f32x4.div(v, f32x4.splat(6)), inside));
    v128.store(dx + n, f32x4.mul(v128.load(dy + n), slope));
  }
}
