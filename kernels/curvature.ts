/**
 * The second backward pass: the diagonal of the Gauss-Newton matrix (1998, appendix C, eqs. 22 to 27). It is the first one
 * over again with squares in the place of weights, inputs and derivatives; here is what has no such twin.
 */

import { exponential } from "./exponential";
import { CELL, multiplyAdd, splat, storeSum, sumLanes } from "./vector";

/** y = x^2, `count` cells. */
export function square(x: usize, y: usize, count: i32): void {
  const bytes = <usize>count * CELL;
  for (let n: usize = 0; n < bytes; n += 16) v128.store(y + n, f32x4.mul(v128.load(x + n), v128.load(x + n)));
}

/** w = w^2, `count` floats (a multiple of 4): packed weights. */
export function squareWeights(w: usize, count: i32): void {
  const end = w + 4 * <usize>count;
  for (; w < end; w += 16) v128.store(w, f32x4.mul(v128.load(w), v128.load(w)));
}

/** h = g: what the pass has summed up, `count` floats (a multiple of 4), to where the optimizer reads it. */
export function keepCurvature(h: usize, g: usize, count: i32): void {
  memory.copy(h, g, <usize>count * 4);
}

/** Of a softmax: dx[f] = y[f]^2 sum over k of (1 at k = f, else 0, minus y[k])^2 dy[k]. Layout as in activations.ts. */
export function softmaxCurvature(y: usize, dy: usize, dx: usize, features: i32, cells: i32): void {
  const stride = <usize>cells * CELL,
    end = <usize>features * stride;
  for (let n: usize = 0; n < stride; n += 16) {
    let sum = f32x4.splat(0);
    for (let f: usize = 0; f < end; f += stride) {
      const p = v128.load(y + n + f);
      sum = multiplyAdd(f32x4.mul(p, p), v128.load(dy + n + f), sum);
    }
    for (let f: usize = 0; f < end; f += stride) {
      const p = v128.load(y + n + f);
      // (1 - p)^2 - p^2 = 1 - 2 p
      const own = f32x4.sub(f32x4.splat(1), f32x4.add(p, p));
      v128.store(dx + n + f, f32x4.mul(f32x4.mul(p, p), multiplyAdd(own, v128.load(dy + n + f), sum)));
    }
  }
}

/** Of categorical cross-entropy on logits z, p = softmax(z): h_k = p_k (1 - p_k) sum of the targets, times share. */
export function crossEntropyOfLogitsCurvature(z: usize, targets: usize, share: usize, h: usize, classes: i32): void {
  const end = <usize>classes * CELL;
  for (let n: usize = 0; n < CELL; n += 16) {
    let top = v128.load(z + n);
    for (let k = CELL; k < end; k += CELL) top = f32x4.max(top, v128.load(z + n + k));
    let sum = f32x4.splat(0),
      total = f32x4.splat(0);
    for (let k: usize = 0; k < end; k += CELL) {
      const e = exponential(f32x4.sub(v128.load(z + n + k), top));
      v128.store(h + n + k, e);
      sum = f32x4.add(sum, e);
      total = f32x4.add(total, v128.load(targets + n + k));
    }
    const factor = f32x4.mul(total, v128.load(share + n));
    for (let k: usize = 0; k < end; k += CELL) {
      const p = f32x4.div(v128.load(h + n + k), sum);
      v128.store(h + n + k, f32x4.mul(f32x4.mul(p, f32x4.sub(f32x4.splat(1), p)), factor));
    }
  }
}

/**
 * Of categorical cross-entropy on outputs y (losses.ts): t_k / y_k^2 - T / (sum y)^2, which is what the second derivative
 * is where q = y / sum y is not cut, but not below 0; times share.
 */
export function crossEntropyOfOutputsCurvature(y: usize, targets: usize, share: usize, h: usize, classes: i32): void {
  const end = <usize>classes * CELL;
  for (let n: usize = 0; n < CELL; n += 4) {
    let sum: f64 = 0,
      reached: f64 = 0;
    for (let k: usize = 0; k < end; k += CELL) sum += <f64>load<f32>(y + n + k);
    for (let k: usize = 0; k < end; k += CELL) {
      const q = <f64>load<f32>(y + n + k) / sum;
      if (q > 1e-7 && q < 1 - 1e-7) reached += <f64>load<f32>(targets + n + k);
    }
    const s = <f64>load<f32>(share + n);
    for (let k: usize = 0; k < end; k += CELL) {
      const q = <f64>load<f32>(y + n + k) / sum;
      const own = q > 1e-7 && q < 1 - 1e-7 ? <f64>load<f32>(targets + n + k) / (q * q) : 0;
      store<f32>(h + n + k, s === 0 ? 0 : <f32>((max(0, own - reached) / (sum * sum)) * s));
    }
  }
}

/** Of mean squared error: 2 / count, times share. */
export function meanSquaredErrorCurvature(share: usize, h: usize, count: i32): void {
  const end = h + <usize>count * CELL,
    factor = f32x4.splat(<f32>2 / <f32>count);
  for (; h < end; h += CELL) {
    for (let n: usize = 0; n < CELL; n += 16) v128.store(h + n, f32x4.mul(factor, v128.load(share + n)));
  }
}

/**
 * Of units that are squared distances (rbf.ts), with dy their first derivatives (0: none known) and h their second:
 * dx[j] = sum over i of 4 h[i] (x[j] - w[j, i])^2 + 2 dy[i], but not below 0.
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
  const end = <usize>units * CELL;
  for (let j = 0; j < features; j++) {
    for (let n: usize = 0; n < CELL; n += 16) {
      const own = v128.load(x + n);
      let sum = f32x4.splat(0),
        slopes = sum,
        w = centres;
      for (let i: usize = 0; i < end; i += CELL) {
        const d = f32x4.sub(own, splat(w));
        sum = multiplyAdd(v128.load(h + i + n), f32x4.mul(d, d), sum);
        if (dy) slopes = f32x4.add(slopes, v128.load(dy + i + n));
        w += 4;
      }
      const total = f32x4.add(f32x4.mul(sum, f32x4.splat(4)), f32x4.add(slopes, slopes));
      v128.store(dx + n, f32x4.max(total, f32x4.splat(0)));
    }
    x += CELL;
    dx += CELL;
    centres += 4 * <usize>units;
  }
}

/** The same of their centres: dw[j, i] = sum over images of 4 h[i] (x[j] - w[j, i])^2 + 2 dy[i], each not below 0. */
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
    for (let i: usize = 0; i < <usize>units * CELL; i += CELL) {
      const w = splat(centres);
      let sum = zero;
      for (let n: usize = 0; n < CELL; n += 16) {
        const d = f32x4.sub(v128.load(x + n), w),
          slope = dy ? v128.load(dy + i + n) : zero;
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
    x += CELL;
  }
}
