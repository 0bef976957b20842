/**
 * Fully connected layers: x [inputs][16 images], y [outputs][16 images].
 * Tile: 2 outputs x 4 vectors, one input at a time (see conv2d.ts for why).
 */
import { CELL, multiplyAdd, splat } from "./vector";

/**
 * y[o] = bias[o] + sum over i of w[i, o] x[i]. w is packed in pairs of outputs, [outputs / 2][inputs][2], the last
 * pair filled up with zeros; bias 0: none. The gradient of the input is the same sum over the transposed weights.
 */
export function dense(x: usize, w: usize, bias: usize, y: usize, inputs: i32, outputs: i32): void {
  const end = x + <usize>inputs * CELL;
  let p = w;
  for (let o = 0; o < outputs; o += 2) {
    const paired = o + 1 < outputs;
    let a0 = bias ? splat(bias + 4 * <usize>o) : f32x4.splat(0);
    let b0 = bias && paired ? splat(bias + 4 * <usize>o + 4) : f32x4.splat(0);
    let a1 = a0,
      a2 = a0,
      a3 = a0,
      b1 = b0,
      b2 = b0,
      b3 = b0;
    for (let q = x; q < end; q += CELL) {
      const wA = splat(p),
        wB = splat(p + 4);
      const x0 = v128.load(q),
        x1 = v128.load(q, 16);
      a0 = multiplyAdd(x0, wA, a0);
      b0 = multiplyAdd(x0, wB, b0);
      a1 = multiplyAdd(x1, wA, a1);
      b1 = multiplyAdd(x1, wB, b1);
      const x2 = v128.load(q, 32),
        x3 = v128.load(q, 48);
      a2 = multiplyAdd(x2, wA, a2);
      b2 = multiplyAdd(x2, wB, b2);
      a3 = multiplyAdd(x3, wA, a3);
      b3 = multiplyAdd(x3, wB, b3);
      p += 8;
    }
    const to = y + <usize>o * CELL;
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

/**
 * The gradient of the weights: dw[i, o] = sum over images n of x[i, n] dy[o, n], as Keras lays it out, [inputs][outputs].
 * dy is first turned into rows of outputs, so that the sum over images needs no horizontal additions.
 * turned: scratch of 16 x (outputs rounded up to 8) floats. Tile: 4 inputs x 8 outputs, one image at a time.
 */
export function denseBackwardKernel(
  x: usize,
  dy: usize,
  dw: usize,
  turned: usize,
  inputs: i32,
  outputs: i32,
  accumulate: i32,
): void {
  const stride = <usize>((outputs + 7) & ~7) * 4;
  turn(dy, turned, outputs, stride);
  for (let i = 0; i < inputs; i += 4) {
    const rows = min(4, inputs - i);
    // Rows past the last input read the last one again; their sums are not stored.
    const x0 = x + <usize>i * CELL;
    const x1 = <usize>min(1, rows - 1) * CELL,
      x2 = <usize>min(2, rows - 1) * CELL,
      x3 = <usize>(rows - 1) * CELL;
    for (let o = 0; o < outputs; o += 8) {
      const zero = f32x4.splat(0);
      let a0 = zero,
        b0 = zero,
        c0 = zero,
        d0 = zero,
        a1 = zero,
        b1 = zero,
        c1 = zero,
        d1 = zero;
      let g = turned + <usize>o * 4;
      const end = x0 + CELL;
      for (let q = x0; q < end; q += 4) {
        const g0 = v128.load(g),
          g1 = v128.load(g, 16);
        const a = splat(q),
          b = splat(q + x1);
        a0 = multiplyAdd(g0, a, a0);
        a1 = multiplyAdd(g1, a, a1);
        b0 = multiplyAdd(g0, b, b0);
        b1 = multiplyAdd(g1, b, b1);
        const c = splat(q + x2),
          d = splat(q + x3);
        c0 = multiplyAdd(g0, c, c0);
        c1 = multiplyAdd(g1, c, c1);
        d0 = multiplyAdd(g0, d, d0);
        d1 = multiplyAdd(g1, d, d1);
        g += stride;
      }
      const left = outputs - o,
        row = <usize>outputs * 4;
      const to = dw + <usize>i * row + <usize>o * 4;
      storeRow(to, a0, a1, left, accumulate);
      if (rows > 1) storeRow(to + row, b0, b1, left, accumulate);
      if (rows > 2) storeRow(to + 2 * row, c0, c1, left, accumulate);
      if (rows > 3) storeRow(to + 3 * row, d0, d1, left, accumulate);
    }
  }
}

// @inline
function storeRow(to: usize, v0: v128, v1: v128, left: i32, accumulate: i32): void {
  storeVector(to, v0, left, accumulate);
  if (left > 4) storeVector(to + 16, v1, left - 4, accumulate);
}

/** Stores up to `left` of the four lanes, added to what is there when `accumulate` is 1. */
function storeVector(to: usize, v: v128, left: i32, accumulate: i32): void {
  if (left >= 4) {
    v128.store(to, accumulate ? f32x4.add(v128.load(to), v) : v);
    return;
  }
  for (let k = 0; k < left; k++) {
    const value = f32x4.extract_lane(v, 0);
    store<f32>(to, accumulate ? load<f32>(to) + value : value);
    v = v128.shuffle<i32>(v, v, 1, 2, 3, 0);
    to += 4;
  }
}

/** [outputs][16] -> [16][stride bytes], zeros behind the last output. */
function turn(dy: usize, turned: usize, outputs: i32, stride: usize): void {
  const padded = (outputs + 7) & ~7;
  for (let o = 0; o < padded; o++) {
    let to = turned + 4 * <usize>o;
    const from = dy + <usize>o * CELL;
    for (let n: usize = 0; n < CELL; n += 4) {
      store<f32>(to, o < outputs ? load<f32>(from + n) : 0);
      to += stride;
    }
  }
}
