/** A scale and an offset for all elements. */
import { GROUP_BYTES, multiplyAdd } from "./vector";

/** y = scale x + offset, `count` groups. */
export function rescale(x: usize, y: usize, count: i32, scale: f32, offset: f32): void {
  const bytes = <usize>count * GROUP_BYTES;
  const s = f32x4.splat(scale);
  const o = f32x4.splat(offset);
  for (let n: usize = 0; n < bytes; n += 16) v128.store(y + n, multiplyAdd(v128.load(x + n), s, o));
}
