/** What losses that are written with operations need besides those. */

import { Result } from "./losses";
import { recordAt } from "./records";
import { GROUP_BYTES, LANES } from "./vector";

/** Keeps the loss of each image: losses [1][16]. */
export function keepLosses(losses: usize, results: Result): void {
  for (let n: usize = 0; n < <usize>LANES; n++) recordAt(results, n).loss = load<f32>(losses + 4 * n);
}

/** y = dy, 0 for an image of weight 0 or an empty lane, whose gradient may be NaN. `count` groups. */
export function gradientOfWeighted(dy: usize, sampleWeights: usize, y: usize, count: i32): void {
  for (let end = dy + <usize>count * GROUP_BYTES; dy < end; dy += GROUP_BYTES) {
    for (let n: usize = 0; n < GROUP_BYTES; n += 16) {
      const counted = f32x4.ne(v128.load(sampleWeights + n), f32x4.splat(0));
      v128.store(y + n, v128.and(v128.load(dy + n), counted));
    }
    y += GROUP_BYTES;
  }
}
