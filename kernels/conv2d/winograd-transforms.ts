/**
 * The transforms of winograd.ts: B^T d B, A^T m A, G g G^T and their transposes, one dimension after the other, on
 * vectors of four images.
 *
 * The points are 0, a, -a, b, -b and infinity with a = 3/2 and b = 1/a. Opposite points share half of their sums,
 * ab = 1 saves products, and rounding errors are half of those with 0, 1, -1, 2, -2. With A = a^2, B = b^2, K = A + B,
 * s = 1 / (2 A (A - B)) and t = -1 / (2 B (A - B)):
 *
 *         | 1   0  -K   0   1   0 |       | 1    0    0     0    0   |         | 1   1   1   1   1   0 |
 *         | 0  -b  -B   a   1   0 |       | s   sa   sA   saA   sA^2 |   A^T = | 0   a  -a   b  -b   1 |
 *   B^T = | 0   b  -B  -a   1   0 |   G = | s  -sa   sA  -saA   sA^2 |
 *         | 0  -a  -A   b   1   0 |       | t   tb   tB   tbB   tB^2 |
 *         | 0   a  -A  -b   1   0 |       | t  -tb   tB  -tbB   tB^2 |
 *         | 0   1   0  -K   0   1 |       | 0    0    0     0    1   |
 */
import { A1, A2, B1, B2, MINUS_A1, MINUS_A2, MINUS_B1, MINUS_B2, MINUS_K, S, T } from "../constants";
import { GROUP_BYTES, multiplyAdd, splat } from "../vector";

/** Bytes of a row of a transformed tile, [6][6][16], and of the tile. */
const ROW: usize = 6 * GROUP_BYTES;

export const TILE: usize = 6 * ROW;

/** G g: five vectors `step` apart become six. */
// @inline
export function weightPoints(g: usize, step: usize): void {
  const g0 = v128.load(g);
  const g2 = v128.load(g + 2 * step);
  const g4 = v128.load(g + 4 * step);
  const g1 = v128.load(g + step);
  const g3 = v128.load(g + 3 * step);
  const A = v128.load(A2);
  const B = v128.load(B2);
  const s = v128.load(S);
  const t = v128.load(T);
  const evenA = f32x4.mul(s, multiplyAdd(A, multiplyAdd(A, g4, g2), g0));
  const oddA = f32x4.mul(f32x4.mul(s, v128.load(A1)), multiplyAdd(A, g3, g1));
  const evenB = f32x4.mul(t, multiplyAdd(B, multiplyAdd(B, g4, g2), g0));
  const oddB = f32x4.mul(f32x4.mul(t, v128.load(B1)), multiplyAdd(B, g3, g1));
  v128.store(g + step, f32x4.add(evenA, oddA));
  v128.store(g + 2 * step, f32x4.sub(evenA, oddA));
  v128.store(g + 3 * step, f32x4.add(evenB, oddB));
  v128.store(g + 4 * step, f32x4.sub(evenB, oddB));
  v128.store(g + 5 * step, g4);
}

/** G^T u: six vectors `step` apart become five. */
// @inline
export function weightGradient(u: usize, step: usize): void {
  const u0 = v128.load(u);
  const u1 = v128.load(u + step);
  const u2 = v128.load(u + 2 * step);
  const u3 = v128.load(u + 3 * step);
  const u4 = v128.load(u + 4 * step);
  const u5 = v128.load(u + 5 * step);
  const A = v128.load(A2);
  const B = v128.load(B2);
  const s = v128.load(S);
  const t = v128.load(T);
  const evenA = f32x4.mul(s, f32x4.add(u1, u2));
  const evenB = f32x4.mul(t, f32x4.add(u3, u4));
  const oddA = f32x4.mul(f32x4.mul(s, v128.load(A1)), f32x4.sub(u1, u2));
  const oddB = f32x4.mul(f32x4.mul(t, v128.load(B1)), f32x4.sub(u3, u4));
  v128.store(u, f32x4.add(u0, f32x4.add(evenA, evenB)));
  v128.store(u + step, f32x4.add(oddA, oddB));
  v128.store(u + 2 * step, multiplyAdd(A, evenA, f32x4.mul(B, evenB)));
  v128.store(u + 3 * step, multiplyAdd(A, oddA, f32x4.mul(B, oddB)));
  v128.store(u + 4 * step, multiplyAdd(f32x4.mul(A, A), evenA, multiplyAdd(f32x4.mul(B, B), evenB, u5)));
}

/** B^T d */
// @inline
function inputPoints(d0: v128, d1: v128, d2: v128, d3: v128, d4: v128, d5: v128, to: usize, step: usize): void {
  v128.store(to, f32x4.add(multiplyAdd(v128.load(MINUS_K), d2, d0), d4));
  v128.store(to + 5 * step, f32x4.add(multiplyAdd(v128.load(MINUS_K), d3, d1), d5));
  const evenA = multiplyAdd(v128.load(MINUS_B2), d2, d4);
  const evenB = multiplyAdd(v128.load(MINUS_A2), d2, d4);
  const oddA = multiplyAdd(v128.load(A1), d3, f32x4.mul(v128.load(MINUS_B1), d1));
  const oddB = multiplyAdd(v128.load(B1), d3, f32x4.mul(v128.load(MINUS_A1), d1));
  v128.store(to + step, f32x4.add(evenA, oddA));
  v128.store(to + 2 * step, f32x4.sub(evenA, oddA));
  v128.store(to + 3 * step, f32x4.add(evenB, oddB));
  v128.store(to + 4 * step, f32x4.sub(evenB, oddB));
}

/** Adds B v to six vectors `step` apart. */
// @inline
function addInputGradient(v0: v128, v1: v128, v2: v128, v3: v128, v4: v128, v5: v128, to: usize, step: usize): void {
  const evenA = f32x4.add(v1, v2);
  const oddA = f32x4.sub(v1, v2);
  const evenB = f32x4.add(v3, v4);
  const oddB = f32x4.sub(v3, v4);
  addTo(to, v0);
  addTo(to + step, multiplyAdd(v128.load(MINUS_B1), oddA, multiplyAdd(v128.load(MINUS_A1), oddB, v5)));
  const k0 = f32x4.mul(v128.load(MINUS_K), v0);
  const k5 = f32x4.mul(v128.load(MINUS_K), v5);
  addTo(to + 2 * step, multiplyAdd(v128.load(MINUS_B2), evenA, multiplyAdd(v128.load(MINUS_A2), evenB, k0)));
  addTo(to + 3 * step, multiplyAdd(v128.load(A1), oddA, multiplyAdd(v128.load(B1), oddB, k5)));
  addTo(to + 4 * step, f32x4.add(v0, f32x4.add(evenA, evenB)));
  addTo(to + 5 * step, v5);
}

// @inline
function addTo(to: usize, v: v128): void {
  v128.store(to, f32x4.add(v128.load(to), v));
}

/**
 * B^T d down the columns of a strip of six rows. x [6 rows][columns][16], rows `row` bytes apart; strip
 * [6][columns][16].
 */
export function inputStrip(x: usize, strip: usize, row: usize, columns: usize): void {
  const step = columns * GROUP_BYTES;
  for (const end = x + step; x < end; x += 16) {
    inputPoints(
      v128.load(x),
      v128.load(x + row),
      v128.load(x + 2 * row),
      v128.load(x + 3 * row),
      v128.load(x + 4 * row),
      v128.load(x + 5 * row),
      strip,
      step,
    );
    strip += 16;
  }
}

/** Then B^T d along the rows of a tile. strip: the tile's first column; v [6][6][16]. */
export function inputTile(strip: usize, v: usize, step: usize): void {
  for (const end = v + TILE; v < end; v += ROW) {
    for (let q: usize = 0; q < GROUP_BYTES; q += 16) {
      const d = strip + q;
      inputPoints(
        v128.load(d),
        v128.load(d, GROUP_BYTES),
        v128.load(d, 2 * GROUP_BYTES),
        v128.load(d, 3 * GROUP_BYTES),
        v128.load(d, 4 * GROUP_BYTES),
        v128.load(d, 5 * GROUP_BYTES),
        v + q,
        GROUP_BYTES,
      );
    }
    strip += step;
  }
}

/** B v along the rows of a tile, added to the strip. */
export function tileGradient(v: usize, strip: usize, step: usize): void {
  for (const end = v + TILE; v < end; v += ROW) {
    for (let q: usize = 0; q < GROUP_BYTES; q += 16) {
      const d = v + q;
      addInputGradient(
        v128.load(d),
        v128.load(d, GROUP_BYTES),
        v128.load(d, 2 * GROUP_BYTES),
        v128.load(d, 3 * GROUP_BYTES),
        v128.load(d, 4 * GROUP_BYTES),
        v128.load(d, 5 * GROUP_BYTES),
        strip + q,
        GROUP_BYTES,
      );
    }
    strip += step;
  }
}

/** Then B v down the columns of the strip, added to the gradient of the input. */
export function stripGradient(strip: usize, dx: usize, row: usize, columns: usize): void {
  const step = columns * GROUP_BYTES;
  for (const end = strip + step; strip < end; strip += 16) {
    addInputGradient(
      v128.load(strip),
      v128.load(strip + step),
      v128.load(strip + 2 * step),
      v128.load(strip + 3 * step),
      v128.load(strip + 4 * step),
      v128.load(strip + 5 * step),
      dx,
      row,
    );
    dx += 16;
  }
}

/** A^T m A + bias (0: none). m [6][6][16], overwritten; y: the tile's corner, rows `row` bytes apart. */
export function outputTile(m: usize, y: usize, row: usize, bias: usize): void {
  const a = v128.load(A1);
  const b = v128.load(B1);
  const start = bias ? splat(bias) : f32x4.splat(0);
  for (let q: usize = 0; q < ROW; q += 16) {
    const c = m + q;
    const m1 = v128.load(c, ROW);
    const m2 = v128.load(c, 2 * ROW);
    const m3 = v128.load(c, 3 * ROW);
    const m4 = v128.load(c, 4 * ROW);
    v128.store(c, f32x4.add(v128.load(c), f32x4.add(f32x4.add(m1, m2), f32x4.add(m3, m4))));
    const odd = multiplyAdd(b, f32x4.sub(m3, m4), v128.load(c, 5 * ROW));
    v128.store(c, multiplyAdd(a, f32x4.sub(m1, m2), odd), ROW);
  }
  for (const end = m + 2 * ROW; m < end; m += ROW) {
    for (let q: usize = 0; q < GROUP_BYTES; q += 16) {
      const c = m + q;
      const to = y + q;
      const m1 = v128.load(c, GROUP_BYTES);
      const m2 = v128.load(c, 2 * GROUP_BYTES);
      const m3 = v128.load(c, 3 * GROUP_BYTES);
      const m4 = v128.load(c, 4 * GROUP_BYTES);
      const even = f32x4.add(f32x4.add(m1, m2), f32x4.add(m3, m4));
      v128.store(to, f32x4.add(f32x4.add(v128.load(c), start), even));
      const odd = multiplyAdd(b, f32x4.sub(m3, m4), f32x4.add(v128.load(c, 5 * GROUP_BYTES), start));
      v128.store(to, multiplyAdd(a, f32x4.sub(m1, m2), odd), GROUP_BYTES);
    }
    y += row;
  }
}

/** A dy A^T. dy: the tile's corner, rows `row` bytes apart; m [6][6][16]. */
export function outputGradient(dy: usize, m: usize, row: usize): void {
  for (let q: usize = 0; q < GROUP_BYTES; q += 16) {
    const c = dy + q;
    const to = m + q;
    resultPoints(v128.load(c), v128.load(c, GROUP_BYTES), to, GROUP_BYTES);
    resultPoints(v128.load(c + row), v128.load(c + row, GROUP_BYTES), to + ROW, GROUP_BYTES);
  }
  for (const end = m + ROW; m < end; m += 16) resultPoints(v128.load(m), v128.load(m, ROW), m, ROW);
}

/** A y */
// @inline
function resultPoints(y0: v128, y1: v128, to: usize, step: usize): void {
  const a = f32x4.mul(v128.load(A1), y1);
  const b = f32x4.mul(v128.load(B1), y1);
  v128.store(to, y0);
  v128.store(to + step, f32x4.add(y0, a));
  v128.store(to + 2 * step, f32x4.sub(y0, a));
  v128.store(to + 3 * step, f32x4.add(y0, b));
  v128.store(to + 4 * step, f32x4.sub(y0, b));
  v128.store(to + 5 * step, y1);
}
