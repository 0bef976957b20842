/**
 * Euclidean radial basis function units (1998, eq. 7): a unit's output is the squared distance of its input from its
 * centre. x [features][16], centres [features][units], y [units][16].
 */
import { CELL, multiplyAdd, splat, storeSum, sumLanes } from "./vector";

/** y[i] = sum over j of (x[j] - w[j, i])^2. */
export function rbf(x: usize, centres: usize, y: usize, features: i32, units: i32): void {
  const stride = <usize>units * 4,
    end = <usize>features * CELL;
  for (let i = 0; i < units; i++) {
    const zero = f32x4.splat(0);
    let s0 = zero,
      s1 = zero,
      s2 = zero,
      s3 = zero,
      w = centres;
    for (let n: usize = 0; n < end; n += CELL) {
      const c = splat(w);
      const d0 = f32x4.sub(v128.load(x + n), c),
        d1 = f32x4.sub(v128.load(x + n, 16), c);
      const d2 = f32x4.sub(v128.load(x + n, 32), c),
        d3 = f32x4.sub(v128.load(x + n, 48), c);
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
    y += CELL;
    centres += 4;
  }
}

/** dx[j] = sum over i of 2 dy[i] (x[j] - w[j, i]). */
export function rbfBackwardInput(x: usize, centres: usize, dy: usize, dx: usize, features: i32, units: i32): void {
  const end = <usize>units * CELL;
  for (let j = 0; j < features; j++) {
    for (let n: usize = 0; n < CELL; n += 16) {
      const own = v128.load(x + n);
      let sum = f32x4.splat(0),
        w = centres;
      for (let i: usize = 0; i < end; i += CELL) {
        sum = multiplyAdd(v128.load(dy + i + n), f32x4.sub(own, splat(w)), sum);
        w += 4;
      }
      v128.store(dx + n, f32x4.add(sum, sum));
    }
    x += CELL;
    dx += CELL;
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
      const w = splat(centres),
        g = dy + i * CELL;
      let sum = f32x4.splat(0);
      for (let n: usize = 0; n < CELL; n += 16)
        sum = multiplyAdd(v128.load(g + n), f32x4.sub(v128.load(x + n), w), sum);
      storeSum(dw, -2 * sumLanes(sum), accumulate);
      centres += 4;
      dw += 4;
    }
    x += CELL;
  }
}
