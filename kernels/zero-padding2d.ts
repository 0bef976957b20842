/** Zero padding around maps, and its gradient. */
import { clear } from "./copy";
import { GROUP_BYTES } from "./vector";

/**
 * Places x [channels][H][W] in zeros, y [channels][paddedH][paddedW], with its first position at row top, column left.
 */
export function pad(
  x: usize,
  y: usize,
  channels: i32,
  H: i32,
  W: i32,
  paddedH: i32,
  paddedW: i32,
  top: i32,
  left: i32,
): void {
  clear(y, channels * paddedH * paddedW);
  for (let c = 0; c < channels; c++) {
    for (let r = 0; r < H; r++) {
      const to = y + <usize>((c * paddedH + r + top) * paddedW + left) * GROUP_BYTES;
      memory.copy(to, x + <usize>((c * H + r) * W) * GROUP_BYTES, <usize>W * GROUP_BYTES);
    }
  }
}

/** The reverse: copies the inner part of y [channels][paddedH][paddedW] into x [channels][H][W]. */
export function crop(
  y: usize,
  x: usize,
  channels: i32,
  H: i32,
  W: i32,
  paddedH: i32,
  paddedW: i32,
  top: i32,
  left: i32,
): void {
  for (let c = 0; c < channels; c++) {
    for (let r = 0; r < H; r++) {
      const from = y + <usize>((c * paddedH + r + top) * paddedW + left) * GROUP_BYTES;
      memory.copy(x + <usize>((c * H + r) * W) * GROUP_BYTES, from, <usize>W * GROUP_BYTES);
    }
  }
}
