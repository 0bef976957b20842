/** The transforms of results in winograd.ts: A^T m A and its transpose. The matrices are in winograd-transforms.ts. */
import { A1, A2, A3, B1, B2, B3 } from "../constants";
import { GROUP_BYTES, multiplyAdd, splat } from "../vector";
import { ROW } from "./winograd-transforms";

/**
 * A^T m A + bias (0: none). m [6][6][16], overwritten; y: the corner of a tile of size x size results, rows `row` bytes
 * apart. Only the first `rows` x `columns` results exist; no others are stored.
 */
export function outputTile(
  m: usize,
  y: usize,
  row: usize,
  bias: usize,
  size: usize,
  rows: usize,
  columns: usize,
): void {
  // The size is a constant of the inlined function, which costs nothing inside its loops.
  if (size === 2) tileOf(m, y, row, bias, 2, rows, columns);
  else tileOf(m, y, row, bias, 4, rows, columns);
}

// @inline
function tileOf(m: usize, y: usize, row: usize, bias: usize, size: usize, rows: usize, columns: usize): void {
  const a = v128.load(A1);
  const b = v128.load(B1);
  const zero = f32x4.splat(0);
  const start = bias ? splat(bias) : zero;
  for (let q: usize = 0; q < ROW; q += 16) {
    const c = m + q;
    results(v128.load(c), v128.load(c, 5 * ROW), c, ROW, a, b, zero, c, ROW, size, size);
  }
  for (const end = m + rows * ROW; m < end; m += ROW) {
    for (let q: usize = 0; q < GROUP_BYTES; q += 16) {
      const c = m + q;
      const first = f32x4.add(v128.load(c), start);
      const last = f32x4.add(v128.load(c, 5 * GROUP_BYTES), start);
      results(first, last, c, GROUP_BYTES, a, b, start, y + q, GROUP_BYTES, size, columns);
    }
    y += row;
  }
}

/**
 * A^T m, the first `count` of `size` results. m: six vectors `from` bytes apart. The first and the last come with what
 * is added to each result, `start`.
 */
// @inline
function results(
  m0: v128,
  m5: v128,
  m: usize,
  from: usize,
  a: v128,
  b: v128,
  start: v128,
  to: usize,
  step: usize,
  size: usize,
  count: usize,
): void {
  const m1 = v128.load(m + from);
  const m2 = v128.load(m + 2 * from);
  const m3 = v128.load(m + 3 * from);
  const m4 = v128.load(m + 4 * from);
  const evenA = f32x4.add(m1, m2);
  const evenB = f32x4.add(m3, m4);
  const oddA = f32x4.sub(m1, m2);
  const oddB = f32x4.sub(m3, m4);
  v128.store(to, f32x4.add(m0, f32x4.add(evenA, evenB)));
  if (count === 1) return;
  if (size === 2) {
    v128.store(to + step, multiplyAdd(a, oddA, multiplyAdd(b, oddB, m5)));
    return;
  }
  v128.store(to + step, multiplyAdd(a, oddA, multiplyAdd(b, oddB, start)));
  if (count === 2) return;
  v128.store(to + 2 * step, multiplyAdd(v128.load(A2), evenA, multiplyAdd(v128.load(B2), evenB, start)));
  if (count === 3) return;
  v128.store(to + 3 * step, multiplyAdd(v128.load(A3), oddA, multiplyAdd(v128.load(B3), oddB, m5)));
}

/**
 * A dy A^T, parameters as of {@link outputTile}: dy where it has y. m [36][..][16], elements `element` bytes apart;
 * lines: scratch memory [size][6][16].
 */
export function outputGradient(
  dy: usize,
  m: usize,
  element: usize,
  lines: usize,
  row: usize,
  size: usize,
  rows: usize,
  columns: usize,
): void {
  if (size === 2) gradientOf(dy, m, element, lines, row, 2, rows, columns);
  else gradientOf(dy, m, element, lines, row, 4, rows, columns);
}

// @inline
function gradientOf(
  dy: usize,
  m: usize,
  element: usize,
  lines: usize,
  row: usize,
  size: usize,
  rows: usize,
  columns: usize,
): void {
  let line = lines;
  for (const end = lines + size * ROW; line < end; line += ROW) {
    if (rows > 0) {
      for (let q: usize = 0; q < GROUP_BYTES; q += 16) {
        resultPoints(dy + q, GROUP_BYTES, line + q, GROUP_BYTES, size, columns);
      }
      rows--;
    } else {
      memory.fill(line, 0, ROW);
    }
    dy += row;
  }
  for (const end = lines + ROW; lines < end; lines += GROUP_BYTES) {
    for (let q: usize = 0; q < GROUP_BYTES; q += 16) resultPoints(lines + q, ROW, m + q, 6 * element, size, size);
    m += element;
  }
}

/** A y: `size` vectors become six. Only the first `count` exist; the others are 0. */
// @inline
function resultPoints(y: usize, from: usize, to: usize, step: usize, size: usize, count: usize): void {
  const zero = f32x4.splat(0);
  const y0 = v128.load(y);
  let y1 = zero;
  if (count > 1) y1 = v128.load(y + from);
  if (size === 2) {
    const a = f32x4.mul(v128.load(A1), y1);
    const b = f32x4.mul(v128.load(B1), y1);
    v128.store(to, y0);
    v128.store(to + step, f32x4.add(y0, a));
    v128.store(to + 2 * step, f32x4.sub(y0, a));
    v128.store(to + 3 * step, f32x4.add(y0, b));
    v128.store(to + 4 * step, f32x4.sub(y0, b));
    v128.store(to + 5 * step, y1);
    return;
  }
  let y2 = zero;
  let y3 = zero;
  if (count > 2) y2 = v128.load(y + 2 * from);
  if (count > 3) y3 = v128.load(y + 3 * from);
  const evenA = multiplyAdd(v128.load(A2), y2, y0);
  const evenB = multiplyAdd(v128.load(B2), y2, y0);
  const oddA = f32x4.mul(v128.load(A1), multiplyAdd(v128.load(A2), y3, y1));
  const oddB = f32x4.mul(v128.load(B1), multiplyAdd(v128.load(B2), y3, y1));
  v128.store(to, y0);
  v128.store(to + step, f32x4.add(evenA, oddA));
  v128.store(to + 2 * step, f32x4.sub(evenA, oddA));
  v128.store(to + 3 * step, f32x4.add(evenB, oddB));
  v128.store(to + 4 * step, f32x4.sub(evenB, oddB));
  v128.store(to + 5 * step, y3);
}
