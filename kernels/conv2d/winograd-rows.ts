/**
 * 5x5 convolutions with stride 1 of few channels, as C1's single one, by Winograd's minimal filtering along the rows
 * only, F(4, 5): four neighbouring results of a map take 8 products for each row of the kernel instead of 20. One
 * transformed row of the input serves five rows of results and all maps, so that its transform costs little even where
 * there are few maps (winograd.ts transforms tiles of both dimensions, which pays for many connections).
 *
 *   y[k, r] = A^T sum over channels i and kernel rows p of U[k, i, p] * V[i, r + p],  U = G g,  V = B^T d
 *   dU[k, i, p] = sum over rows r, tiles and images of V[i, r + p] * (A dy[k, r]),  dg = G^T dU
 *
 * d: eight columns of a row of the input; g: a row of the kernel. The matrices are in winograd-rows-transforms.ts.
 */
import { GROUP_BYTES, multiplyAdd, splat } from "../vector";
import { Conv2dShape } from "./records";
import {
  elementBytes,
  inputTiles,
  outputGradients,
  outputTile,
  PAIR_BYTES,
  POINTS,
  SIZE,
  SUMS,
  TAPS,
  weightGradient,
} from "./winograd-rows-transforms";

/**
 * y[k] = bias[k] + the convolution of all channels of x. x [channels][H][W][16]; u as {@link winogradRowsWeights} wrote
 * it; y [filters][OH][OW][16]; bias 0: none. scratch: edge and V of {@link inputTiles}, M [2][8][16].
 */
export function conv2dWinogradRowsForward(
  x: usize,
  u: usize,
  bias: usize,
  y: usize,
  scratch: usize,
  shape: Conv2dShape,
  channels: i32,
  filters: i32,
): void {
  const H = <usize>shape.H;
  const OH = <usize>shape.OH;
  const OW = <usize>shape.OW;
  const map = OH * OW * GROUP_BYTES;
  const element = elementBytes(H);
  const v = scratch + H * POINTS * GROUP_BYTES;
  const m = v + <usize>channels * POINTS * element;
  const weights = POINTS * PAIR_BYTES * <usize>channels;
  for (let c: usize = 0; c < OW; c += SIZE) {
    const width = min(SIZE, OW - c);
    inputTiles(x, v, scratch, shape, channels, c);
    let pair = u;
    for (let k = 0; k < filters; k += 2) {
      const paired = k + 1 < filters;
      const biasA = bias ? splat(bias + 4 * <usize>k) : f32x4.splat(0);
      const biasB = bias && paired ? splat(bias + 4 * <usize>k + 4) : f32x4.splat(0);
      let to = y + <usize>k * map + c * GROUP_BYTES;
      for (let r: usize = 0; r < OH; r++) {
        multiplyRows(v + r * GROUP_BYTES, element, pair, m, channels);
        outputTile(m, to, biasA, width);
        if (paired) outputTile(m + POINTS * GROUP_BYTES, to + map, biasB, width);
        to += OW * GROUP_BYTES;
      }
      pair += weights;
    }
  }
}

/** M of a row of a pair of maps. Tile of registers: 2 maps x 4 vectors, in a loop that is not unrolled, as in direct.ts. */
// @inline
function multiplyRows(v: usize, element: usize, w: usize, m: usize, channels: i32): void {
  for (const end = m + POINTS * GROUP_BYTES; m < end; m += GROUP_BYTES) {
    const zero = f32x4.splat(0);
    let a0 = zero;
    let a1 = zero;
    let a2 = zero;
    let a3 = zero;
    let b0 = zero;
    let b1 = zero;
    let b2 = zero;
    let b3 = zero;
    let line = v;
    for (let left = channels; left > 0; left--) {
      let q = line;
      const stop = w + PAIR_BYTES;
      do {
        const wA = splat(w);
        const wB = splat(w + 4);
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
        w += 8;
        q += GROUP_BYTES;
      } while (w < stop);
      line += POINTS * element;
    }
    v128.store(m, a0);
    v128.store(m, a1, 16);
    v128.store(m, a2, 32);
    v128.store(m, a3, 48);
    const second = m + POINTS * GROUP_BYTES;
    v128.store(second, b0);
    v128.store(second, b1, 16);
    v128.store(second, b2, 32);
    v128.store(second, b3, 48);
    v += element;
  }
}

/**
 * The gradient of the kernel, dw [5][5][channels][filters]; dy [filters][OH][OW][16]. scratch: edge and V of
 * {@link inputTiles}, A dy of a pair of maps [8][2][OH][16], dU [filters / 2][channels][8][5][2][4].
 */
export function conv2dWinogradRowsBackwardKernel(
  x: usize,
  dy: usize,
  dw: usize,
  scratch: usize,
  shape: Conv2dShape,
  channels: i32,
  filters: i32,
  accumulate: i32,
): void {
  const H = <usize>shape.H;
  const OH = <usize>shape.OH;
  const OW = <usize>shape.OW;
  const row = OW * GROUP_BYTES;
  const map = OH * row;
  const element = elementBytes(H);
  const lines = elementBytes(2 * OH);
  const v = scratch + H * POINTS * GROUP_BYTES;
  const m = v + <usize>channels * POINTS * element;
  let sums = m + POINTS * lines;
  for (let c: usize = 0; c < OW; c += SIZE) {
    const width = min(SIZE, OW - c);
    inputTiles(x, v, scratch, shape, channels, c);
    let du = sums;
    for (let k = 0; k < filters; k += 2) {
      const from = dy + <usize>k * map + c * GROUP_BYTES;
      // A last map without a partner is its own: those sums are not stored.
      const second: usize = k + 1 < filters ? OH * GROUP_BYTES : 0;
      outputGradients(from, row, m, lines, OH, width);
      if (second) outputGradients(from + map, row, m + second, lines, OH, width);
      for (let i: usize = 0; i < <usize>channels; i++) {
        const tile = v + i * POINTS * element;
        for (let e: usize = 0; e < POINTS; e++) {
          addProducts(tile + e * element, m + e * lines, second, OH * GROUP_BYTES, du, c > 0);
          du += SUMS / POINTS;
        }
      }
    }
  }
  const column: usize = <usize>4 * <usize>(channels * filters);
  for (let k = 0; k < filters; k += 2) {
    for (let i = 0; i < channels; i++) {
      let to = dw + 4 * <usize>(i * filters + k);
      for (let p: usize = 0; p < <usize>TAPS; p++) {
        weightGradient(sums + 32 * p, to, column, accumulate);
        if (k + 1 < filters) weightGradient(sums + 32 * p + 16, to + 4, column, accumulate);
        to += <usize>TAPS * column;
      }
      sums += SUMS;
    }
  }
}

/** dU of a pair of maps at a point: five rows of the kernel, the rows of the input that they meet being neighbours. */
// @inline
function addProducts(q: usize, g: usize, second: usize, bytes: usize, du: usize, accumulate: bool): void {
  const zero = f32x4.splat(0);
  let a0 = zero;
  let a1 = zero;
  let a2 = zero;
  let a3 = zero;
  let a4 = zero;
  let b0 = zero;
  let b1 = zero;
  let b2 = zero;
  let b3 = zero;
  let b4 = zero;
  if (accumulate) {
    a0 = v128.load(du);
    b0 = v128.load(du, 16);
    a1 = v128.load(du, 32);
    b1 = v128.load(du, 48);
    a2 = v128.load(du, 64);
    b2 = v128.load(du, 80);
    a3 = v128.load(du, 96);
    b3 = v128.load(du, 112);
    a4 = v128.load(du, 128);
    b4 = v128.load(du, 144);
  }
  const end = g + bytes;
  do {
    const gA = v128.load(g);
    const gB = v128.load(g + second);
    const x0 = v128.load(q);
    a0 = multiplyAdd(x0, gA, a0);
    b0 = multiplyAdd(x0, gB, b0);
    const x1 = v128.load(q, GROUP_BYTES);
    a1 = multiplyAdd(x1, gA, a1);
    b1 = multiplyAdd(x1, gB, b1);
    const x2 = v128.load(q, 2 * GROUP_BYTES);
    a2 = multiplyAdd(x2, gA, a2);
    b2 = multiplyAdd(x2, gB, b2);
    const x3 = v128.load(q, 3 * GROUP_BYTES);
    a3 = multiplyAdd(x3, gA, a3);
    b3 = multiplyAdd(x3, gB, b3);
    const x4 = v128.load(q, 4 * GROUP_BYTES);
    a4 = multiplyAdd(x4, gA, a4);
    b4 = multiplyAdd(x4, gB, b4);
    g += 16;
    q += 16;
  } while (g < end);
  v128.store(du, a0);
  v128.store(du, b0, 16);
  v128.store(du, a1, 32);
  v128.store(du, b1, 48);
  v128.store(du, a2, 64);
  v128.store(du, b2, 80);
  v128.store(du, a3, 96);
  v128.store(du, b3, 112);
  v128.store(du, a4, 128);
  v128.store(du, b4, 144);
}
