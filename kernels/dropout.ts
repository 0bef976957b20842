/** Layers that change a value at random in training, forward and backward. */
import { firstDraws, hashed, normalRadius, sineOfTurns, uniform } from "./random";
import { GROUP_BYTES, multiplyAdd } from "./vector";

/** The random bits below which an element is dropped. */
// @inline
function limitOf(rate: f32): v128 {
  return i32x4.splat(<i32>(<u32>(<f64>rate * 4294967296.0)));
}

/**
 * Inverted dropout: y = x / (1 - rate) for elements that are kept, else 0. The backward pass is the same call on dy.
 * Each element of the batch has its own draw.
 */
export function dropout(x: usize, y: usize, count: i32, block: i32, seed: usize, salt: i32, rate: f32): void {
  const bytes = <usize>count * GROUP_BYTES;
  let at = firstDraws(block, count * 16, seed, salt);
  const limit = limitOf(rate);
  const scale = f32x4.splat(<f32>1 / (<f32>1 - rate));
  for (let n: usize = 0; n < bytes; n += 16) {
    v128.store(y + n, v128.and(f32x4.mul(v128.load(x + n), scale), i32x4.ge_u(hashed(at), limit)));
    at = i32x4.add(at, i32x4.splat(4));
  }
}

/** The same with one draw for each map of an image; x, y [channels][positions][16]. */
export function spatialDropout(
  x: usize,
  y: usize,
  channels: i32,
  positions: i32,
  block: i32,
  seed: usize,
  salt: i32,
  rate: f32,
): void {
  let at = firstDraws(block, channels * 16, seed, salt);
  const limit = limitOf(rate);
  const scale = f32x4.splat(<f32>1 / (<f32>1 - rate));
  const map = <usize>positions * GROUP_BYTES;
  for (; channels > 0; channels--) {
    for (let lane: usize = 0; lane < GROUP_BYTES; lane += 16) {
      const factor = v128.and(scale, i32x4.ge_u(hashed(at), limit));
      for (let n = lane; n < map; n += GROUP_BYTES) v128.store(y + n, f32x4.mul(v128.load(x + n), factor));
      at = i32x4.add(at, i32x4.splat(4));
    }
    x += map;
    y += map;
  }
}

/**
 * y = x + deviation z, or with `factor` y = x (1 + deviation z), z normal with mean 0 and deviation 1. Each element has
 * its own draw. The backward pass of the latter is the same call on dy.
 */
export function gaussianNoise(
  x: usize,
  y: usize,
  count: i32,
  block: i32,
  seed: usize,
  salt: i32,
  deviation: f32,
  factor: i32,
): void {
  const bytes = <usize>count * GROUP_BYTES;
  let at = firstDraws(block, count * 16, seed, salt);
  const d = f32x4.splat(deviation);
  // Two vectors at a time: the sine and the cosine of one angle.
  for (let n: usize = 0; n < bytes; n += 32) {
    const radius = f32x4.mul(normalRadius(hashed(at)), d);
    const turns = uniform(hashed(i32x4.add(at, i32x4.splat(4))));
    const z0 = f32x4.mul(radius, sineOfTurns(turns));
    const z1 = f32x4.mul(radius, sineOfTurns(f32x4.add(turns, f32x4.splat(0.25))));
    const a = v128.load(x + n);
    const b = v128.load(x + n, 16);
    v128.store(y + n, factor ? multiplyAdd(a, z0, a) : f32x4.add(a, z0));
    v128.store(y + n, factor ? multiplyAdd(b, z1, b) : f32x4.add(b, z1), 16);
    at = i32x4.add(at, i32x4.splat(8));
  }
}
