/**
 * Activations, element by element, in place where x = y. `count` is in cells. The backward functions need only the
 * output y: each quotes the derivative it uses. softmax runs over the features of an image.
 */

import { exponential, hyperbolicTangent, logistic } from "./exponential";
import { CELL, multiplyAdd } from "./vector";

/** y = max(x, 0); NaN stays NaN. */
export function relu(x: usize, y: usize, count: i32): void {
  const bytes = <usize>count * CELL;
  for (let n: usize = 0; n < bytes; n += 16) v128.store(y + n, f32x4.pmax(v128.load(x + n), f32x4.splat(0)));
}

/** y > 0 where x > 0: dx = dy there, 0 elsewhere. */
export function reluBackward(y: usize, dy: usize, dx: usize, count: i32): void {
  const bytes = <usize>count * CELL;
  for (let n: usize = 0; n < bytes; n += 16) {
    v128.store(dx + n, v128.and(v128.load(dy + n), f32x4.gt(v128.load(y + n), f32x4.splat(0))));
  }
}

/** y = 1 / (1 + e^-x). */
export function sigmoid(x: usize, y: usize, count: i32): void {
  const bytes = <usize>count * CELL;
  for (let n: usize = 0; n < bytes; n += 16) v128.store(y + n, logistic(v128.load(x + n)));
}

/** dy/dx = y (1 - y). */
export function sigmoidBackward(y: usize, dy: usize, dx: usize, count: i32): void {
  const bytes = <usize>count * CELL;
  for (let n: usize = 0; n < bytes; n += 16) {
    const v = v128.load(y + n);
    v128.store(dx + n, f32x4.mul(v128.load(dy + n), f32x4.mul(v, f32x4.sub(f32x4.splat(1), v))));
  }
}

/** y = amplitude tanh(slope x). */
export function tanh(x: usize, y: usize, count: i32, amplitude: f32, slope: f32): void {
  const bytes = <usize>count * CELL;
  const a = f32x4.splat(amplitude),
    s = f32x4.splat(slope);
  // A cell at a time: four chains of dependent steps that the processor can overlap.
  for (let n: usize = 0; n < bytes; n += CELL) {
    const t0 = hyperbolicTangent(f32x4.mul(s, v128.load(x + n)));
    const t1 = hyperbolicTangent(f32x4.mul(s, v128.load(x + n, 16)));
    const t2 = hyperbolicTangent(f32x4.mul(s, v128.load(x + n, 32)));
    const t3 = hyperbolicTangent(f32x4.mul(s, v128.load(x + n, 48)));
    v128.store(y + n, f32x4.mul(a, t0));
    v128.store(y + n, f32x4.mul(a, t1), 16);
    v128.store(y + n, f32x4.mul(a, t2), 32);
    v128.store(y + n, f32x4.mul(a, t3), 48);
  }
}

/** dy/dx = amplitude slope (1 - (y / amplitude)^2) = amplitude slope - (slope / amplitude) y^2. */
export function tanhBackward(y: usize, dy: usize, dx: usize, count: i32, amplitude: f32, slope: f32): void {
  const bytes = <usize>count * CELL;
  const constant = f32x4.splat(amplitude * slope),
    factor = f32x4.splat(-slope / amplitude);
  for (let n: usize = 0; n < bytes; n += 16) {
    const v = v128.load(y + n);
    v128.store(dx + n, f32x4.mul(v128.load(dy + n), multiplyAdd(f32x4.mul(v, v), factor, constant)));
  }
}

/** y[f] = e^(x[f] - max x) / sum; x, y [groups][features][cells][16], over features; cells is 1 for a plain vector. */
export function softmax(x: usize, y: usize, features: i32, cells: i32): void {
  const stride = <usize>cells * CELL,
    end = <usize>features * stride;
  for (let n: usize = 0; n < stride; n += 16) {
    let top = v128.load(x + n);
    for (let f = stride; f < end; f += stride) top = f32x4.max(top, v128.load(x + n + f));
    let sum = f32x4.splat(0);
    for (let f: usize = 0; f < end; f += stride) {
      const e = exponential(f32x4.sub(v128.load(x + n + f), top));
      v128.store(y + n + f, e);
      sum = f32x4.add(sum, e);
    }
    for (let f: usize = 0; f < end; f += stride) v128.store(y + n + f, f32x4.div(v128.load(y + n + f), sum));
  }
}

/** dx[f] = y[f] (dy[f] - sum over j of dy[j] y[j]). */
export function softmaxBackward(y: usize, dy: usize, dx: usize, features: i32, cells: i32): void {
  const stride = <usize>cells * CELL,
    end = <usize>features * stride;
  for (let n: usize = 0; n < stride; n += 16) {
    let dot = f32x4.splat(0);
    for (let f: usize = 0; f < end; f += stride) dot = multiplyAdd(v128.load(dy + n + f), v128.load(y + n + f), dot);
    for (let f: usize = 0; f < end; f += stride) {
      v128.store(dx + n + f, f32x4.mul(v128.load(y + n + f), f32x4.sub(v128.load(dy + n + f), dot)));
    }
  }
}
