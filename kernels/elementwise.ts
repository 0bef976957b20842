/**
 * Functions of one number, element by element, and their derivatives. `count` is in groups. Backward, a gradient that
 * is 0 stays 0 even where the derivative is infinite: an empty lane, or the padding of one image, never becomes NaN. dx
 * may be dy.
 */
import { exponentialOfAny, naturalLogarithm, powerOf } from "./elementary";
import { GROUP_BYTES } from "./vector";

// @inline
function unlessZero(dy: v128, dx: v128): v128 {
  return v128.and(dx, f32x4.ne(dy, f32x4.splat(0)));
}

/** y = |x|. */
export function absolute(x: usize, y: usize, count: i32): void {
  const bytes = <usize>count * GROUP_BYTES;
  for (let n: usize = 0; n < bytes; n += 16) v128.store(y + n, f32x4.abs(v128.load(x + n)));
}

/** dx = dy where x > 0, -dy where x < 0, 0 at 0. */
export function absoluteBackward(x: usize, dy: usize, dx: usize, count: i32): void {
  const bytes = <usize>count * GROUP_BYTES;
  const zero = f32x4.splat(0);
  for (let n: usize = 0; n < bytes; n += 16) {
    const v = v128.load(x + n);
    const g = v128.load(dy + n);
    const positive = v128.and(g, f32x4.gt(v, zero));
    v128.store(dx + n, v128.bitselect(f32x4.neg(g), positive, f32x4.lt(v, zero)));
  }
}

/** dx = 2 x dy. */
export function squareBackward(x: usize, dy: usize, dx: usize, count: i32): void {
  const bytes = <usize>count * GROUP_BYTES;
  for (let n: usize = 0; n < bytes; n += 16) {
    const g = v128.load(dy + n);
    const v = v128.load(x + n);
    v128.store(dx + n, unlessZero(g, f32x4.mul(g, f32x4.add(v, v))));
  }
}

/** y = the square root of x; NaN below 0. */
export function squareRoot(x: usize, y: usize, count: i32): void {
  const bytes = <usize>count * GROUP_BYTES;
  for (let n: usize = 0; n < bytes; n += 16) v128.store(y + n, f32x4.sqrt(v128.load(x + n)));
}

/** dx = dy / (2 y). */
export function squareRootBackward(y: usize, dy: usize, dx: usize, count: i32): void {
  const bytes = <usize>count * GROUP_BYTES;
  for (let n: usize = 0; n < bytes; n += 16) {
    const g = v128.load(dy + n);
    const v = v128.load(y + n);
    v128.store(dx + n, unlessZero(g, f32x4.div(g, f32x4.add(v, v))));
  }
}

/** y = e^x; infinite above 88.72. */
export function exponentialFunction(x: usize, y: usize, count: i32): void {
  const bytes = <usize>count * GROUP_BYTES;
  for (let n: usize = 0; n < bytes; n += 16) v128.store(y + n, exponentialOfAny(v128.load(x + n)));
}

/** dx = y dy. */
export function exponentialBackward(y: usize, dy: usize, dx: usize, count: i32): void {
  const bytes = <usize>count * GROUP_BYTES;
  for (let n: usize = 0; n < bytes; n += 16) {
    const g = v128.load(dy + n);
    v128.store(dx + n, unlessZero(g, f32x4.mul(g, v128.load(y + n))));
  }
}

/** y = ln x; -Infinity at 0, NaN below. */
export function logarithmFunction(x: usize, y: usize, count: i32): void {
  const bytes = <usize>count * GROUP_BYTES;
  for (let n: usize = 0; n < bytes; n += 16) v128.store(y + n, naturalLogarithm(v128.load(x + n)));
}

/** dx = dy / x. */
export function logarithmBackward(x: usize, dy: usize, dx: usize, count: i32): void {
  const bytes = <usize>count * GROUP_BYTES;
  for (let n: usize = 0; n < bytes; n += 16) {
    const g = v128.load(dy + n);
    v128.store(dx + n, unlessZero(g, f32x4.div(g, v128.load(x + n))));
  }
}

/** y = 1 / x. */
export function reciprocal(x: usize, y: usize, count: i32): void {
  const bytes = <usize>count * GROUP_BYTES;
  for (let n: usize = 0; n < bytes; n += 16) v128.store(y + n, f32x4.div(f32x4.splat(1), v128.load(x + n)));
}

/** dx = -y^2 dy. */
export function reciprocalBackward(y: usize, dy: usize, dx: usize, count: i32): void {
  const bytes = <usize>count * GROUP_BYTES;
  for (let n: usize = 0; n < bytes; n += 16) {
    const g = v128.load(dy + n);
    const v = v128.load(y + n);
    v128.store(dx + n, unlessZero(g, f32x4.neg(f32x4.mul(g, f32x4.mul(v, v)))));
  }
}

/** y = x, at least `low` and at most `high`; NaN stays NaN. */
export function clip(x: usize, y: usize, count: i32, low: f32, high: f32): void {
  const bytes = <usize>count * GROUP_BYTES;
  const l = f32x4.splat(low);
  const h = f32x4.splat(high);
  for (let n: usize = 0; n < bytes; n += 16) v128.store(y + n, f32x4.max(f32x4.min(v128.load(x + n), h), l));
}

/** dx = dy where low <= x <= high, else 0. */
export function clipBackward(x: usize, dy: usize, dx: usize, count: i32, low: f32, high: f32): void {
  const bytes = <usize>count * GROUP_BYTES;
  const l = f32x4.splat(low);
  const h = f32x4.splat(high);
  for (let n: usize = 0; n < bytes; n += 16) {
    const v = v128.load(x + n);
    v128.store(dx + n, v128.and(v128.load(dy + n), v128.and(f32x4.ge(v, l), f32x4.le(v, h))));
  }
}

/** y = x^exponent; NaN for x < 0 unless the exponent is whole. */
export function power(x: usize, y: usize, count: i32, exponent: f32): void {
  const bytes = <usize>count * GROUP_BYTES;
  for (let n: usize = 0; n < bytes; n += 4) {
    store<f32>(y + n, <f32>powerOf(<f64>load<f32>(x + n), <f64>exponent));
  }
}

/** dx = dy exponent x^(exponent - 1). */
export function powerBackward(x: usize, dy: usize, dx: usize, count: i32, exponent: f32): void {
  const bytes = <usize>count * GROUP_BYTES;
  const below = <f64>exponent - 1;
  for (let n: usize = 0; n < bytes; n += 4) {
    const g = <f64>load<f32>(dy + n);
    const slope = <f64>exponent * powerOf(<f64>load<f32>(x + n), below);
    store<f32>(dx + n, g === 0 || exponent === 0 ? 0 : <f32>(g * slope));
  }
}
