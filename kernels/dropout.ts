/** Dropout, forward and backward. */
import { GROUP_BYTES } from "./vector";

/**
 * Inverted dropout: y = x / (1 - rate) for elements that are kept, else 0. The backward pass is the same call on dy.
 * Whether an element is kept follows from a hash of the step's seed, the layer's salt and the element's index in the
 * batch, so that it is the same for any number of threads and needs no storage. Hash: lowbias32 by Chris Wellons.
 */
export function dropout(x: usize, y: usize, count: i32, block: i32, seed: usize, salt: i32, rate: f32): void {
  const bytes = <usize>count * GROUP_BYTES;
  const start = block * count * 16 + (load<i32>(seed) ^ salt) * 0x9e3779b9;
  let at = i32x4.add(i32x4.splat(start), i32x4(0, 1, 2, 3));
  const limit = i32x4.splat(<i32>(<u32>(<f64>rate * 4294967296.0)));
  const scale = f32x4.splat(<f32>1 / (<f32>1 - rate));
  for (let n: usize = 0; n < bytes; n += 16) {
    let h = v128.xor(at, i32x4.shr_u(at, 16));
    h = i32x4.mul(h, i32x4.splat(0x7feb352d));
    h = v128.xor(h, i32x4.shr_u(h, 15));
    h = i32x4.mul(h, i32x4.splat(<i32>0x846ca68b));
    h = v128.xor(h, i32x4.shr_u(h, 16));
    v128.store(y + n, v128.and(f32x4.mul(v128.load(x + n), scale), i32x4.ge_u(h, limit)));
    at = i32x4.add(at, i32x4.splat(4));
  }
}
