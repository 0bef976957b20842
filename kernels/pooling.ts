/** Pooling over windows, each map by itself. */
import { CELL } from "./vector";

/** Sizes of a pooling. Cells outside the input do not count. */
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

/** y[c, r, s] = mean of the window's cells inside the input. x [channels][H][W][16], y [channels][OH][OW][16]. */
export function averagePooling(x: usize, y: usize, shape: PoolingShape, channels: i32): void {
  const H = shape.H,
    W = shape.W,
    PH = shape.PH,
    PW = shape.PW;
  const SH = shape.SH,
    SW = shape.SW,
    OH = shape.OH,
    OW = shape.OW;
  const top = shape.top,
    left = shape.left;
  for (let channel = 0; channel < channels; channel++) {
    for (let r = 0; r < OH; r++) {
      const u0 = max(0, r * SH - top),
        u1 = min(H, r * SH - top + PH);
      for (let c = 0; c < OW; c++) {
        const v0 = max(0, c * SW - left),
          v1 = min(W, c * SW - left + PW);
        const zero = f32x4.splat(0);
        let s0 = zero,
          s1 = zero,
          s2 = zero,
          s3 = zero;
        for (let u = u0; u < u1; u++) {
          let q = x + <usize>(u * W + v0) * CELL;
          for (let v = v0; v < v1; v++) {
            s0 = f32x4.add(s0, v128.load(q));
            s1 = f32x4.add(s1, v128.load(q, 16));
            s2 = f32x4.add(s2, v128.load(q, 32));
            s3 = f32x4.add(s3, v128.load(q, 48));
            q += CELL;
          }
        }
        const share = f32x4.splat(<f32>1 / <f32>((u1 - u0) * (v1 - v0)));
        v128.store(y, f32x4.mul(s0, share));
        v128.store(y, f32x4.mul(s1, share), 16);
        v128.store(y, f32x4.mul(s2, share), 32);
        v128.store(y, f32x4.mul(s3, share), 48);
        y += CELL;
      }
    }
    x += <usize>(H * W) * CELL;
  }
}

/**
 * Each cell of a window gets dy / cells in the window, or with `squared` (curvature.ts) dy / cells^2; windows that overlap
 * add up.
 */
export function averagePoolingBackward(dy: usize, dx: usize, shape: PoolingShape, channels: i32, squared: i32): void {
  const H = shape.H,
    W = shape.W,
    PH = shape.PH,
    PW = shape.PW;
  const SH = shape.SH,
    SW = shape.SW,
    OH = shape.OH,
    OW = shape.OW;
  const top = shape.top,
    left = shape.left;
  memory.fill(dx, 0, <usize>(channels * H * W) * CELL);
  for (let channel = 0; channel < channels; channel++) {
    for (let r = 0; r < OH; r++) {
      const u0 = max(0, r * SH - top),
        u1 = min(H, r * SH - top + PH);
      for (let c = 0; c < OW; c++) {
        const v0 = max(0, c * SW - left),
          v1 = min(W, c * SW - left + PW);
        const part = <f32>1 / <f32>((u1 - u0) * (v1 - v0));
        const share = f32x4.splat(squared ? part * part : part);
        const g0 = f32x4.mul(v128.load(dy), share),
          g1 = f32x4.mul(v128.load(dy, 16), share);
        const g2 = f32x4.mul(v128.load(dy, 32), share),
          g3 = f32x4.mul(v128.load(dy, 48), share);
        for (let u = u0; u < u1; u++) {
          let q = dx + <usize>(u * W + v0) * CELL;
          for (let v = v0; v < v1; v++) {
            v128.store(q, f32x4.add(v128.load(q), g0));
            v128.store(q, f32x4.add(v128.load(q, 16), g1), 16);
            v128.store(q, f32x4.add(v128.load(q, 32), g2), 32);
            v128.store(q, f32x4.add(v128.load(q, 48), g3), 48);
            q += CELL;
          }
        }
        dy += CELL;
      }
    }
    dx += <usize>(H * W) * CELL;
  }
}

/** y[c, r, s] = the largest of the window's cells inside the input; NaN wins. */
export function maxPooling(x: usize, y: usize, shape: PoolingShape, channels: i32): void {
  const H = shape.H,
    W = shape.W,
    PH = shape.PH,
    PW = shape.PW;
  const SH = shape.SH,
    SW = shape.SW,
    OH = shape.OH,
    OW = shape.OW;
  const top = shape.top,
    left = shape.left;
  for (let channel = 0; channel < channels; channel++) {
    for (let r = 0; r < OH; r++) {
      const u0 = max(0, r * SH - top),
        u1 = min(H, r * SH - top + PH);
      for (let c = 0; c < OW; c++) {
        const v0 = max(0, c * SW - left),
          v1 = min(W, c * SW - left + PW);
        const lowest = f32x4.splat(-Infinity);
        let m0 = lowest,
          m1 = lowest,
          m2 = lowest,
          m3 = lowest;
        for (let u = u0; u < u1; u++) {
          let q = x + <usize>(u * W + v0) * CELL;
          for (let v = v0; v < v1; v++) {
            m0 = f32x4.max(m0, v128.load(q));
            m1 = f32x4.max(m1, v128.load(q, 16));
            m2 = f32x4.max(m2, v128.load(q, 32));
            m3 = f32x4.max(m3, v128.load(q, 48));
            q += CELL;
          }
        }
        v128.store(y, m0);
        v128.store(y, m1, 16);
        v128.store(y, m2, 32);
        v128.store(y, m3, 48);
        y += CELL;
      }
    }
    x += <usize>(H * W) * CELL;
  }
}

/** The first cell of a window, row by row, that equals its maximum gets dy; windows that overlap add up. */
export function maxPoolingBackward(x: usize, y: usize, dy: usize, dx: usize, shape: PoolingShape, channels: i32): void {
  const H = shape.H,
    W = shape.W,
    PH = shape.PH,
    PW = shape.PW;
  const SH = shape.SH,
    SW = shape.SW,
    OH = shape.OH,
    OW = shape.OW;
  const top = shape.top,
    left = shape.left;
  memory.fill(dx, 0, <usize>(channels * H * W) * CELL);
  for (let channel = 0; channel < channels; channel++) {
    for (let r = 0; r < OH; r++) {
      const u0 = max(0, r * SH - top),
        u1 = min(H, r * SH - top + PH);
      for (let c = 0; c < OW; c++) {
        const v0 = max(0, c * SW - left),
          v1 = min(W, c * SW - left + PW);
        for (let n: usize = 0; n < CELL; n += 16) {
          const best = v128.load(y + n),
            g = v128.load(dy + n);
          let open = i32x4.splat(-1);
          for (let u = u0; u < u1; u++) {
            let at = <usize>(u * W + v0) * CELL + n;
            for (let v = v0; v < v1; v++) {
              const hit = v128.and(open, f32x4.eq(v128.load(x + at), best));
              v128.store(dx + at, f32x4.add(v128.load(dx + at), v128.and(g, hit)));
              open = v128.andnot(open, hit);
              at += CELL;
            }
          }
        }
        y += CELL;
        dy += CELL;
      }
    }
    x += <usize>(H * W) * CELL;
    dx += <usize>(H * W) * CELL;
  }
}
