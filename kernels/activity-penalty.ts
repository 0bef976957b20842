/** The penalty of a layer's outputs y, [count][16 images], and its derivative. */
import { GROUP_BYTES, LANES } from "./vector";

/**
 * penalties[block][n] = l1 sum|y| + l2 sum y^2 of image n, added where `accumulate` is 1; 0 for an empty lane. masks: 1
 * for an image, 0 for an empty lane.
 */
export function activityPenalty(
  y: usize,
  masks: usize,
  penalties: usize,
  block: i32,
  count: i32,
  l1: f32,
  l2: f32,
  accumulate: i32,
): void {
  penalties += <usize>(block * LANES) * 4;
  const end = <usize>count * GROUP_BYTES;
  const zero = f32x4.splat(0);
  const a = f32x4.splat(l1);
  const b = f32x4.splat(l2);
  for (let n: usize = 0; n < GROUP_BYTES; n += 16) {
    let absolute = zero;
    let squares = zero;
    for (let k = n; k < end; k += GROUP_BYTES) {
      const yk = v128.load(y + k);
      absolute = f32x4.add(absolute, f32x4.abs(yk));
      squares = f32x4.add(squares, f32x4.mul(yk, yk));
    }
    const sum = f32x4.add(f32x4.mul(a, absolute), f32x4.mul(b, squares));
    // An empty lane may hold anything, NaN too.
    const own = v128.and(sum, f32x4.gt(v128.load(masks + n), zero));
    v128.store(penalties + n, accumulate ? f32x4.add(v128.load(penalties + n), own) : own);
  }
}

/** dy += (l1 sign y + 2 l2 y) masks / batch; dy is 0 in empty lanes and stays so. */
export function activityPenaltyBackward(
  y: usize,
  masks: usize,
  dy: usize,
  batch: i32,
  count: i32,
  l1: f32,
  l2: f32,
): void {
  const end = <usize>count * GROUP_BYTES;
  const zero = f32x4.splat(0);
  const a = f32x4.splat(l1 / <f32>batch);
  const b = f32x4.splat((2 * l2) / <f32>batch);
  for (let n: usize = 0; n < GROUP_BYTES; n += 16) {
    const filled = f32x4.gt(v128.load(masks + n), zero);
    for (let k = n; k < end; k += GROUP_BYTES) {
      const yk = v128.load(y + k);
      const sign = f32x4.sub(v128.and(a, f32x4.gt(yk, zero)), v128.and(a, f32x4.lt(yk, zero)));
      const slope = f32x4.add(sign, f32x4.mul(b, yk));
      v128.store(dy + k, f32x4.add(v128.load(dy + k), v128.and(slope, filled)));
    }
  }
}
