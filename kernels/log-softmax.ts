/** The logarithm of softmax over the features of an image; x, y [features][positions][16]. */
import { exponential, naturalLogarithm } from "./elementary";
import { GROUP_BYTES } from "./vector";

/** y[f] = x[f] - max x - ln(sum over j of e^(x[j] - max x)). x and y may be the same buffer. */
export function logSoftmax(x: usize, y: usize, features: i32, positions: i32): void {
  const stride = <usize>positions * GROUP_BYTES;
  const end = <usize>features * stride;
  for (let n: usize = 0; n < stride; n += 16) {
    let highest = v128.load(x + n);
    for (let f = stride; f < end; f += stride) highest = f32x4.max(highest, v128.load(x + n + f));
    let sum = f32x4.splat(0);
    for (let f: usize = 0; f < end; f += stride) {
      sum = f32x4.add(sum, exponential(f32x4.sub(v128.load(x + n + f), highest)));
    }
    const logarithms = naturalLogarithm(sum);
    for (let f: usize = 0; f < end; f += stride) {
      v128.store(y + n + f, f32x4.sub(f32x4.sub(v128.load(x + n + f), highest), logarithms));
    }
  }
}

/** dx[f] = dy[f] - e^y[f] sum over j of dy[j]. */
export function logSoftmaxBackward(y: usize, dy: usize, dx: usize, features: i32, positions: i32): void {
  const stride = <usize>positions * GROUP_BYTES;
  const end = <usize>features * stride;
  for (let n: usize = 0; n < stride; n += 16) {
    let sum = f32x4.splat(0);
    for (let f: usize = 0; f < end; f += stride) sum = f32x4.add(sum, v128.load(dy + n + f));
    for (let f: usize = 0; f < end; f += stride) {
      const p = exponential(v128.load(y + n + f));
      v128.store(dx + n + f, f32x4.sub(v128.load(dy + n + f), f32x4.mul(p, sum)));
    }
  }
}

/** Second derivatives: dx[f] = sum over k of ((1 if k = f, else 0) - p[f])^2 dy[k], p = e^y. */
export function logSoftmaxCurvature(y: usize, dy: usize, dx: usize, features: i32, positions: i32): void {
  const stride = <usize>positions * GROUP_BYTES;
  const end = <usize>features * stride;
  for (let n: usize = 0; n < stride; n += 16) {
    let sum = f32x4.splat(0);
    for (let f: usize = 0; f < end; f += stride) sum = f32x4.add(sum, v128.load(dy + n + f));
    for (let f: usize = 0; f < end; f += stride) {
      const p = exponential(v128.load(y + n + f));
      const q = f32x4.sub(f32x4.splat(1), p);
      const d = v128.load(dy + n + f);
      // (1 - p)^2 dy[f] and, of the others, p^2 (sum - dy[f]): no difference of squares, which would cancel.
      const others = f32x4.mul(f32x4.mul(p, p), f32x4.sub(sum, d));
      v128.store(dx + n + f, f32x4.add(f32x4.mul(f32x4.mul(q, q), d), others));
    }
  }
}
