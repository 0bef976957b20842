/**
 * One image by itself: lanes are channels, so that a single image does not pay for sixteen. Values lie as
 * [row][column][channel], each cell filled up to whole vectors; what stands in the filling is never read. Sums run in the
 * order of the blocks' direct kernels, so that both give the same bits (but for connection tables, whose jobs reorder them,
 * and where blocks go by Winograd's algorithm).
 */
import { Conv2dShape } from "./conv2d";
import { exponential } from "./exponential";
import { PoolingShape } from "./pooling";
import { multiplyAdd, splat } from "./vector";

/** Bytes of a cell of `channels` floats. */
// @inline
export function cellBytes(channels: i32): usize {
  return <usize>((channels + 3) & ~3) * 4;
}

/** An image's bytes, [cells][channels], times scale. */
export function imageOfBytes(from: usize, to: usize, channels: i32, cells: i32, scale: f32): void {
  for (; cells > 0; cells--) {
    for (let i: usize = 0; i < <usize>channels; i++) store<f32>(to + 4 * i, <f32>load<u8>(from + i) * scale);
    from += <usize>channels;
    to += cellBytes(channels);
  }
}

/** An image's floats, times scale, each cell filled up with zeros. */
export function imageOfFloats(from: usize, to: usize, channels: i32, cells: i32, scale: f32): void {
  const cell = cellBytes(channels);
  for (; cells > 0; cells--) {
    for (let i: usize = 0; i < <usize>channels; i++) store<f32>(to + 4 * i, load<f32>(from + 4 * i) * scale);
    memory.fill(to + 4 * <usize>channels, 0, cell - 4 * <usize>channels);
    from += 4 * <usize>channels;
    to += cell;
  }
}

/** Leaves out what cells are filled up with: [cells][channels] without gaps. */
export function imageValues(from: usize, to: usize, channels: i32, cells: i32): void {
  const bytes = <usize>channels * 4;
  for (; cells > 0; cells--) {
    memory.copy(to, from, bytes);
    from += cellBytes(channels);
    to += bytes;
  }
}

/**
 * y[r, c, k] = bias[k] + sum over i, p, q of w[p, q, i, k] x[r SH + p, c SW + q, i]; shape as in conv2d.ts.
 * w [filters / 8][channels][KH][KW][8] and bias [filters / 8][8], filled up with zeros; bias 0: none.
 * Tile: 4 columns x 8 filters = 8 accumulators.
 */
export function imageConv2d(
  x: usize,
  w: usize,
  bias: usize,
  y: usize,
  shape: Conv2dShape,
  channels: i32,
  filters: i32,
): void {
  const W = <usize>shape.W,
    KH = <usize>shape.KH,
    KW = <usize>shape.KW;
  const SH = <usize>shape.SH,
    SW = <usize>shape.SW;
  const OH = <usize>shape.OH,
    OW = <usize>shape.OW;
  const cell = cellBytes(channels),
    out = cellBytes(filters),
    row = W * cell;
  const zero = f32x4.splat(0);
  // Columns of the tile lie this far apart; a narrow map has its last column several times.
  const far1 = min<usize>(1, OW - 1) * SW * cell,
    far2 = min<usize>(2, OW - 1) * SW * cell;
  const far3 = min<usize>(3, OW - 1) * SW * cell;
  const to1 = min<usize>(1, OW - 1) * out,
    to2 = min<usize>(2, OW - 1) * out,
    to3 = min<usize>(3, OW - 1) * out;
  for (let k: usize = 0; k < <usize>filters; k += 8) {
    const b0 = bias ? v128.load(bias + 4 * k) : zero,
      b1 = bias ? v128.load(bias + 4 * k, 16) : zero;
    const both = k + 4 < <usize>filters;
    for (let r: usize = 0; r < OH; r++) {
      for (let column: usize = 0; column < OW; column += 4) {
        // The last tile of a row goes back over columns that are done.
        const c: usize = OW < 4 ? 0 : min<usize>(column, OW - 4);
        let a0 = b0,
          a1 = b0,
          a2 = b0,
          a3 = b0,
          e0 = b1,
          e1 = b1,
          e2 = b1,
          e3 = b1;
        let weights = w,
          plane = x + r * SH * row + c * SW * cell;
        for (let i = channels; i > 0; i--) {
          let line = plane;
          for (let p = KH; p > 0; p--) {
            let q = line;
            const end = weights + KW * 32;
            do {
              const w0 = v128.load(weights),
                w1 = v128.load(weights, 16);
              const x0 = splat(q),
                x1 = splat(q + far1);
              a0 = multiplyAdd(x0, w0, a0);
              e0 = multiplyAdd(x0, w1, e0);
              a1 = multiplyAdd(x1, w0, a1);
              e1 = multiplyAdd(x1, w1, e1);
              const x2 = splat(q + far2),
                x3 = splat(q + far3);
              a2 = multiplyAdd(x2, w0, a2);
              e2 = multiplyAdd(x2, w1, e2);
              a3 = multiplyAdd(x3, w0, a3);
              e3 = multiplyAdd(x3, w1, e3);
              weights += 32;
              q += cell;
            } while (weights < end);
            line += row;
          }
          plane += 4;
        }
        const to = y + (r * OW + c) * out + 4 * k;
        v128.store(to, a0);
        v128.store(to + to1, a1);
        v128.store(to + to2, a2);
        v128.store(to + to3, a3);
        if (both) {
          v128.store(to, e0, 16);
          v128.store(to + to1, e1, 16);
          v128.store(to + to2, e2, 16);
          v128.store(to + to3, e3, 16);
        }
      }
    }
    w += <usize>channels * KH * KW * 32;
  }
}

/**
 * y[o] = bias[o] + sum over i of w[i, o] x[i]; w [inputs][outputs] as the host has it; bias 0: none. Tile: 32 outputs; the
 * last one reads past the end of the row, and what it makes of that is cleared away. y holds whole tiles.
 */
export function imageDense(x: usize, w: usize, bias: usize, y: usize, inputs: i32, outputs: i32): void {
  const zero = f32x4.splat(0);
  const end = x + 4 * <usize>inputs,
    row = <usize>outputs * 4;
  for (let o: usize = 0; o < row; o += 128) {
    let a0 = zero,
      a1 = zero,
      a2 = zero,
      a3 = zero,
      a4 = zero,
      a5 = zero,
      a6 = zero,
      a7 = zero;
    if (bias) {
      const b = bias + o;
      a0 = v128.load(b);
      a1 = v128.load(b, 16);
      a2 = v128.load(b, 32);
      a3 = v128.load(b, 48);
      a4 = v128.load(b, 64);
      a5 = v128.load(b, 80);
      a6 = v128.load(b, 96);
      a7 = v128.load(b, 112);
    }
    let weights = w + o;
    for (let q = x; q < end; q += 4) {
      const v = splat(q);
      a0 = multiplyAdd(v, v128.load(weights), a0);
      a1 = multiplyAdd(v, v128.load(weights, 16), a1);
      a2 = multiplyAdd(v, v128.load(weights, 32), a2);
      a3 = multiplyAdd(v, v128.load(weights, 48), a3);
      a4 = multiplyAdd(v, v128.load(weights, 64), a4);
      a5 = multiplyAdd(v, v128.load(weights, 80), a5);
      a6 = multiplyAdd(v, v128.load(weights, 96), a6);
      a7 = multiplyAdd(v, v128.load(weights, 112), a7);
      weights += row;
    }
    const to = y + o;
    v128.store(to, a0);
    v128.store(to, a1, 16);
    v128.store(to, a2, 32);
    v128.store(to, a3, 48);
    v128.store(to, a4, 64);
    v128.store(to, a5, 80);
    v128.store(to, a6, 96);
    v128.store(to, a7, 112);
  }
  memory.fill(y + row, 0, cellBytes(outputs) - row);
}

/** The mean, or with `largest` the largest, of each window; shape as in pooling.ts. */
export function imagePooling(x: usize, y: usize, shape: PoolingShape, channels: i32, largest: i32): void {
  const H = shape.H,
    W = shape.W,
    PH = shape.PH,
    PW = shape.PW;
  const SH = shape.SH,
    SW = shape.SW,
    OH = shape.OH,
    OW = shape.OW;
  const top = shape.top,
    left = shape.left;
  const cell = cellBytes(channels);
  for (let r = 0; r < OH; r++) {
    const u0 = max(0, r * SH - top),
      u1 = min(H, r * SH - top + PH);
    for (let c = 0; c < OW; c++) {
      const v0 = max(0, c * SW - left),
        v1 = min(W, c * SW - left + PW);
      const share = f32x4.splat(<f32>1 / <f32>((u1 - u0) * (v1 - v0)));
      for (let k: usize = 0; k < cell; k += 16) {
        let result = f32x4.splat(largest ? <f32>-Infinity : 0);
        for (let u = u0; u < u1; u++) {
          for (let v = v0; v < v1; v++) {
            const value = v128.load(x + <usize>(u * W + v) * cell + k);
            result = largest ? f32x4.max(result, value) : f32x4.add(result, value);
          }
        }
        v128.store(y + k, largest ? result : f32x4.mul(result, share));
      }
      y += cell;
    }
  }
}

/** y = (factor coefficient[k]) x + bias[k]; both filled up with zeros; bias 0: none. */
export function imageScaleChannels(
  x: usize,
  coefficient: usize,
  bias: usize,
  y: usize,
  channels: i32,
  cells: i32,
  factor: f32,
): void {
  const cell = cellBytes(channels),
    bytes = cell * <usize>cells;
  for (let k: usize = 0; k < cell; k += 16) {
    const scale = f32x4.mul(v128.load(coefficient + k), f32x4.splat(factor));
    const shift = bias ? v128.load(bias + k) : f32x4.splat(0);
    for (let n = k; n < bytes; n += cell) v128.store(y + n, multiplyAdd(v128.load(x + n), scale, shift));
  }
}

/** y[k] = e^(x[k] - max x) / sum, over the channels of each cell. */
export function imageSoftmax(x: usize, y: usize, channels: i32, cells: i32): void {
  const cell = cellBytes(channels),
    end = <usize>channels * 4;
  for (; cells > 0; cells--) {
    let top = load<f32>(x);
    for (let k: usize = 4; k < end; k += 4) top = max(top, load<f32>(x + k));
    for (let k: usize = 0; k < cell; k += 16) {
      v128.store(y + k, exponential(f32x4.sub(v128.load(x + k), f32x4.splat(top))));
    }
    let sum: f32 = 0;
    for (let k: usize = 0; k < end; k += 4) sum += load<f32>(y + k);
    for (let k: usize = 0; k < cell; k += 16) v128.store(y + k, f32x4.div(v128.load(y + k), f32x4.splat(sum)));
    x += cell;
    y += cell;
  }
}
