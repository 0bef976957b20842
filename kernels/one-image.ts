/**
 * One image by itself, the layout that the kernels named `image...` work on: lanes are channels, so that a single image
 * does not pay for sixteen. Values lie as [row][column][channel], each position filled up to whole vectors. What stands
 * in the filling of a value is never read; in the filling of a gradient it is 0, so that sums may run over whole
 * vectors.
 *
 * Sums run in the order of the blocks' direct kernels, so that both layouts give the same bits (except for connection
 * tables, whose jobs reorder them, and where blocks use Winograd's algorithm).
 */
import { GROUP_BYTES, splat } from "./vector";

/** Bytes of a position of `channels` floats. */
// @inline
export function positionBytes(channels: i32): usize {
  return <usize>((channels + 3) & ~3) * 4;
}

/**
 * x [features] -> y [features][16], the same number in every lane: what follows works on blocks. With `first` in the
 * first lane only, the others 0: the way back of imageOfBlock.
 */
export function blockOfImage(x: usize, y: usize, features: i32, first: i32): void {
  for (; features > 0; features--) {
    const v = first ? f32x4.splat(0) : splat(x);
    v128.store(y, v);
    v128.store(y, v, 16);
    v128.store(y, v, 32);
    v128.store(y, v, 48);
    store<f32>(y, load<f32>(x));
    x += 4;
    y += GROUP_BYTES;
  }
}

/** The first image of x [features][16] -> y [features], filled up with zeros. */
export function imageOfBlock(x: usize, y: usize, features: i32): void {
  const end = y + positionBytes(features);
  for (; features > 0; features--) {
    store<f32>(y, load<f32>(x));
    x += GROUP_BYTES;
    y += 4;
  }
  for (; y < end; y += 4) store<f32>(y, 0);
}
