/**
 * One image by itself, backward: what training one pattern at a time needs (1998, section III.B). Layout as in image.ts.
 * What fills a cell of a gradient up is 0, so that sums may run over whole vectors.
 */
import { Conv2dShape } from "./conv2d";
import { cellBytes } from "./image";
import { PoolingShape } from "./pooling";
import { CELL, multiplyAdd, splat } from "./vector";

/** Stores up to `left` of the four lanes, added to what is there when `accumulate` is 1. */
function storeLanes(to: usize, v: v128, left: i32, accumulate: i32): void {
  if (left >= 4) {
    v128.store(to, accumulate ? f32x4.add(v128.load(to), v) : v);
    return;
  }
  for (; left > 0; left--) {
    const value = f32x4.extract_lane(v, 0);
    store<f32>(to, accumulate ? load<f32>(to) + value : value);
    v = v128.shuffle<i32>(v, v, 1, 2, 3, 0);
    to += 4;
  }
}

/**
 * dw[s, k] = sum over r, c of x[r SH, c SW; s] dy[r, c, k], where s is a tap (p, q, i) of the kernel: dw [KH][KW][channels]
 * [filters], sources[s] the bytes from a cell to that tap's number, mask[s, k] 1 where a weight exists (0: all do).
 * shape as in conv2d.ts. Tile: 4 taps x 8 filters = 8 accumulators.
 */
export function imageConv2dBackwardKernel(
  x: usize,
  dy: usize,
  dw: usize,
  shape: Conv2dShape,
  sources: usize,
  mask: usize,
  count: i32,
  channels: i32,
  filters: i32,
  accumulate: i32,
): void {
  const W = <usize>shape.W,
    SH = <usize>shape.SH,
    SW = <usize>shape.SW;
  const OH = <usize>shape.OH,
    OW = <usize>shape.OW;
  const cell = cellBytes(channels),
    out = cellBytes(filters),
    line = OW * out;
  const right = SW * cell,
    down = SH * W * cell;
  const zero = f32x4.splat(0);
  for (let s = 0; s < count; s += 4) {
    const taps = min(4, count - s),
      at = sources + 4 * <usize>s;
    const t0 = <usize>load<i32>(at),
      t1 = <usize>load<i32>(at + 4 * <usize>min(1, taps - 1));
    const t2 = <usize>load<i32>(at + 4 * <usize>min(2, taps - 1)),
      t3 = <usize>load<i32>(at + 4 * <usize>min(3, taps - 1));
    for (let k = 0; k < filters; k += 8) {
      let a0 = zero,
        a1 = zero,
        a2 = zero,
        a3 = zero,
        b0 = zero,
        b1 = zero,
        b2 = zero,
        b3 = zero;
      let row = x,
        g = dy + 4 * <usize>k;
      // A tile's second vector may lie outside the cell: it is computed, and not stored.
      for (let r: usize = 0; r < OH; r++) {
        let q = row;
        const end = g + line;
        do {
          const g0 = v128.load(g),
            g1 = v128.load(g, 16);
          const x0 = splat(q + t0),
            x1 = splat(q + t1);
          a0 = multiplyAdd(x0, g0, a0);
          b0 = multiplyAdd(x0, g1, b0);
          a1 = multiplyAdd(x1, g0, a1);
          b1 = multiplyAdd(x1, g1, b1);
          const x2 = splat(q + t2),
            x3 = splat(q + t3);
          a2 = multiplyAdd(x2, g0, a2);
          b2 = multiplyAdd(x2, g1, b2);
          a3 = multiplyAdd(x3, g0, a3);
          b3 = multiplyAdd(x3, g1, b3);
          q += right;
          g += out;
        } while (g < end);
        row += down;
      }
      const width = <usize>filters * 4,
        to = dw + <usize>s * width + 4 * <usize>k,
        left = filters - k;
      storeLanes(to, a0, left, accumulate);
      storeLanes(to + 16, b0, left - 4, accumulate);
      if (taps > 1) {
        storeLanes(to + width, a1, left, accumulate);
        storeLanes(to + width + 16, b1, left - 4, accumulate);
      }
      if (taps > 2) {
        storeLanes(to + 2 * width, a2, left, accumulate);
        storeLanes(to + 2 * width + 16, b2, left - 4, accumulate);
      }
      if (taps > 3) {
        storeLanes(to + 3 * width, a3, left, accumulate);
        storeLanes(to + 3 * width + 16, b3, left - 4, accumulate);
      }
    }
  }
  if (!mask) return;
  const end = dw + 4 * <usize>(count * filters);
  for (; dw < end; dw += 4) {
    store<f32>(dw, load<f32>(dw) * load<f32>(mask));
    mask += 4;
  }
}

/**
 * Sets the cells of x [H][W] SH and SW apart into zeros, y [paddedH][paddedW], its first at row top, column left: the
 * gradient of a convolution's input is the convolution of this with the kernel turned around.
 */
export function imageSpread(
  x: usize,
  y: usize,
  channels: i32,
  H: i32,
  W: i32,
  SH: i32,
  SW: i32,
  paddedH: i32,
  paddedW: i32,
  top: i32,
  left: i32,
): void {
  const cell = cellBytes(channels);
  memory.fill(y, 0, <usize>(paddedH * paddedW) * cell);
  for (let r = 0; r < H; r++) {
    let to = y + <usize>((top + r * SH) * paddedW + left) * cell;
    for (let c = 0; c < W; c++) {
      for (let k: usize = 0; k < cell; k += 16) v128.store(to + k, v128.load(x + k));
      x += cell;
      to += cell * <usize>SW;
    }
  }
}

/** db[k] = sum over the cells of dy[k]. */
export function imageBiasGradient(dy: usize, db: usize, filters: i32, cells: i32, accumulate: i32): void {
  const cell = cellBytes(filters),
    bytes = cell * <usize>cells;
  for (let k = 0; k < filters; k += 4) {
    let sum = f32x4.splat(0);
    for (let n = <usize>k * 4; n < bytes; n += cell) sum = f32x4.add(sum, v128.load(dy + n));
    storeLanes(db + 4 * <usize>k, sum, filters - k, accumulate);
  }
}

/** dcoefficient[k] = factor sum over the cells of dy[k] x[k]. */
export function imageScaleChannelsGradient(
  x: usize,
  dy: usize,
  dcoefficient: usize,
  channels: i32,
  cells: i32,
  factor: f32,
  accumulate: i32,
): void {
  const cell = cellBytes(channels),
    bytes = cell * <usize>cells;
  for (let k = 0; k < channels; k += 4) {
    let sum = f32x4.splat(0);
    for (let n = <usize>k * 4; n < bytes; n += cell) sum = multiplyAdd(v128.load(dy + n), v128.load(x + n), sum);
    storeLanes(dcoefficient + 4 * <usize>k, f32x4.mul(sum, f32x4.splat(factor)), channels - k, accumulate);
  }
}

/** dw[i, o] = x[i] dy[o]; dw [inputs][outputs]. */
export function imageDenseBackwardKernel(
  x: usize,
  dy: usize,
  dw: usize,
  inputs: i32,
  outputs: i32,
  accumulate: i32,
): void {
  const whole = outputs & ~3;
  for (let i = 0; i < inputs; i++) {
    const v = splat(x);
    for (let o = 0; o < whole; o += 4) {
      const product = f32x4.mul(v, v128.load(dy + 4 * <usize>o));
      v128.store(dw, accumulate ? f32x4.add(v128.load(dw), product) : product);
      dw += 16;
    }
    if (whole < outputs) {
      storeLanes(dw, f32x4.mul(v, v128.load(dy + 4 * <usize>whole)), outputs - whole, accumulate);
      dw += 4 * <usize>(outputs - whole);
    }
    x += 4;
  }
}

/** dx[i] = sum over o of w[i, o] dy[o]; w [inputs][outputs]. Four rows at a time, so that their sums end together. */
export function imageDenseBackwardInput(dy: usize, w: usize, dx: usize, inputs: i32, outputs: i32): void {
  const row = <usize>outputs * 4,
    whole = row & ~15;
  for (let i = 0; i < inputs; i += 4) {
    const rows = min(4, inputs - i);
    const w1 = w + row * <usize>min(1, rows - 1),
      w2 = w + row * <usize>min(2, rows - 1);
    const w3 = w + row * <usize>min(3, rows - 1);
    const zero = f32x4.splat(0);
    let s0 = zero,
      s1 = zero,
      s2 = zero,
      s3 = zero;
    for (let o: usize = 0; o < whole; o += 16) {
      const g = v128.load(dy + o);
      s0 = multiplyAdd(v128.load(w + o), g, s0);
      s1 = multiplyAdd(v128.load(w1 + o), g, s1);
      s2 = multiplyAdd(v128.load(w2 + o), g, s2);
      s3 = multiplyAdd(v128.load(w3 + o), g, s3);
    }
    // Lane n of the sum is row n's.
    const a = v128.shuffle<i32>(s0, s1, 0, 4, 1, 5),
      b = v128.shuffle<i32>(s0, s1, 2, 6, 3, 7);
    const c = v128.shuffle<i32>(s2, s3, 0, 4, 1, 5),
      d = v128.shuffle<i32>(s2, s3, 2, 6, 3, 7);
    const left = f32x4.add(a, b),
      right = f32x4.add(c, d);
    let sum = f32x4.add(v128.shuffle<i32>(left, right, 0, 1, 4, 5), v128.shuffle<i32>(left, right, 2, 3, 6, 7));
    for (let o = whole; o < row; o += 4) {
      const column = f32x4(load<f32>(w + o), load<f32>(w1 + o), load<f32>(w2 + o), load<f32>(w3 + o));
      sum = multiplyAdd(column, splat(dy + o), sum);
    }
    v128.store(dx, f32x4.splat(0));
    storeLanes(dx, sum, rows, 0);
    dx += 16;
    w += 4 * row;
  }
}

/** The way back through pooling; x, y and shape as in pooling.ts, `largest` as in imagePooling. */
export function imagePoolingBackward(
  x: usize,
  y: usize,
  dy: usize,
  dx: usize,
  shape: PoolingShape,
  channels: i32,
  largest: i32,
): void {
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
  memory.fill(dx, 0, <usize>(H * W) * cell);
  for (let r = 0; r < OH; r++) {
    const u0 = max(0, r * SH - top),
      u1 = min(H, r * SH - top + PH);
    for (let c = 0; c < OW; c++) {
      const v0 = max(0, c * SW - left),
        v1 = min(W, c * SW - left + PW);
      const share = f32x4.splat(<f32>1 / <f32>((u1 - u0) * (v1 - v0)));
      for (let k: usize = 0; k < cell; k += 16) {
        const g = v128.load(dy + k),
          best = v128.load(y + k);
        const part = f32x4.mul(g, share);
        let open = i32x4.splat(-1);
        for (let u = u0; u < u1; u++) {
          for (let v = v0; v < v1; v++) {
            const at = <usize>(u * W + v) * cell + k;
            let add = part;
            if (largest) {
              // The first cell that equals the maximum.
              const hit = v128.and(open, f32x4.eq(v128.load(x + at), best));
              open = v128.andnot(open, hit);
              add = v128.and(g, hit);
            }
            v128.store(dx + at, f32x4.add(v128.load(dx + at), add));
          }
        }
      }
      y += cell;
      dy += cell;
    }
  }
}

/**
 * x [features] -> y [features][16], the same number in every lane: what follows works on blocks. With `first` in the first
 * lane only, the others 0: the way back of imageOfBlock.
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
    y += CELL;
  }
}

/** The first image of x [features][16] -> y [features], filled up with zeros. */
export function imageOfBlock(x: usize, y: usize, features: i32): void {
  const end = y + cellBytes(features);
  for (; features > 0; features--) {
    store<f32>(y, load<f32>(x));
    x += CELL;
    y += 4;
  }
  for (; y < end; y += 4) store<f32>(y, 0);
}
