/**
 * The transforms of winograd.ts, one dimension after the other, on vectors of four images: B^T d B and its transpose.
 * winograd-outputs.ts has A^T m A and its transpose, winograd-weights.ts G g G^T and its transpose.
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
 *
 * These are G and A^T of F(2x2, 5x5). With four results of three taps instead, F(4x4, 3x3), only the powers change:
 *
 *         | 1    0    0  |               | 1   1   1   1   1   0 |
 *         | s   sa   sA  |         A^T = | 0   a  -a   b  -b   0 |
 *     G = | s  -sa   sA  |               | 0   A   A   B   B   0 |
 *         | t   tb   tB  |               | 0  aA -aA  bB -bB   1 |
 *         | t  -tb   tB  |
 *         | 0    0    1  |
 */
import { A1, B1, MINUS_A1, MINUS_A2, MINUS_B1, MINUS_B2, MINUS_K } from "../constants";
import { GROUP_BYTES, multiplyAdd } from "../vector";

/** Bytes of a row of a transformed tile, [6][6][16], and of the tile. */
export const ROW: usize = 6 * GROUP_BYTES;

export const TILE: usize = 6 * ROW;

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

/** Adds B v to six vectors. */
// @inline
function addInputGradient(
  v0: v128,
  v1: v128,
  v2: v128,
  v3: v128,
  v4: v128,
  v5: v128,
  to0: usize,
  to1: usize,
  to2: usize,
  to3: usize,
  to4: usize,
  to5: usize,
): void {
  const evenA = f32x4.add(v1, v2);
  const oddA = f32x4.sub(v1, v2);
  const evenB = f32x4.add(v3, v4);
  const oddB = f32x4.sub(v3, v4);
  addTo(to0, v0);
  addTo(to1, multiplyAdd(v128.load(MINUS_B1), oddA, multiplyAdd(v128.load(MINUS_A1), oddB, v5)));
  const k0 = f32x4.mul(v128.load(MINUS_K), v0);
  const k5 = f32x4.mul(v128.load(MINUS_K), v5);
  addTo(to2, multiplyAdd(v128.load(MINUS_B2), evenA, multiplyAdd(v128.load(MINUS_A2), evenB, k0)));
  addTo(to3, multiplyAdd(v128.load(A1), oddA, multiplyAdd(v128.load(B1), oddB, k5)));
  addTo(to4, f32x4.add(v0, f32x4.add(evenA, evenB)));
  addTo(to5, v5);
}

// @inline
function addTo(to: usize, v: v128): void {
  v128.store(to, f32x4.add(v128.load(to), v));
}

/**
 * The address of a row of an image of H rows, or `outside`: also for a row above the image, which is a huge number
 * here.
 */
// @inline
function rowAt(x: usize, r: usize, H: usize, row: usize, outside: usize): usize {
  return r < H ? x + r * row : outside;
}

/**
 * B^T d down the columns of a strip of six rows, from row r of an image on. x: the first column [H][..][16], rows `row`
 * bytes apart; zeros: a row for those outside of the image; strip [6][..][16], rows `step` bytes apart.
 */
export function inputStrip(
  x: usize,
  H: usize,
  row: usize,
  r: usize,
  zeros: usize,
  strip: usize,
  step: usize,
  columns: usize,
): void {
  let d0 = rowAt(x, r, H, row, zeros);
  const d1 = rowAt(x, r + 1, H, row, zeros) - d0;
  const d2 = rowAt(x, r + 2, H, row, zeros) - d0;
  const d3 = rowAt(x, r + 3, H, row, zeros) - d0;
  const d4 = rowAt(x, r + 4, H, row, zeros) - d0;
  const d5 = rowAt(x, r + 5, H, row, zeros) - d0;
  for (const end = d0 + columns * GROUP_BYTES; d0 < end; d0 += 16) {
    inputPoints(
      v128.load(d0),
      v128.load(d0 + d1),
      v128.load(d0 + d2),
      v128.load(d0 + d3),
      v128.load(d0 + d4),
      v128.load(d0 + d5),
      strip,
      step,
    );
    strip += 16;
  }
}

/**
 * Then B^T d along the rows of a tile. strip: the tile's first column; v [36][..][16], elements `element` bytes apart.
 */
export function inputTile(strip: usize, v: usize, step: usize, element: usize): void {
  for (const end = v + 36 * element; v < end; v += 6 * element) {
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
        element,
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
      const s = strip + q;
      addInputGradient(
        v128.load(d),
        v128.load(d, GROUP_BYTES),
        v128.load(d, 2 * GROUP_BYTES),
        v128.load(d, 3 * GROUP_BYTES),
        v128.load(d, 4 * GROUP_BYTES),
        v128.load(d, 5 * GROUP_BYTES),
        s,
        s + GROUP_BYTES,
        s + 2 * GROUP_BYTES,
        s + 3 * GROUP_BYTES,
        s + 4 * GROUP_BYTES,
        s + 5 * GROUP_BYTES,
      );
    }
    strip += step;
  }
}

/**
 * Then B v down the columns of the strip, added to the gradient of the input; parameters as of {@link inputStrip}.
 * outside: a row for what belongs to rows outside of the image.
 */
export function stripGradient(
  strip: usize,
  step: usize,
  dx: usize,
  H: usize,
  row: usize,
  r: usize,
  outside: usize,
  columns: usize,
): void {
  const d0 = rowAt(dx, r, H, row, outside);
  const d1 = rowAt(dx, r + 1, H, row, outside);
  const d2 = rowAt(dx, r + 2, H, row, outside);
  const d3 = rowAt(dx, r + 3, H, row, outside);
  const d4 = rowAt(dx, r + 4, H, row, outside);
  const d5 = rowAt(dx, r + 5, H, row, outside);
  for (let at: usize = 0; at < columns * GROUP_BYTES; at += 16) {
    const v = strip + at;
    addInputGradient(
      v128.load(v),
      v128.load(v + step),
      v128.load(v + 2 * step),
      v128.load(v + 3 * step),
      v128.load(v + 4 * step),
      v128.load(v + 5 * step),
      d0 + at,
      d1 + at,
      d2 + at,
      d3 + at,
      d4 + at,
      d5 + at,
    );
  }
}
