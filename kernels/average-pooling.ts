/** Average pooling. */
import { isPairs, PoolingShape } from "./pooling";
import { GROUP_BYTES } from "./vector";

/** y[c, r, s] = mean of the window's positions inside the input. x [channels][H][W][16], y [channels][OH][OW][16]. */
export function averagePooling(x: usize, y: usize, shape: PoolingShape, channels: i32): void {
  if (isPairs(shape)) {
    meansOfPairs(x, y, channels * shape.OH, shape.OW);
    return;
  }
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
        const zero = f32x4.splat(0);
        let s0 = zero;
        let s1 = zero;
        let s2 = zero;
        let s3 = zero;
        for (let u = u0; u < u1; u++) {
          let q = x + <usize>(u * W + v0) * GROUP_BYTES;
          for (let v = v0; v < v1; v++) {
            s0 = f32x4.add(s0, v128.load(q));
            s1 = f32x4.add(s1, v128.load(q, 16));
            s2 = f32x4.add(s2, v128.load(q, 32));
            s3 = f32x4.add(s3, v128.load(q, 48));
            q += GROUP_BYTES;
          }
        }
        const factor = f32x4.splat(<f32>1 / <f32>((u1 - u0) * (v1 - v0)));
        v128.store(y, f32x4.mul(s0, factor));
        v128.store(y, f32x4.mul(s1, factor), 16);
        v128.store(y, f32x4.mul(s2, factor), 32);
        v128.store(y, f32x4.mul(s3, factor), 48);
        y += GROUP_BYTES;
      }
    }
    x += <usize>(H * W) * GROUP_BYTES;
  }
}

/** {@link averagePooling} for `rows` rows of OW windows of 2x2. */
function meansOfPairs(x: usize, y: usize, rows: i32, OW: i32): void {
  const line = <usize>OW * 2 * GROUP_BYTES;
  const quarter = f32x4.splat(0.25);
  for (; rows > 0; rows--) {
    for (const end = x + line; x < end; x += 2 * GROUP_BYTES) {
      for (let n: usize = 0; n < GROUP_BYTES; n += 16) {
        const q = x + n;
        const above = f32x4.add(v128.load(q), v128.load(q, GROUP_BYTES));
        const sum = f32x4.add(f32x4.add(above, v128.load(q + line)), v128.load(q + line, GROUP_BYTES));
        v128.store(y + n, f32x4.mul(sum, quarter));
      }
      y += GROUP_BYTES;
    }
    x += line;
  }
}

/**
 * Adds dy / n to dx at each of the n positions of a window, or with `squared` (for second derivatives) dy / n^2.
 */
export function averagePoolingBackward(dy: usize, dx: usize, shape: PoolingShape, channels: i32, squared: i32): void {
  if (isPairs(shape)) {
    spreadToPairs(dy, dx, channels * shape.OH, shape.OW, squared ? 1 / 16 : 1 / 4);
    return;
  }
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
  memory.fill(dx, 0, <usize>(channels * H * W) * GROUP_BYTES);
  for (let channel = 0; channel < channels; channel++) {
    for (let r = 0; r < OH; r++) {
      const u0 = max(0, r * SH - top);
      const u1 = min(H, r * SH - top + PH);
      for (let c = 0; c < OW; c++) {
        const v0 = max(0, c * SW - left);
        const v1 = min(W, c * SW - left + PW);
        const derivative = <f32>1 / <f32>((u1 - u0) * (v1 - v0));
        const factor = f32x4.splat(squared ? derivative * derivative : derivative);
        const g0 = f32x4.mul(v128.load(dy), factor);
        const g1 = f32x4.mul(v128.load(dy, 16), factor);
        const g2 = f32x4.mul(v128.load(dy, 32), factor);
        const g3 = f32x4.mul(v128.load(dy, 48), factor);
        for (let u = u0; u < u1; u++) {
          let q = dx + <usize>(u * W + v0) * GROUP_BYTES;
          for (let v = v0; v < v1; v++) {
            v128.store(q, f32x4.add(v128.load(q), g0));
            v128.store(q, f32x4.add(v128.load(q, 16), g1), 16);
            v128.store(q, f32x4.add(v128.load(q, 32), g2), 32);
            v128.store(q, f32x4.add(v128.load(q, 48), g3), 48);
            q += GROUP_BYTES;
          }
        }
        dy += GROUP_BYTES;
      }
    }
    dx += <usize>(H * W) * GROUP_BYTES;
  }
}

/** {@link averagePoolingBackward} for `rows` rows of OW windows of 2x2. Every position of dx is written once. */
function spreadToPairs(dy: usize, dx: usize, rows: i32, OW: i32, derivative: f32): void {
  const line = <usize>OW * 2 * GROUP_BYTES;
  const factor = f32x4.splat(derivative);
  for (; rows > 0; rows--) {
    for (const end = dx + line; dx < end; dx += 2 * GROUP_BYTES) {
      for (let n: usize = 0; n < GROUP_BYTES; n += 16) {
        const g = f32x4.mul(v128.load(dy + n), factor);
        const to = dx + n;
        v128.store(to, g);
        v128.store(to, g, GROUP_BYTES);
        v128.store(to + line, g);
        v128.store(to + line, g, GROUP_BYTES);
      }
      dy += GROUP_BYTES;
    }
    dx += line;
  }
}

/**
 * The gradient of an average pooling by 2x2 and of the tanh before it: each v = tanh x becomes dx = dy / 4 (1 - v^2).
 * v [channels][2 OH][2 OW][16]. (LeNet-5: C1 and C3 29 -> 14 microseconds a block.)
 */
export function averagePoolingOfTanhBackward(v: usize, dy: usize, shape: PoolingShape, channels: i32): void {
  const line = <usize>shape.W * GROUP_BYTES;
  const quarter = f32x4.splat(0.25);
  for (let rows = channels * shape.OH; rows > 0; rows--) {
    for (const end = v + line; v < end; v += 2 * GROUP_BYTES) {
      for (let n: usize = 0; n < GROUP_BYTES; n += 16) {
        const g = f32x4.mul(v128.load(dy + n), quarter);
        const at = v + n;
        v128.store(at, tanhGradient(v128.load(at), g));
        v128.store(at, tanhGradient(v128.load(at, GROUP_BYTES), g), GROUP_BYTES);
        v128.store(at + line, tanhGradient(v128.load(at + line), g));
        v128.store(at + line, tanhGradient(v128.load(at + line, GROUP_BYTES), g), GROUP_BYTES);
      }
      dy += GROUP_BYTES;
    }
    v += line;
  }
}

// @inline
function tanhGradient(v: v128, g: v128): v128 {
  return f32x4.mul(g, f32x4.sub(f32x4.splat(1), f32x4.mul(v, v)));
}
