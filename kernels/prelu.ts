/**
 * A rectifier with a trainable slope for each element. Groups of 16 images; alpha [count], one slope for each group.
 */
import { GROUP_BYTES, splat, sumLanes } from "./vector";

/** y = x where x > 0, else alpha x. */
export function prelu(x: usize, alpha: usize, y: usize, count: i32): void {
  const end = x + <usize>count * GROUP_BYTES;
  while (x < end) {
    const a = splat(alpha);
    for (let n: usize = 0; n < GROUP_BYTES; n += 16) {
      const v = v128.load(x + n);
      v128.store(y + n, v128.bitselect(v, f32x4.mul(a, v), f32x4.gt(v, f32x4.splat(0))));
    }
    x += GROUP_BYTES;
    y += GROUP_BYTES;
    alpha += 4;
  }
}

/** dy/dx = 1 where x > 0, alpha where x < 0, and 0 at 0, as in TensorFlow. dx may be dy. */
export function preluBackward(x: usize, alpha: usize, dy: usize, dx: usize, count: i32): void {
  const end = x + <usize>count * GROUP_BYTES;
  while (x < end) {
    const a = splat(alpha);
    for (let n: usize = 0; n < GROUP_BYTES; n += 16) {
      const v = v128.load(x + n);
      const d = v128.load(dy + n);
      const below = v128.and(f32x4.mul(a, d), f32x4.ne(v, f32x4.splat(0)));
      v128.store(dx + n, v128.bitselect(d, below, f32x4.gt(v, f32x4.splat(0))));
    }
    x += GROUP_BYTES;
    dy += GROUP_BYTES;
    dx += GROUP_BYTES;
    alpha += 4;
  }
}

/**
 * dalpha[i] = the sum of dy x over the images and over the groups whose slope is i (group g has slope order[g]), where
 * x < 0. For second derivatives (`squared`) of dy x^2. dalpha has `slopes` floats.
 */
export function preluAlphaGradient(
  x: usize,
  dy: usize,
  order: usize,
  dalpha: usize,
  count: i32,
  slopes: i32,
  squared: i32,
  accumulate: i32,
): void {
  if (!accumulate) memory.fill(dalpha, 0, <usize>slopes * 4);
  const end = x + <usize>count * GROUP_BYTES;
  while (x < end) {
    let sum = f32x4.splat(0);
    for (let n: usize = 0; n < GROUP_BYTES; n += 16) {
      const v = v128.load(x + n);
      const slope = squared ? f32x4.mul(v, v) : v;
      const term = f32x4.mul(v128.load(dy + n), slope);
      sum = f32x4.add(sum, v128.and(term, f32x4.lt(v, f32x4.splat(0))));
    }
    const to = dalpha + <usize>load<i32>(order) * 4;
    store<f32>(to, load<f32>(to) + sumLanes(sum));
    x += GROUP_BYTES;
    dy += GROUP_BYTES;
    order += 4;
  }
}
