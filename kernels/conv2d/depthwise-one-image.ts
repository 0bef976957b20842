/**
 * Depthwise convolution of one image by itself, in the layout of kernels/one-image.ts: one map for each channel, so
 * that the lanes of x and y are the same channels. w [KH][KW][channels], each tap padded with zeros to whole vectors.
 */
import { positionBytes } from "../one-image";
import { multiplyAdd, storeLanes } from "../vector";
import { Conv2dShape } from "./records";

/** y[r, s, c] = bias[c] + sum over p, q of w[p, q, c] x[r SH + p DH, s SW + q DW, c]; bias padded; 0: none. */
export function imageDepthwise(x: usize, w: usize, bias: usize, y: usize, shape: Conv2dShape, channels: i32): void {
  const W = <usize>shape.W;
  const KH = <usize>shape.KH;
  const KW = <usize>shape.KW;
  const OH = <usize>shape.OH;
  const OW = <usize>shape.OW;
  const position = positionBytes(channels);
  const down = <usize>shape.DH * W * position;
  const right = <usize>shape.DW * position;
  for (let r: usize = 0; r < OH; r++) {
    let corner = x + r * <usize>shape.SH * W * position;
    for (let c: usize = 0; c < OW; c++) {
      for (let k: usize = 0; k < position; k += 16) {
        let sum = bias ? v128.load(bias + k) : f32x4.splat(0);
        let weight = w + k;
        let line = corner + k;
        for (let p: usize = 0; p < KH; p++) {
          let q = line;
          for (let n = KW; n > 0; n--) {
            sum = multiplyAdd(v128.load(q), v128.load(weight), sum);
            weight += position;
            q += right;
          }
          line += down;
        }
        v128.store(y + k, sum);
      }
      y += position;
      corner += <usize>shape.SW * position;
    }
  }
}

/**
 * The gradient of the input; `rows` and `columns` as in depthwise.ts, but with numbers of taps and windows instead of
 * bytes.
 */
export function imageDepthwiseBackwardInput(
  dy: usize,
  w: usize,
  dx: usize,
  shape: Conv2dShape,
  rows: usize,
  columns: usize,
  channels: i32,
): void {
  const H = <usize>shape.H;
  const W = <usize>shape.W;
  const position = positionBytes(channels);
  for (let u: usize = 0; u < H; u++) {
    const rowStart = rows + 4 * <usize>load<i32>(rows + 4 * u);
    const rowEnd = rows + 4 * <usize>load<i32>(rows + 4 * u, 4);
    for (let v: usize = 0; v < W; v++) {
      const columnStart = columns + 4 * <usize>load<i32>(columns + 4 * v);
      const columnEnd = columns + 4 * <usize>load<i32>(columns + 4 * v, 4);
      for (let k: usize = 0; k < position; k += 16) {
        let sum = f32x4.splat(0);
        for (let row = rowStart; row < rowEnd; row += 8) {
          const taps = w + k + <usize>load<i32>(row) * position;
          const line = dy + k + <usize>load<i32>(row, 4) * position;
          for (let column = columnStart; column < columnEnd; column += 8) {
            const weight = v128.load(taps + <usize>load<i32>(column) * position);
            sum = multiplyAdd(v128.load(line + <usize>load<i32>(column, 4) * position), weight, sum);
          }
        }
        v128.store(dx + k, sum);
      }
      dx += position;
    }
  }
}

/** The gradient of the kernel, dw [KH][KW][channels]. */
export function imageDepthwiseBackwardKernel(
  x: usize,
  dy: usize,
  dw: usize,
  shape: Conv2dShape,
  channels: i32,
  accumulate: i32,
): void {
  const W = <usize>shape.W;
  const OH = <usize>shape.OH;
  const OW = <usize>shape.OW;
  const position = positionBytes(channels);
  const right = <usize>shape.SW * position;
  for (let p: usize = 0; p < <usize>shape.KH; p++) {
    for (let q: usize = 0; q < <usize>shape.KW; q++) {
      const tap = x + (p * <usize>shape.DH * W + q * <usize>shape.DW) * position;
      for (let k = 0; k < channels; k += 4) {
        let sum = f32x4.splat(0);
        let g = dy + 4 * <usize>k;
        for (let r: usize = 0; r < OH; r++) {
          let from = tap + 4 * <usize>k + r * <usize>shape.SH * W * position;
          for (let c: usize = 0; c < OW; c++) {
            sum = multiplyAdd(v128.load(from), v128.load(g), sum);
            from += right;
            g += position;
          }
        }
        storeLanes(dw + 4 * <usize>k, sum, channels - k, accumulate);
      }
      dw += 4 * <usize>channels;
    }
  }
}
