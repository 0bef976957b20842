/** Copies and zeros, for adding, channel slices and concatenation. */
import { GROUP_BYTES } from "./vector";

/** y = x, `count` groups. */
export function copy(x: usize, y: usize, count: i32): void {
  memory.copy(y, x, <usize>count * GROUP_BYTES);
}

/** y = 0, `count` groups. */
export function clear(y: usize, count: i32): void {
  memory.fill(y, 0, <usize>count * GROUP_BYTES);
}
