/** Max pooling, and the sizes that it shares with average-pooling.ts. */
import { GROUP_BYTES, larger } from "./vector";

/** Sizes of a pooling. Positions outside the input are ignored. */
@unmanaged
export class PoolingShape {
  /** Input. */
  H: i32;
  W: i32;
  /** Window. */
  PH: i32;
  PW: i32;
  /** Strides. */
  SH: i32;
  SW: i32;
  /** Output. */
  OH: i32;
  OW: i32;
  /** Padding before the first row and before the first column. */
  top: i32;
  left: i32;
}

/** Whether windows of 2x2 fill the image without overlap: the usual case, which has loops of its own. */
// @inline
export function isPairs(shape: PoolingShape): bool {
  return (
    shape.PH === 2 &&
    shape.PW === 2 &&
    shape.SH === 2 &&
    shape.SW === 2 &&
    shape.H === 2 * shape.OH &&
    shape.W === 2 * shape.OW
  );
}

/** y[c, r, s] = the largest of the window's positions inside the input; NaN wins. */
export function maxPooling(x: usize, y: usize, shape: PoolingShape, channels: i32): void {
  const H = shape.H;
  const W = shape.W;
  const PH = shape.PH;
  const PW = shape.PW;
  const SH = shape.SH;
  const SW = shape.SW;
  const OH = shape.OH;
  const OW = shape.OW;
  const top = shape.top;
  const left = shape.left;
  for (let channel = 0; channel < channels; channel++) {
    for (let r = 0; r < OH; r++) {
      const u0 = max(0, r * SH - top);
      const u1 = min(H, r * SH - top + PH);
      for (let c = 0; c < OW; c++) {
        const v0 = max(0, c * SW - left);
        const v1 = min(W, c * SW - left + PW);
        if (u1 - u0 === 2 && v1 - v0 === 2) {
          largestOfFour(x + <usize>(u0 * W + v0) * GROUP_BYTES, y, <usize>W * GROUP_BYTES);
          y += GROUP_BYTES;
          continue;
        }
        const lowest = f32x4.splat(-Infinity);
        let m0 = lowest;
        let m1 = lowest;
        let m2 = lowest;
        let m3 = lowest;
        for (let u = u0; u < u1; u++) {
          let q = x + <usize>(u * W + v0) * GROUP_BYTES;
          for (let v = v0; v < v1; v++) {
            m0 = larger(m0, v128.load(q));
            m1 = larger(m1, v128.load(q, 16));
            m2 = larger(m2, v128.load(q, 32));
            m3 = larger(m3, v128.load(q, 48));
            q += GROUP_BYTES;
          }
        }
        v128.store(y, m0);
        v128.store(y, m1, 16);
        v128.store(y, m2, 32);
        v128.store(y, m3, 48);
        y += GROUP_BYTES;
      }
    }
    x += <usize>(H * W) * GROUP_BYTES;
  }
}

/** A window of 2x2, without loops over it. */
// @inline
function largestOfFour(x: usize, y: usize, row: usize): void {
  for (let n: usize = 0; n < GROUP_BYTES; n += 16) {
    const q = x + n;
    const above = larger(v128.load(q), v128.load(q, GROUP_BYTES));
    v128.store(y + n, larger(larger(above, v128.load(q + row)), v128.load(q + row, GROUP_BYTES)));
  }
}

/** Adds dy to dx at the first position of a window, row by row, that equals its maximum. */
export function maxPoolingBackward(x: usize, y: usize, dy: usize, dx: usize, shape: PoolingShape, channels: i32): void {
  const H = shape.H;
  const W = shape.W;
  const PH = shape.PH;
  const PW = shape.PW;
  const SH = shape.SH;
  const SW = shape.SW;
  const OH = shape.OH;
  const OW = shape.OW;
  const top = shape.top;
  const left = shape.left;
  if (isPairs(shape)) {
    pairsBackward(x, y, dy, dx, channels * OH, OW);
    return;
  }
  memory.fill(dx, 0, <usize>(channels * H * W) * GROUP_BYTES);
  for (let channel = 0; channel < channels; channel++) {
    for (let r = 0; r < OH; r++) {
      const u0 = max(0, r * SH - top);
      const u1 = min(H, r * SH - top + PH);
      for (let c = 0; c < OW; c++) {
        const v0 = max(0, c * SW - left);
        const v1 = min(W, c * SW - left + PW);
        for (let n: usize = 0; n < GROUP_BYTES; n += 16) {
          const best = v128.load(y + n);
          const g = v128.load(dy + n);
          let open = i32x4.splat(-1);
          for (let u = u0; u < u1; u++) {
            let at = <usize>(u * W + v0) * GROUP_BYTES + n;
            for (let v = v0; v < v1; v++) {
              const hit = v128.and(open, f32x4.eq(v128.load(x + at), best));
              v128.store(dx + at, f32x4.add(v128.load(dx + at), v128.and(g, hit)));
              open = v128.andnot(open, hit);
              at += GROUP_BYTES;
            }
          }
        }
        y += GROUP_BYTES;
        dy += GROUP_BYTES;
      }
    }
    x += <usize>(H * W) * GROUP_BYTES;
    dx += <usize>(H * W) * GROUP_BYTES;
  }
}

/** {@link maxPoolingBackward} for `rows` rows of OW windows of 2x2. Every position of dx is written once. */
function pairsBackward(x: usize, y: usize, dy: usize, dx: usize, rows: i32, OW: i32): void {
  const line = <usize>OW * 2 * GROUP_BYTES;
  for (; rows > 0; rows--) {
    for (let c = OW; c > 0; c--) {
      for (let n: usize = 0; n < GROUP_BYTES; n += 16) {
        const best = v128.load(y + n);
        const g = v128.load(dy + n);
        const from = x + n;
        const to = dx + n;
        const hit0 = f32x4.eq(v128.load(from), best);
        const hit1 = f32x4.eq(v128.load(from + GROUP_BYTES), best);
        const hit2 = f32x4.eq(v128.load(from + line), best);
        const hit3 = f32x4.eq(v128.load(from + line + GROUP_BYTES), best);
        const above = v128.or(hit0, hit1);
        v128.store(to, v128.and(g, hit0));
        v128.store(to + GROUP_BYTES, v128.and(g, v128.andnot(hit1, hit0)));
        v128.store(to + line, v128.and(g, v128.andnot(hit2, above)));
        v128.store(to + line + GROUP_BYTES, v128.and(g, v128.andnot(hit3, v128.or(above, hit2))));
      }
      x += 2 * GROUP_BYTES;
      dx += 2 * GROUP_BYTES;
      y += GROUP_BYTES;
      dy += GROUP_BYTES;
    }
    x += line;
    dx += line;
  }
}
