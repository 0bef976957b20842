/** The sum of two values. */
import { GROUP_BYTES } from "./vector";

/** y = a + b, `count` groups; y may be a. */
export function add(a: usize, b: usize, y: usize, count: i32): void {
  const bytes = <usize>count * GROUP_BYTES;
  for (let n: usize = 0; n < bytes; n += 16) v128.store(y + n, f32x4.add(v128.load(a + n), v128.load(b + n)));
}
