/**
 * Fully connected layers: x [inputs][16 images], y [outputs][16 images].
 * Tile: 2 outputs x 4 vectors, one input at a time (see conv2d/direct.ts for why).
 */
import { positionBytes } from "./one-image";
import { GROUP_BYTES, multiplyAdd, splat, storeLanes } from "./vector";

/**
 * y[o] = bias[o] + sum over i of w[i, o] x[i]. w is packed in pairs of outputs, [outputs / 2][inputs][2], the last
 * pair padded with zeros; bias 0: none. The gradient of the input is the same sum over the transposed weights.
 */
export function dense(x: usize, w: usize, bias: usize, y: usize, inputs: i32, outputs: i32): void {
  const end = x + <usize>inputs * GROUP_BYTES;
  let p = w;
  for (let o = 0; o < outputs; o += 2) {
    const paired = o + 1 < outputs;
    let a0 = bias ? splat(bias + 4 * <usize>o) : f32x4.splat(0);
    let b0 = bias && paired ? splat(bias + 4 * <usize>o + 4) : f32x4.splat(0);
    let a1 = a0;
    let a2 = a0;
    let a3 = a0;
    let b1 = b0;
    let b2 = b0;
    let b3 = b0;
    for (let q = x; q < end; q += GROUP_BYTES) {
      const wA = splat(p);
      const wB = splat(p + 4);
      const x0 = v128.load(q);
      const x1 = v128.load(q, 16);
      a0 = multiplyAdd(x0, wA, a0);
      b0 = multiplyAdd(x0, wB, b0);
      a1 = multiplyAdd(x1, wA, a1);
      b1 = multiplyAdd(x1, wB, b1);
      const x2 = v128.load(q, 32);
      const x3 = v128.load(q, 48);
      a2 = multiplyAdd(x2, wA, a2);
      b2 = multiplyAdd(x2, wB, b2);
      a3 = multiplyAdd(x3, wA, a3);
      b3 = multiplyAdd(x3, wB, b3);
      p += 8;
    }
    const to = y + <usize>o * GROUP_BYTES;
    v128.store(to, a0);
    v128.store(to, a1, 16);
    v128.store(to, a2, 32);
    v128.store(to, a3, 48);
    if (paired) {
      v128.store(to, b0, 64);
      v128.store(to, b1, 80);
      v128.store(to, b2, 96);
      v128.store(to, b3, 112);
    }
  }
}

/** Blocks of images that a tile of {@link denseBackwardKernel} sums before it is stored. */
const AT_ONCE: i32 = 8;

/** Bytes of eight outputs of 16 images. */
const PANEL: usize = 8 * GROUP_BYTES;

/**
 * The gradient of the weights: dw[i, o] = sum over images n of x[i, n] dy[o, n]; dw [inputs][outputs], as in Keras. dy
 * comes as {@link transposeOutputs} wrote it, so that the sum over images needs no additions across the lanes of a
 * vector. `images` images: x and transposed of a block of 16 are `stride` bytes behind those of the block before.
 * Tile: 4 inputs x 8 outputs, one image at a time.
 */
export function denseBackwardKernel(
  x: usize,
  transposed: usize,
  dw: usize,
  inputs: i32,
  outputs: i32,
  images: i32,
  stride: i32,
  accumulate: i32,
): void {
  for (let blocks = (images + 15) >> 4; blocks > 0; blocks -= AT_ONCE) {
    blocksGradient(x, transposed, dw, inputs, outputs, min(blocks, AT_ONCE), stride, accumulate);
    x += <usize>(AT_ONCE * stride);
    transposed += <usize>(AT_ONCE * stride);
    accumulate = 1;
  }
}

function blocksGradient(
  x: usize,
  transposed: usize,
  dw: usize,
  inputs: i32,
  outputs: i32,
  blocks: i32,
  stride: usize,
  accumulate: i32,
): void {
  for (let o = 0; o < outputs; o += 8) {
    for (let i = 0; i < inputs; i += 4) {
      const rows = min(4, inputs - i);
      // Rows after the last input read the last one again; their sums are not stored.
      const x1 = <usize>min(1, rows - 1) * GROUP_BYTES;
      const x2 = <usize>min(2, rows - 1) * GROUP_BYTES;
      const x3 = <usize>(rows - 1) * GROUP_BYTES;
      const zero = f32x4.splat(0);
      let a0 = zero;
      let b0 = zero;
      let c0 = zero;
      let d0 = zero;
      let a1 = zero;
      let b1 = zero;
      let c1 = zero;
      let d1 = zero;
      let q = x + <usize>i * GROUP_BYTES;
      let g = transposed;
      for (let left = blocks; left > 0; left--) {
        const end = q + GROUP_BYTES;
        do {
          const g0 = v128.load(g);
          const g1 = v128.load(g, 16);
          const a = splat(q);
          const b = splat(q + x1);
          a0 = multiplyAdd(g0, a, a0);
          a1 = multiplyAdd(g1, a, a1);
          b0 = multiplyAdd(g0, b, b0);
          b1 = multiplyAdd(g1, b, b1);
          const c = splat(q + x2);
          const d = splat(q + x3);
          c0 = multiplyAdd(g0, c, c0);
          c1 = multiplyAdd(g1, c, c1);
          d0 = multiplyAdd(g0, d, d0);
          d1 = multiplyAdd(g1, d, d1);
          q += 4;
          g += 32;
        } while (q < end);
        q += stride - GROUP_BYTES;
        g += stride - PANEL;
      }
      const left = outputs - o;
      const row = <usize>outputs * 4;
      const to = dw + <usize>i * row + <usize>o * 4;
      storeRow(to, a0, a1, left, accumulate);
      if (rows > 1) storeRow(to + row, b0, b1, left, accumulate);
      if (rows > 2) storeRow(to + 2 * row, c0, c1, left, accumulate);
      if (rows > 3) storeRow(to + 3 * row, d0, d1, left, accumulate);
    }
    transposed += PANEL;
  }
}

// @inline
function storeRow(to: usize, v0: v128, v1: v128, left: i32, accumulate: i32): void {
  if (left >= 8) {
    v128.store(to, accumulate ? f32x4.add(v128.load(to), v0) : v0);
    v128.store(to, accumulate ? f32x4.add(v128.load(to, 16), v1) : v1, 16);
    return;
  }
  storeLanes(to, v0, left, accumulate);
  if (left > 4) storeLanes(to + 16, v1, left - 4, accumulate);
}

/** [outputs][16] -> [outputs / 8][16][8], with zeros after the last output. */
export function transposeOutputs(dy: usize, transposed: usize, outputs: i32): void {
  const padded = (outputs + 7) & ~7;
  for (let o = 0; o < padded; o++) {
    let to = transposed + <usize>(o >> 3) * PANEL + 4 * <usize>(o & 7);
    const from = dy + <usize>o * GROUP_BYTES;
    for (let n: usize = 0; n < GROUP_BYTES; n += 4) {
      store<f32>(to, o < outputs ? load<f32>(from + n) : 0);
      to += 32;
    }
  }
}

/**
 * One image by itself: y[o] = bias[o] + sum over i of w[i, o] x[i]; w [inputs][outputs], not packed; bias 0: none.
 * Tile: 32 outputs. The last tile reads up to 31 numbers beyond the end of the row, so w and bias must have room behind
 * them, and y must hold whole tiles. Surplus outputs are cleared.
 */
export function imageDense(x: usize, w: usize, bias: usize, y: usize, inputs: i32, outputs: i32): void {
  const zero = f32x4.splat(0);
  const end = x + 4 * <usize>inputs;
  const row = <usize>outputs * 4;
  for (let o: usize = 0; o < row; o += 128) {
    let a0 = zero;
    let a1 = zero;
    let a2 = zero;
    let a3 = zero;
    let a4 = zero;
    let a5 = zero;
    let a6 = zero;
    let a7 = zero;
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
  memory.fill(y + row, 0, positionBytes(outputs) - row);
}

/** One image by itself: dw[i, o] = x[i] dy[o]; dw [inputs][outputs]. */
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

/**
 * One image by itself: dx[i] = sum over o of w[i, o] dy[o]; w [inputs][outputs]. Four rows at a time, so that one
 * vector takes their sums.
 */
export function imageDenseBackwardInput(dy: usize, w: usize, dx: usize, inputs: i32, outputs: i32): void {
  const row = <usize>outputs * 4;
  const whole = row & ~15;
  for (let i = 0; i < inputs; i += 4) {
    const rows = min(4, inputs - i);
    const w1 = w + row * <usize>min(1, rows - 1);
    const w2 = w + row * <usize>min(2, rows - 1);
    const w3 = w + row * <usize>min(3, rows - 1);
    const zero = f32x4.splat(0);
    let s0 = zero;
    let s1 = zero;
    let s2 = zero;
    let s3 = zero;
    for (let o: usize = 0; o < whole; o += 16) {
      const g = v128.load(dy + o);
      s0 = multiplyAdd(v128.load(w + o), g, s0);
      s1 = multiplyAdd(v128.load(w1 + o), g, s1);
      s2 = multiplyAdd(v128.load(w2 + o), g, s2);
      s3 = multiplyAdd(v128.load(w3 + o), g, s3);
    }
    // Lane n of the sum belongs to row n.
    const a = v128.shuffle<i32>(s0, s1, 0, 4, 1, 5);
    const b = v128.shuffle<i32>(s0, s1, 2, 6, 3, 7);
    const c = v128.shuffle<i32>(s2, s3, 0, 4, 1, 5);
    const d = v128.shuffle<i32>(s2, s3, 2, 6, 3, 7);
    const left = f32x4.add(a, b);
    const right = f32x4.add(c, d);
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
