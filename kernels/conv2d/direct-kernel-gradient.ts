/** Direct convolution: the gradient of the kernel. */
import { firstOf, List, recordAfter } from "../records";
import { GROUP_BYTES, multiplyAdd, storeSum, sumLanes } from "../vector";
import { Conv2dPair, Conv2dShape } from "./records";

/**
 * The gradient of the kernel: dw[p, q, i, k] = sum over rows r, columns c and images of
 * x[i, r SH + p DH, c SW + q DW] dy[k, r, c]. dw [KH][KW][rows][filters], as in Keras; the row of a channel is in its
 * pair. Tile: 2 maps x 4 taps.
 */
export function conv2dBackwardKernel(
  x: usize,
  dy: usize,
  dw: usize,
  shape: Conv2dShape,
  pairs: List<Conv2dPair>,
  rows: i32,
  filters: i32,
  accumulate: i32,
): void {
  const H = <usize>shape.H;
  const W = <usize>shape.W;
  const KW = <usize>shape.KW;
  const taps = <usize>shape.KH * KW;
  const OH = <usize>shape.OH;
  const OW = <usize>shape.OW;
  const DH = <usize>shape.DH;
  const DW = <usize>shape.DW;
  const tap = <usize>(rows * filters) * 4;

  let pair = firstOf(pairs);
  for (let n = pairs.count; n > 0; n--) {
    const i = <usize>pair.channel;
    const a = <usize>pair.a;
    const b = <usize>pair.b;
    const plane = x + i * H * W * GROUP_BYTES;
    const dyA = dy + a * OH * OW * GROUP_BYTES;
    const dyB = dy + b * OH * OW * GROUP_BYTES;
    const out = dw + <usize>pair.row * <usize>filters * 4;
    let t: usize = 0;
    for (; t + 4 <= taps; t += 4) {
      fourTaps(
        plane + tapOffset(t, KW, W, DH, DW),
        plane + tapOffset(t + 1, KW, W, DH, DW),
        plane + tapOffset(t + 2, KW, W, DH, DW),
        plane + tapOffset(t + 3, KW, W, DH, DW),
        dyA,
        dyB,
        shape,
        out + t * tap,
        tap,
        a,
        b,
        accumulate,
      );
    }
    for (; t < taps; t++) oneTap(plane + tapOffset(t, KW, W, DH, DW), dyA, dyB, shape, out + t * tap, a, b, accumulate);
    pair = recordAfter(pair);
  }
}

// @inline
function storePair(out: usize, a: usize, b: usize, sumA: v128, sumB: v128, accumulate: i32): void {
  storeSum(out + 4 * a, sumLanes(sumA), accumulate);
  if (b !== a) storeSum(out + 4 * b, sumLanes(sumB), accumulate);
}

/** Bytes from a map's first position to the position of tap t, with the kernel at the map's corner. */
// @inline
function tapOffset(t: usize, KW: usize, W: usize, DH: usize, DW: usize): usize {
  return ((t / KW) * DH * W + (t % KW) * DW) * GROUP_BYTES;
}

function fourTaps(
  x0: usize,
  x1: usize,
  x2: usize,
  x3: usize,
  dyA: usize,
  dyB: usize,
  shape: Conv2dShape,
  out: usize,
  tap: usize,
  a: usize,
  b: usize,
  accumulate: i32,
): void {
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
  let g = dyA;
  const offsetB = dyB - dyA;
  const offset1 = x1 - x0;
  const offset2 = x2 - x0;
  const offset3 = x3 - x0;
  for (let r: usize = 0; r < OH; r++) {
    let line = x0 + r * SH * W * GROUP_BYTES;
    for (let c: usize = 0; c < runs; c++) {
      let q = line;
      const end = g + run;
      do {
        const gA = v128.load(g);
        const gB = v128.load(g + offsetB);
        const v0 = v128.load(q);
        const v1 = v128.load(q + offset1);
        a0 = multiplyAdd(v0, gA, a0);
        b0 = multiplyAdd(v0, gB, b0);
        a1 = multiplyAdd(v1, gA, a1);
        b1 = multiplyAdd(v1, gB, b1);
        const v2 = v128.load(q + offset2);
        const v3 = v128.load(q + offset3);
        a2 = multiplyAdd(v2, gA, a2);
        b2 = multiplyAdd(v2, gB, b2);
        a3 = multiplyAdd(v3, gA, a3);
        b3 = multiplyAdd(v3, gB, b3);
        g += 16;
        q += 16;
      } while (g < end);
      line += SW * GROUP_BYTES;
    }
  }
  storePair(out, a, b, a0, b0, accumulate);
  storePair(out + tap, a, b, a1, b1, accumulate);
  storePair(out + 2 * tap, a, b, a2, b2, accumulate);
  storePair(out + 3 * tap, a, b, a3, b3, accumulate);
}

function oneTap(
  corner: usize,
  dyA: usize,
  dyB: usize,
  shape: Conv2dShape,
  out: usize,
  a: usize,
  b: usize,
  accumulate: i32,
): void {
  const W = <usize>shape.W;
  const SH = <usize>shape.SH;
  const SW = <usize>shape.SW;
  const OH = <usize>shape.OH;
  const OW = <usize>shape.OW;
  const zero = f32x4.splat(0);
  let a0 = zero;
  let a1 = zero;
  let b0 = zero;
  let b1 = zero;
  let g = dyA;
  const offsetB = dyB - dyA;
  for (let r: usize = 0; r < OH; r++) {
    let q = corner + r * SH * W * GROUP_BYTES;
    for (let c: usize = 0; c < OW; c++) {
      const x0 = v128.load(q);
      const x1 = v128.load(q, 16);
      const x2 = v128.load(q, 32);
      const x3 = v128.load(q, 48);
      a0 = multiplyAdd(x0, v128.load(g), a0);
      a1 = multiplyAdd(x1, v128.load(g, 16), a1);
      a0 = multiplyAdd(x2, v128.load(g, 32), a0);
      a1 = multiplyAdd(x3, v128.load(g, 48), a1);
      b0 = multiplyAdd(x0, v128.load(g + offsetB), b0);
      b1 = multiplyAdd(x1, v128.load(g + offsetB, 16), b1);
      b0 = multiplyAdd(x2, v128.load(g + offsetB, 32), b0);
      b1 = multiplyAdd(x3, v128.load(g + offsetB, 48), b1);
      g += GROUP_BYTES;
      q += SW * GROUP_BYTES;
    }
  }
  storePair(out, a, b, f32x4.add(a0, a1), f32x4.add(b0, b1), accumulate);
}
