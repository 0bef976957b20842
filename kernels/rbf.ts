/**
 * Euclidean radial basis function units (1998, eq. 7): a unit's output is the squared distance of its input from its
 * centre. x [features][16], centres [features][units], y [units][16].
 */
import { GROUP_BYTES, multiplyAdd, splat, storeSum, sumLanes } from "./vector";

/** y[i] = sum over j of (x[j] - w[j, i])^2. */
export function rbf(x: usize, centres: usize, y: usize, features: i32, units: i32): void {
  const stride = <usize>units * 4;
  const end = <usize>features * GROUP_BYTES;
  for (let i = 0; i < units; i++) {
    const zero = f32x4.splat(0);
    let s0 = zero;
    let s1 = zero;
    let s2 = zero;
    let s3 = zero;
    let w = centres;
    for (let n: usize = 0; n < end; n += GROUP_BYTES) {
      const c = splat(w);
      const d0 = f32x4.sub(v128.load(x + n), c);
      const d1 = f32x4.sub(v128.load(x + n, 16), c);
      const d2 = f32x4.sub(v128.load(x + n, 32), c);
      const d3 = f32x4.sub(v128.load(x + n, 48), c);
      s0 = multiplyAdd(d0, d0, s0);
      s1 = multiplyAdd(d1, d1, s1);
      s2 = multiplyAdd(d2, d2, s2);
      s3 = multiplyAdd(d3, d3, s3);
      w += stride;
    }
    v128.store(y, s0);
    v128.store(y, s1, 16);
    v128.store(y, s2, 32);
    v128.store(y, s3, 48);
    y += GROUP_BYTES;
    centres += 4;
  }
}

/** dx[j] = sum over i of 2 dy[i] (x[j] - w[j, i]). */
export function rbfBackwardInput(x: usize, centres: usize, dy: usize, dx: usize, features: i32, units: i32): void {
  const end = <usize>units * GROUP_BYTES;
  for (let j = 0; j < features; j++) {
    for (let n: usize = 0; n < GROUP_BYTES; n += 16) {
      const own = v128.load(x + n);
      let sum = f32x4.splat(0);
      let w = centres;
      for (let i: usize = 0; i < end; i += GROUP_BYTES) {
        sum = multiplyAdd(v128.load(dy + i + n), f32x4.sub(own, splat(w)), sum);
        w += 4;
      }
      v128.store(dx + n, f32x4.add(sum, sum));
    }
    x += GROUP_BYTES;
    dx += GROUP_BYTES;
    centres += 4 * <usize>units;
  }
}

/** dw[j, i] = -2 sum over images of dy[i] (x[j] - w[j, i]). */
export function rbfBackwardCentres(
  x: usize,
  centres: usize,
  dy: usize,
  dw: usize,
  features: i32,
  units: i32,
  accumulate: i32,
): void {
  for (let j = 0; j < features; j++) {
    for (let i: usize = 0; i < <usize>units; i++) {
      const w = splat(centres);
      const g = dy + i * GROUP_BYTES;
      let sum = f32x4.splat(0);
      for (let n: usize = 0; n < GROUP_BYTES; n += 16)
        sum = multiplyAdd(v128.load(g + n), f32x4.sub(v128.load(x + n), w), sum);
      storeSum(dw, -2 * sumLanes(sum), accumulate);
      centres += 4;
      dw += 4;
    }
    x += GROUP_BYTES;
  }
}

/**
 * Second derivatives by the input. dy and h: the loss's first (0: none) and second derivatives by the units.
 * dx[j] = max(0, sum over i of 4 h[i] (x[j] - w[j, i])^2 + 2 dy[i]).
 */
export function rbfCurvature(
  x: usize,
  centres: usize,
  dy: usize,
  h: usize,
  dx: usize,
  features: i32,
  units: i32,
): void {
  const end = <usize>units * GROUP_BYTES;
  for (let j = 0; j < features; j++) {
    for (let n: usize = 0; n < GROUP_BYTES; n += 16) {
      const own = v128.load(x + n);
      let sum = f32x4.splat(0);
      let slopes = sum;
      let w = centres;
      for (let i: usize = 0; i < end; i += GROUP_BYTES) {
        const d = f32x4.sub(own, splat(w));
        sum = multiplyAdd(v128.load(h + i + n), f32x4.mul(d, d), sum);
        if (dy) slopes = f32x4.add(slopes, v128.load(dy + i + n));
        w += 4;
      }
      const total = f32x4.add(f32x4.mul(sum, f32x4.splat(4)), f32x4.add(slopes, slopes));
      v128.store(dx + n, f32x4.max(total, f32x4.splat(0)));
    }
    x += GROUP_BYTES;
    dx += GROUP_BYTES;
    centres += 4 * <usize>units;
  }
}

/** Second derivatives by the centres: dw[j, i] = sum over images of max(0, 4 h[i] (x[j] - w[j, i])^2 + 2 dy[i]). */
export function rbfCentresCurvature(
  x: usize,
  centres: usize,
  dy: usize,
  h: usize,
  dw: usize,
  features: i32,
  units: i32,
  accumulate: i32,
): void {
  const zero = f32x4.splat(0);
  for (let j = 0; j < features; j++) {
    for (let i: usize = 0; i < <usize>units * GROUP_BYTES; i += GROUP_BYTES) {
      const w = splat(centres);
      let sum = zero;
      for (let n: usize = 0; n < GROUP_BYTES; n += 16) {
        const d = f32x4.sub(v128.load(x + n), w);
        const slope = dy ? v128.load(dy + i + n) : zero;
        const own = multiplyAdd(
          f32x4.mul(v128.load(h + i + n), f32x4.splat(4)),
          f32x4.mul(d, d),
          f32x4.add(slope, slope),
        );
        sum = f32x4.add(sum, f32x4.max(own, zero));
      }
      storeSum(dw, sumLanes(sum), accumulate);
      centres += 4;
      dw += 4;
    }
    x += GROUP_BYTES;
  }
}
