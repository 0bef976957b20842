/**
 * The transforms of winograd-rows.ts, on vectors of four images. The points are 0, 1, -1, 2, -2, 1/2, -1/2 and infinity:
 * their powers are exact, and opposite points share half of their sums.
 *
 *         | 1    0   -21/4    0    21/4    0  -1  0 |       |   1      0      0      0      0   |
 *         | 0    1     1    -17/4 -17/4    1   1  0 |       | -2/9   -2/9   -2/9   -2/9   -2/9  |
 *         | 0   -1     1     17/4 -17/4   -1   1  0 |       | -2/9    2/9   -2/9    2/9   -2/9  |
 *   B^T = | 0   1/2   1/4   -5/2   -5/4    2   1  0 |   G = |  1/90   1/45   2/45   4/45   8/45 |
 *         | 0  -1/2   1/4    5/2   -5/4   -2   1  0 |       |  1/90  -1/45   2/45  -4/45   8/45 |
 *         | 0    2     4    -5/2    -5    1/2  1  0 |       | 32/45  16/45   8/45   4/45   2/45 |
 *         | 0   -2     4     5/2    -5   -1/2  1  0 |       | 32/45 -16/45   8/45  -4/45   2/45 |
 *         | 0   -1     0    21/4     0  -21/4  0  1 |       |   0      0      0      0      1   |
 *
 *         | 1  1   1  1   1   1     1   0 |
 *   A^T = | 0  1  -1  2  -2  1/2  -1/2  0 |
 *         | 0  1   1  4   4  1/4   1/4  0 |
 *         | 0  1  -1  8  -8  1/8  -1/8  1 |
 */
import { EIGHT, EIGHTH, FIVE, FOUR, HALF, QUARTER, R5_2, R5_4, R17, R21, TWO } from "../constants";
import { GROUP_BYTES, minusProduct, multiplyAdd, storeSum, sumLanes } from "../vector";
import { Conv2dShape } from "./records";

/** Rows and columns of the kernel. */
export const TAPS: i32 = 5;

/** Results of a tile: neighbours in a row. */
export const SIZE: usize = 4;

/** Elements of a transformed tile. */
export const POINTS: usize = 8;

/** Bytes of the transformed weights of a pair of maps and one channel at one point. */
export const PAIR_BYTES: usize = 8 * TAPS;

/** Sums of a pair of maps and one channel: at each of 8 points five rows of the kernel, two maps, four lanes. */
export const SUMS: usize = POINTS * 2 * TAPS * 16;

/** Bytes between the elements of V: an odd number of groups keeps them out of one set of a cache. */
// @inline
export function elementBytes(rows: usize): usize {
  return (rows | 1) * GROUP_BYTES;
}

/** U: w [5][5][channels][filters] -> u [filters / 2][8][channels][5][2], the last pair padded with zeros. */
export function winogradRowsWeights(w: usize, u: usize, channels: i32, filters: i32): void {
  const column: usize = <usize>4 * <usize>(channels * filters);
  const step = PAIR_BYTES * <usize>channels;
  for (let k = 0; k < filters; k += 2) {
    for (let i = 0; i < channels; i++) {
      let g = w + 4 * <usize>(i * filters + k);
      let to = u + PAIR_BYTES * <usize>i;
      for (let p = 0; p < TAPS; p++) {
        weightPoints(g, column, to, step);
        if (k + 1 < filters) weightPoints(g + 4, column, to + 4, step);
        else for (let e: usize = 0; e < POINTS; e++) store<f32>(to + 4 + e * step, 0);
        g += <usize>TAPS * column;
        to += 8;
      }
    }
    u += POINTS * step;
  }
}

/** G g */
// @inline
function weightPoints(g: usize, column: usize, u: usize, step: usize): void {
  const g0 = load<f32>(g);
  const g1 = load<f32>(g + column);
  const g2 = load<f32>(g + 2 * column);
  const g3 = load<f32>(g + 3 * column);
  const g4 = load<f32>(g + 4 * column);
  store<f32>(u, g0);
  storeOpposite(u + step, step, -2.0 / 9.0, g0 + g2 + g4, g1 + g3);
  storeOpposite(u + 3 * step, step, 1.0 / 90.0, g0 + 4 * g2 + 16 * g4, 2 * g1 + 8 * g3);
  storeOpposite(u + 5 * step, step, 32.0 / 45.0, g0 + 0.25 * g2 + 0.0625 * g4, 0.5 * g1 + 0.125 * g3);
  store<f32>(u + 7 * step, g4);
}

/** The values at a point and at its opposite. */
// @inline
function storeOpposite(u: usize, step: usize, factor: f32, even: f32, odd: f32): void {
  store<f32>(u, factor * (even + odd));
  store<f32>(u + step, factor * (even - odd));
}

/**
 * V of the tile whose results begin at column c: v [channels][8][H][16]. edge: scratch memory [H][8][16], for columns
 * beyond the image, which are read as 0.
 */
export function inputTiles(x: usize, v: usize, edge: usize, shape: Conv2dShape, channels: i32, c: usize): void {
  const H = <usize>shape.H;
  const row = <usize>shape.W * GROUP_BYTES;
  const element = elementBytes(H);
  const inside = min<usize>(POINTS, <usize>shape.W - c) * GROUP_BYTES;
  for (; channels > 0; channels--) {
    let from = x + c * GROUP_BYTES;
    let step = row;
    if (inside < POINTS * GROUP_BYTES) {
      step = POINTS * GROUP_BYTES;
      for (let r: usize = 0; r < H; r++) {
        memory.copy(edge + r * step, from + r * row, inside);
        memory.fill(edge + r * step + inside, 0, step - inside);
      }
      from = edge;
    }
    for (const end = v + H * GROUP_BYTES; v < end; v += GROUP_BYTES) {
      for (let q: usize = 0; q < GROUP_BYTES; q += 16) inputPoints(from + q, v + q, element);
      from += step;
    }
    v += POINTS * element - H * GROUP_BYTES;
    x += H * row;
  }
}

/** B^T d */
// @inline
function inputPoints(d: usize, v: usize, element: usize): void {
  const d1 = v128.load(d, GROUP_BYTES);
  const d2 = v128.load(d, 2 * GROUP_BYTES);
  const d3 = v128.load(d, 3 * GROUP_BYTES);
  const d4 = v128.load(d, 4 * GROUP_BYTES);
  const d5 = v128.load(d, 5 * GROUP_BYTES);
  const d6 = v128.load(d, 6 * GROUP_BYTES);
  v128.store(v, multiplyAdd(v128.load(R21), f32x4.sub(d4, d2), f32x4.sub(v128.load(d), d6)));
  const last = f32x4.sub(v128.load(d, 7 * GROUP_BYTES), d1);
  v128.store(v + 7 * element, multiplyAdd(v128.load(R21), f32x4.sub(d3, d5), last));
  const even1 = minusProduct(v128.load(R17), d4, f32x4.add(d2, d6));
  const odd1 = minusProduct(v128.load(R17), d3, f32x4.add(d1, d5));
  v128.store(v + element, f32x4.add(even1, odd1));
  v128.store(v + 2 * element, f32x4.sub(even1, odd1));
  const middle = f32x4.mul(v128.load(R5_2), d3);
  const even2 = multiplyAdd(v128.load(QUARTER), d2, minusProduct(v128.load(R5_4), d4, d6));
  const odd2 = multiplyAdd(v128.load(TWO), d5, f32x4.sub(f32x4.mul(v128.load(HALF), d1), middle));
  v128.store(v + 3 * element, f32x4.add(even2, odd2));
  v128.store(v + 4 * element, f32x4.sub(even2, odd2));
  const even3 = multiplyAdd(v128.load(FOUR), d2, minusProduct(v128.load(FIVE), d4, d6));
  const odd3 = multiplyAdd(v128.load(TWO), d1, f32x4.sub(f32x4.mul(v128.load(HALF), d5), middle));
  v128.store(v + 5 * element, f32x4.add(even3, odd3));
  v128.store(v + 6 * element, f32x4.sub(even3, odd3));
}

/** A^T m + bias, the first `width` of four results. */
// @inline
export function outputTile(m: usize, y: usize, bias: v128, width: usize): void {
  for (let q: usize = 0; q < GROUP_BYTES; q += 16) {
    const from = m + q;
    const to = y + q;
    const m1 = v128.load(from, GROUP_BYTES);
    const m2 = v128.load(from, 2 * GROUP_BYTES);
    const m3 = v128.load(from, 3 * GROUP_BYTES);
    const m4 = v128.load(from, 4 * GROUP_BYTES);
    const m5 = v128.load(from, 5 * GROUP_BYTES);
    const m6 = v128.load(from, 6 * GROUP_BYTES);
    const even1 = f32x4.add(f32x4.add(m1, m2), bias);
    const odd1 = f32x4.add(f32x4.sub(m1, m2), bias);
    const even2 = f32x4.add(m3, m4);
    const odd2 = f32x4.sub(m3, m4);
    const even3 = f32x4.add(m5, m6);
    const odd3 = f32x4.sub(m5, m6);
    v128.store(to, f32x4.add(f32x4.add(v128.load(from), even1), f32x4.add(even2, even3)));
    if (width === 1) continue;
    v128.store(to, multiplyAdd(v128.load(TWO), odd2, multiplyAdd(v128.load(HALF), odd3, odd1)), GROUP_BYTES);
    if (width === 2) continue;
    v128.store(to, multiplyAdd(v128.load(FOUR), even2, multiplyAdd(v128.load(QUARTER), even3, even1)), 2 * GROUP_BYTES);
    if (width === 3) continue;
    const last = f32x4.add(odd1, v128.load(from, 7 * GROUP_BYTES));
    v128.store(to, multiplyAdd(v128.load(EIGHT), odd2, multiplyAdd(v128.load(EIGHTH), odd3, last)), 3 * GROUP_BYTES);
  }
}

/** A dy of the rows of a map; of four results in a row, the first `width` exist, the others are 0. */
export function outputGradients(dy: usize, row: usize, m: usize, lines: usize, rows: usize, width: usize): void {
  for (; rows > 0; rows--) {
    for (let q: usize = 0; q < GROUP_BYTES; q += 16) {
      const zero = f32x4.splat(0);
      const from = dy + q;
      const y0 = v128.load(from);
      let y1 = zero;
      let y2 = zero;
      let y3 = zero;
      if (width > 1) y1 = v128.load(from, GROUP_BYTES);
      if (width > 2) y2 = v128.load(from, 2 * GROUP_BYTES);
      if (width > 3) y3 = v128.load(from, 3 * GROUP_BYTES);
      const to = m + q;
      v128.store(to, y0);
      storePoints(to + lines, lines, f32x4.add(y0, y2), f32x4.add(y1, y3));
      const odd2 = multiplyAdd(v128.load(EIGHT), y3, f32x4.mul(v128.load(TWO), y1));
      storePoints(to + 3 * lines, lines, multiplyAdd(v128.load(FOUR), y2, y0), odd2);
      const odd3 = multiplyAdd(v128.load(EIGHTH), y3, f32x4.mul(v128.load(HALF), y1));
      storePoints(to + 5 * lines, lines, multiplyAdd(v128.load(QUARTER), y2, y0), odd3);
      v128.store(to + 7 * lines, y3);
    }
    dy += row;
    m += GROUP_BYTES;
  }
}

// @inline
function storePoints(to: usize, lines: usize, even: v128, odd: v128): void {
  v128.store(to, f32x4.add(even, odd));
  v128.store(to + lines, f32x4.sub(even, odd));
}

/** G^T dU of a row of the kernel; the sums of its 8 points are SUMS / 8 bytes apart. */
export function weightGradient(du: usize, dw: usize, column: usize, accumulate: i32): void {
  const u1 = sumOf(du, 1);
  const u2 = sumOf(du, 2);
  const u3 = sumOf(du, 3);
  const u4 = sumOf(du, 4);
  const u5 = sumOf(du, 5);
  const u6 = sumOf(du, 6);
  const s1: f32 = -2.0 / 9.0;
  const s2: f32 = 1.0 / 90.0;
  const s3: f32 = 32.0 / 45.0;
  const even1 = s1 * (u1 + u2);
  const odd1 = s1 * (u1 - u2);
  const even2 = s2 * (u3 + u4);
  const odd2 = s2 * (u3 - u4);
  const even3 = s3 * (u5 + u6);
  const odd3 = s3 * (u5 - u6);
  storeSum(dw, sumOf(du, 0) + even1 + (even2 + even3), accumulate);
  storeSum(dw + column, odd1 + (2 * odd2 + 0.5 * odd3), accumulate);
  storeSum(dw + 2 * column, even1 + (4 * even2 + 0.25 * even3), accumulate);
  storeSum(dw + 3 * column, odd1 + (8 * odd2 + 0.125 * odd3), accumulate);
  storeSum(dw + 4 * column, sumOf(du, 7) + even1 + (16 * even2 + 0.0625 * even3), accumulate);
}

// @inline
function sumOf(du: usize, point: usize): f32 {
  return sumLanes(v128.load(du + point * (SUMS / POINTS)));
}
