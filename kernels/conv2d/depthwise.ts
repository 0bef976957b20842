/**
 * Depthwise convolution: each channel by itself, with `multiplier` kernels for each. Map c multiplier + m is the m-th
 * of channel c. Direct sums, as no channel is shared: tile 2 columns x 4 vectors, or 4 taps x 2 vectors for the kernel.
 *
 * x [channels][H][W][16], y [channels multiplier][OH][OW][16], w [channels multiplier][KH][KW].
 */
import { GROUP_BYTES, multiplyAdd, splat, storeSum, sumLanes } from "../vector";
import { Conv2dShape } from "./records";

/** y[c m, r, s] = bias[c m] + sum over taps (p, q) of w[c m, p, q] x[c, r SH + p DH, s SW + q DW]; bias 0: none. */
export function depthwiseForward(
  x: usize,
  w: usize,
  bias: usize,
  y: usize,
  shape: Conv2dShape,
  channels: i32,
  multiplier: i32,
): void {
  const W = <usize>shape.W;
  const KH = <usize>shape.KH;
  const OH = <usize>shape.OH;
  const OW = <usize>shape.OW;
  const plane = <usize>shape.H * W * GROUP_BYTES;
  const down = <usize>shape.SH * W * GROUP_BYTES;
  const right = <usize>shape.SW * GROUP_BYTES;
  const tapDown = <usize>shape.DH * W * GROUP_BYTES;
  const tapRight = <usize>shape.DW * GROUP_BYTES;
  const rowWeights = <usize>shape.KW * 4;
  const maps = channels * multiplier;
  for (let map = 0; map < maps; map++) {
    const start = bias ? splat(bias + 4 * <usize>map) : f32x4.splat(0);
    let row = x + <usize>(map / multiplier) * plane;
    for (let r: usize = 0; r < OH; r++) {
      let corner = row;
      for (let c: usize = 0; c < OW; c += 2) {
        // A last column without a neighbour is computed and stored twice.
        const both = c + 1 < OW;
        const next = both ? right : 0;
        const nextOut = both ? GROUP_BYTES : 0;
        let a0 = start;
        let a1 = start;
        let a2 = start;
        let a3 = start;
        let b0 = start;
        let b1 = start;
        let b2 = start;
        let b3 = start;
        let p = w;
        let line = corner;
        for (let kernelRow = KH; kernelRow > 0; kernelRow--) {
          let q = line;
          const end = p + rowWeights;
          do {
            const weight = splat(p);
            a0 = multiplyAdd(v128.load(q), weight, a0);
            a1 = multiplyAdd(v128.load(q, 16), weight, a1);
            a2 = multiplyAdd(v128.load(q, 32), weight, a2);
            a3 = multiplyAdd(v128.load(q, 48), weight, a3);
            const second = q + next;
            b0 = multiplyAdd(v128.load(second), weight, b0);
            b1 = multiplyAdd(v128.load(second, 16), weight, b1);
            b2 = multiplyAdd(v128.load(second, 32), weight, b2);
            b3 = multiplyAdd(v128.load(second, 48), weight, b3);
            p += 4;
            q += tapRight;
          } while (p < end);
          line += tapDown;
        }
        v128.store(y, a0);
        v128.store(y, a1, 16);
        v128.store(y, a2, 32);
        v128.store(y, a3, 48);
        const other = y + nextOut;
        v128.store(other, b0);
        v128.store(other, b1, 16);
        v128.store(other, b2, 32);
        v128.store(other, b3, 48);
        y = other + GROUP_BYTES;
        corner += 2 * right;
      }
      row += down;
    }
    w += KH * rowWeights;
  }
}

/**
 * The gradient of the input: dx[c, u, v] = sum over the maps of channel c and the taps that meet (u, v) of w dy. `rows`
 * and `columns` list these taps: n + 1 words with the place of each position's first pair (in words from the list's
 * start), then the pairs: the bytes to the tap's weight in a row (or to its row), and to the window's group (or row).
 */
export function depthwiseBackwardInput(
  dy: usize,
  w: usize,
  dx: usize,
  shape: Conv2dShape,
  rows: usize,
  columns: usize,
  channels: i32,
  multiplier: i32,
): void {
  const H = <usize>shape.H;
  const W = <usize>shape.W;
  const weights = <usize>(shape.KH * shape.KW) * 4;
  const plane = <usize>(shape.OH * shape.OW) * GROUP_BYTES;
  for (; channels > 0; channels--) {
    for (let u: usize = 0; u < H; u++) {
      const rowStart = rows + 4 * <usize>load<i32>(rows + 4 * u);
      const rowEnd = rows + 4 * <usize>load<i32>(rows + 4 * u, 4);
      for (let v: usize = 0; v < W; v++) {
        const columnStart = columns + 4 * <usize>load<i32>(columns + 4 * v);
        const columnEnd = columns + 4 * <usize>load<i32>(columns + 4 * v, 4);
        const zero = f32x4.splat(0);
        let s0 = zero;
        let s1 = zero;
        let s2 = zero;
        let s3 = zero;
        let g = dy;
        let p = w;
        for (let m = multiplier; m > 0; m--) {
          for (let row = rowStart; row < rowEnd; row += 8) {
            const line = g + <usize>load<i32>(row, 4);
            const taps = p + <usize>load<i32>(row);
            for (let column = columnStart; column < columnEnd; column += 8) {
              const weight = splat(taps + <usize>load<i32>(column));
              const at = line + <usize>load<i32>(column, 4);
              s0 = multiplyAdd(v128.load(at), weight, s0);
              s1 = multiplyAdd(v128.load(at, 16), weight, s1);
              s2 = multiplyAdd(v128.load(at, 32), weight, s2);
              s3 = multiplyAdd(v128.load(at, 48), weight, s3);
            }
          }
          g += plane;
          p += weights;
        }
        v128.store(dx, s0);
        v128.store(dx, s1, 16);
        v128.store(dx, s2, 32);
        v128.store(dx, s3, 48);
        dx += GROUP_BYTES;
      }
    }
    dy += plane * <usize>multiplier;
    w += weights * <usize>multiplier;
  }
}

/**
 * The gradient of the kernel: dw[p, q, c m] = sum over r, s and images of x[c, r SH + p DH, s SW + q DW] dy[c m, r, s].
 * dw [KH][KW][channels multiplier], as in Keras.
 */
export function depthwiseBackwardKernel(
  x: usize,
  dy: usize,
  dw: usize,
  shape: Conv2dShape,
  channels: i32,
  multiplier: i32,
  accumulate: i32,
): void {
  const plane = <usize>(shape.H * shape.W) * GROUP_BYTES;
  const mapBytes = <usize>(shape.OH * shape.OW) * GROUP_BYTES;
  const taps = shape.KH * shape.KW;
  const maps = channels * multiplier;
  const tap = <usize>maps * 4;
  for (let map = 0; map < maps; map++) {
    const from = x + <usize>(map / multiplier) * plane;
    for (let t = 0; t < taps; t += 4) fourTaps(from, dy, shape, t, dw + <usize>t * tap, tap, accumulate);
    dy += mapBytes;
    dw += 4;
  }
}

/** Bytes from a map's first position to the position of tap t, with the kernel at the map's corner. */
// @inline
function tapOffset(t: i32, shape: Conv2dShape): usize {
  const KW = shape.KW;
  return <usize>((t / KW) * shape.DH * shape.W + (t % KW) * shape.DW) * GROUP_BYTES;
}

/** Taps t to t + 3; of the last taps, some may not exist: the last one is computed instead, and not stored. */
function fourTaps(x: usize, dy: usize, shape: Conv2dShape, t: i32, out: usize, tap: usize, accumulate: i32): void {
  const last = shape.KH * shape.KW - 1;
  const x0 = x + tapOffset(t, shape);
  const offset1 = x + tapOffset(min(t + 1, last), shape) - x0;
  const offset2 = x + tapOffset(min(t + 2, last), shape) - x0;
  const offset3 = x + tapOffset(min(t + 3, last), shape) - x0;
  const W = <usize>shape.W;
  const SH = <usize>shape.SH;
  const SW = <usize>shape.SW;
  const OH = <usize>shape.OH;
  const OW = <usize>shape.OW;
  // With stride 1, the vectors of a row follow one another.
  const run = (SW === 1 ? OW : 1) * GROUP_BYTES;
  const runs = SW === 1 ? <usize>1 : OW;
  const zero = f32x4.splat(0);
  let a0 = zero;
  let a1 = zero;
  let a2 = zero;
  let a3 = zero;
  let b0 = zero;
  let b1 = zero;
  let b2 = zero;
  let b3 = zero;
  let g = dy;
  for (let r: usize = 0; r < OH; r++) {
    let line = x0 + r * SH * W * GROUP_BYTES;
    for (let c: usize = 0; c < runs; c++) {
      let q = line;
      const end = g + run;
      do {
        const gA = v128.load(g);
        const gB = v128.load(g, 16);
        a0 = multiplyAdd(v128.load(q), gA, a0);
        b0 = multiplyAdd(v128.load(q, 16), gB, b0);
        a1 = multiplyAdd(v128.load(q + offset1), gA, a1);
        b1 = multiplyAdd(v128.load(q + offset1, 16), gB, b1);
        a2 = multiplyAdd(v128.load(q + offset2), gA, a2);
        b2 = multiplyAdd(v128.load(q + offset2, 16), gB, b2);
        a3 = multiplyAdd(v128.load(q + offset3), gA, a3);
        b3 = multiplyAdd(v128.load(q + offset3, 16), gB, b3);
        g += 32;
        q += 32;
      } while (g < end);
      line += SW * GROUP_BYTES;
    }
  }
  storeSum(out, sumLanes(f32x4.add(a0, b0)), accumulate);
  if (t + 1 <= last) storeSum(out + tap, sumLanes(f32x4.add(a1, b1)), accumulate);
  if (t + 2 <= last) storeSum(out + 2 * tap, sumLanes(f32x4.add(a2, b2)), accumulate);
  if (t + 3 <= last) storeSum(out + 3 * tap, sumLanes(f32x4.add(a3, b3)), accumulate);
}
