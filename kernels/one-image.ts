/**
 * The layout for one image by itself, which the wasm kernels named `image...` use. Lanes are channels, so that a single
 * image does not cost as much as sixteen. Values are [row][column][channel], with each position padded to whole
 * vectors. The padding of a value is never read. The padding of a gradient is 0, so that sums may run over whole
 * vectors.
 *
 * Sums run in the same order as in the direct convolution of blocks, so that both layouts give the same bits.
 * Exceptions are connection tables, whose jobs reorder the sums, and Winograd's algorithm.
 */
import { GROUP_BYTES, splat } from "./vector";

/** Bytes of a position of `channels` floats. */
// @inline
export function positionBytes(channels: i32): usize {
  return <usize>((channels + 3) & ~3) * 4;
}

/**
 * x [features] -> y [features][16], the same number in every lane, for operations that work on blocks. With `first`,
 * the other lanes are 0: the backward pass of {@link imageOfBlock}.
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

/** The first image of x [features][16] -> y [features], padded with zeros. */
export function imageOfBlock(x: usize, y: usize, features: i32): void {
  const end = y + positionBytes(features);
  for (; features > 0; features--) {
    store<f32>(y, load<f32>(x));
    x += GROUP_BYTES;
    y += 4;
  }
  for (; y < end; y += 4) store<f32>(y, 0);
}
