/**
 * One coefficient and one bias per map, as in the subsampling layers of 1998 (section II.B). x, y
 * [channels][positions][16].
 */
import { positionBytes } from "./one-image";
import { GROUP_BYTES, multiplyAdd, splat, storeLanes, storeSum, sumLanes } from "./vector";

/** y = (factor coefficient[c]) x + bias[c]; bias 0: none. y may be x. */
export function scaleChannels(
  x: usize,
  coefficient: usize,
  bias: usize,
  y: usize,
  channels: i32,
  positions: i32,
  factor: f32,
): void {
  const bytes = <usize>positions * GROUP_BYTES;
  for (let c: usize = 0; c < <usize>channels; c++) {
    const scale = f32x4.mul(splat(coefficient + 4 * c), f32x4.splat(factor));
    const shift = bias ? splat(bias + 4 * c) : f32x4.splat(0);
    for (let n: usize = 0; n < bytes; n += 16) v128.store(y + n, multiplyAdd(v128.load(x + n), scale, shift));
    x += bytes;
    y += bytes;
  }
}

/** dcoefficient[c] = factor sum of dy x over the channel's positions and images. */
export function scaleChannelsGradient(
  x: usize,
  dy: usize,
  dcoefficient: usize,
  channels: i32,
  positions: i32,
  factor: f32,
  accumulate: i32,
): void {
  const bytes = <usize>positions * GROUP_BYTES;
  for (let c: usize = 0; c < <usize>channels; c++) {
    let sum = f32x4.splat(0);
    for (let n: usize = 0; n < bytes; n += 16) sum = multiplyAdd(v128.load(dy + n), v128.load(x + n), sum);
    storeSum(dcoefficient + 4 * c, factor * sumLanes(sum), accumulate);
    x += bytes;
    dy += bytes;
  }
}

/** One image by itself: y = (factor coefficient[k]) x + bias[k]; both padded with zeros; bias 0: none. */
export function imageScaleChannels(
  x: usize,
  coefficient: usize,
  bias: usize,
  y: usize,
  channels: i32,
  positions: i32,
  factor: f32,
): void {
  const position = positionBytes(channels);
  const bytes = position * <usize>positions;
  for (let k: usize = 0; k < position; k += 16) {
    const scale = f32x4.mul(v128.load(coefficient + k), f32x4.splat(factor));
    const shift = bias ? v128.load(bias + k) : f32x4.splat(0);
    for (let n = k; n < bytes; n += position) v128.store(y + n, multiplyAdd(v128.load(x + n), scale, shift));
  }
}

/** One image by itself: dcoefficient[k] = factor sum over the positions of dy[k] x[k]. */
export function imageScaleChannelsGradient(
  x: usize,
  dy: usize,
  dcoefficient: usize,
  channels: i32,
  positions: i32,
  factor: f32,
  accumulate: i32,
): void {
  const position = positionBytes(channels);
  const bytes = position * <usize>positions;
  for (let k = 0; k < channels; k += 4) {
    let sum = f32x4.splat(0);
    for (let n = <usize>k * 4; n < bytes; n += position) sum = multiplyAdd(v128.load(dy + n), v128.load(x + n), sum);
    storeLanes(dcoefficient + 4 * <usize>k, f32x4.mul(sum, f32x4.splat(factor)), channels - k, accumulate);
  }
}
