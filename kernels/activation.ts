/**
 * Activations, element by element except softmax, which runs over the features of an image. x and y may be the same
 * buffer. `count` is in groups. The backward functions need only the output y; each quotes the derivative that it uses.
 */
import { exponential, hyperbolicTangentOfHalf, logistic } from "./elementary";
import { positionBytes } from "./one-image";
import { GROUP_BYTES, multiplyAdd } from "./vector";

/** y = max(x, 0); NaN stays NaN. */
export function relu(x: usize, y: usize, count: i32): void {
  const bytes = <usize>count * GROUP_BYTES;
  for (let n: usize = 0; n < bytes; n += 16) v128.store(y + n, f32x4.pmax(v128.load(x + n), f32x4.splat(0)));
}

/** y > 0 where x > 0: dx = dy there, 0 elsewhere. */
export function reluBackward(y: usize, dy: usize, dx: usize, count: i32): void {
  const bytes = <usize>count * GROUP_BYTES;
  for (let n: usize = 0; n < bytes; n += 16) {
    v128.store(dx + n, v128.and(v128.load(dy + n), f32x4.gt(v128.load(y + n), f32x4.splat(0))));
  }
}

/** y = 1 / (1 + e^-x). */
export function sigmoid(x: usize, y: usize, count: i32): void {
  const bytes = <usize>count * GROUP_BYTES;
  for (let n: usize = 0; n < bytes; n += 16) v128.store(y + n, logistic(v128.load(x + n)));
}

/** dy/dx = y (1 - y). */
export function sigmoidBackward(y: usize, dy: usize, dx: usize, count: i32): void {
  const bytes = <usize>count * GROUP_BYTES;
  for (let n: usize = 0; n < bytes; n += 16) {
    const v = v128.load(y + n);
    v128.store(dx + n, f32x4.mul(v128.load(dy + n), f32x4.mul(v, f32x4.sub(f32x4.splat(1), v))));
  }
}

/** y = amplitude tanh(slope x). */
export function tanh(x: usize, y: usize, count: i32, amplitude: f32, slope: f32): void {
  const bytes = <usize>count * GROUP_BYTES;
  const a = f32x4.splat(amplitude);
  const s = f32x4.splat(2 * slope);
  // One group at a time: four independent chains of operations, which the processor can overlap.
  for (let n: usize = 0; n < bytes; n += GROUP_BYTES) {
    const t0 = hyperbolicTangentOfHalf(f32x4.mul(s, v128.load(x + n)));
    const t1 = hyperbolicTangentOfHalf(f32x4.mul(s, v128.load(x + n, 16)));
    const t2 = hyperbolicTangentOfHalf(f32x4.mul(s, v128.load(x + n, 32)));
    const t3 = hyperbolicTangentOfHalf(f32x4.mul(s, v128.load(x + n, 48)));
    v128.store(y + n, f32x4.mul(a, t0));
    v128.store(y + n, f32x4.mul(a, t1), 16);
    v128.store(y + n, f32x4.mul(a, t2), 32);
    v128.store(y + n, f32x4.mul(a, t3), 48);
  }
}

/** dy/dx = amplitude slope (1 - (y / amplitude)^2) = amplitude slope - (slope / amplitude) y^2. */
export function tanhBackward(y: usize, dy: usize, dx: usize, count: i32, amplitude: f32, slope: f32): void {
  const bytes = <usize>count * GROUP_BYTES;
  const constant = f32x4.splat(amplitude * slope);
  const factor = f32x4.splat(-slope / amplitude);
  for (let n: usize = 0; n < bytes; n += 16) {
    const v = v128.load(y + n);
    v128.store(dx + n, f32x4.mul(v128.load(dy + n), multiplyAdd(f32x4.mul(v, v), factor, constant)));
  }
}

/** y[f] = e^(x[f] - max x) / sum; x, y [features][positions][16], over features; positions is 1 for a plain vector. */
export function softmax(x: usize, y: usize, features: i32, positions: i32): void {
  const stride = <usize>positions * GROUP_BYTES;
  const end = <usize>features * stride;
  for (let n: usize = 0; n < stride; n += 16) {
    let highest = v128.load(x + n);
    for (let f = stride; f < end; f += stride) highest = f32x4.max(highest, v128.load(x + n + f));
    let sum = f32x4.splat(0);
    for (let f: usize = 0; f < end; f += stride) {
      const e = exponential(f32x4.sub(v128.load(x + n + f), highest));
      v128.store(y + n + f, e);
      sum = f32x4.add(sum, e);
    }
    for (let f: usize = 0; f < end; f += stride) v128.store(y + n + f, f32x4.div(v128.load(y + n + f), sum));
  }
}

/** dx[f] = y[f] (dy[f] - sum over j of dy[j] y[j]). */
export function softmaxBackward(y: usize, dy: usize, dx: usize, features: i32, positions: i32): void {
  const stride = <usize>positions * GROUP_BYTES;
  const end = <usize>features * stride;
  for (let n: usize = 0; n < stride; n += 16) {
    let dot = f32x4.splat(0);
    for (let f: usize = 0; f < end; f += stride) dot = multiplyAdd(v128.load(dy + n + f), v128.load(y + n + f), dot);
    for (let f: usize = 0; f < end; f += stride) {
      v128.store(dx + n + f, f32x4.mul(v128.load(y + n + f), f32x4.sub(v128.load(dy + n + f), dot)));
    }
  }
}

/** Second derivatives of softmax: dx[f] = y[f]^2 sum over k of ((1 if k = f, else 0) - y[k])^2 dy[k]. */
export function softmaxCurvature(y: usize, dy: usize, dx: usize, features: i32, positions: i32): void {
  const stride = <usize>positions * GROUP_BYTES;
  const end = <usize>features * stride;
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

/** Softmax of one image by itself: y[k] = e^(x[k] - max x) / sum, over the channels of each position. */
export function imageSoftmax(x: usize, y: usize, channels: i32, positions: i32): void {
  const position = positionBytes(channels);
  const end = <usize>channels * 4;
  for (; positions > 0; positions--) {
    let highest = load<f32>(x);
    for (let k: usize = 4; k < end; k += 4) highest = max(highest, load<f32>(x + k));
    for (let k: usize = 0; k < position; k += 16) {
      v128.store(y + k, exponential(f32x4.sub(v128.load(x + k), f32x4.splat(highest))));
    }
    let sum: f32 = 0;
    for (let k: usize = 0; k < end; k += 4) sum += load<f32>(y + k);
    for (let k: usize = 0; k < position; k += 16) v128.store(y + k, f32x4.div(v128.load(y + k), f32x4.splat(sum)));
    x += position;
    y += position;
  }
}
