/** Elements in another order, by a table. */
import { GROUP_BYTES } from "./vector";

/** In a block: group i of y is group table[i] of x. */
export function gatherGroups(x: usize, y: usize, table: usize, count: i32): void {
  for (; count > 0; count--) {
    const q = x + <usize>load<i32>(table) * GROUP_BYTES;
    v128.store(y, v128.load(q));
    v128.store(y, v128.load(q, 16), 16);
    v128.store(y, v128.load(q, 32), 32);
    v128.store(y, v128.load(q, 48), 48);
    y += GROUP_BYTES;
    table += 4;
  }
}

/** In one image by itself: float i of y is float table[i] of x, or 0 where that is -1. */
export function gatherFloats(x: usize, y: usize, table: usize, count: i32): void {
  for (; count > 0; count--) {
    const from = load<i32>(table);
    store<f32>(y, from < 0 ? 0 : load<f32>(x + <usize>from * 4));
    y += 4;
    table += 4;
  }
}
