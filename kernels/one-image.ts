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

/**
 * y[at + i] = x[first + i] for `count` channels i of each position; x has `channels` channels, y `width`.
 */
export function imageChannels(
  x: usize,
  y: usize,
  first: i32,
  at: i32,
  count: i32,
  channels: i32,
  width: i32,
  positions: i32,
): void {
  const whole = <usize>(count & ~3) * 4;
  const bytes = <usize>count * 4;
  x += <usize>first * 4;
  y += <usize>at * 4;
  for (; positions > 0; positions--) {
    let k: usize = 0;
    for (; k < whole; k += 16) v128.store(y + k, v128.load(x + k));
    for (; k < bytes; k += 4) store<f32>(y + k, load<f32>(x + k));
    x += positionBytes(channels);
    y += positionBytes(width);
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
