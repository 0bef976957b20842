/**
 * e^x, tanh and the logistic function on vectors, from additions and multiplications, so that every engine gives the
 * same bits. Cody-Waite reduction x = k ln 2 + r, |r| <= ln 2 / 2, then a polynomial for e^r - 1 (minimax, degree 6).
 */
import { multiplyAdd } from "./vector";

/** Added and taken away again, rounds a float below 2^22 to a whole number that then stands in its low bits. */
const ROUND: f32 = 12582912.0; // 1.5 * 2^23

// @ts-ignore: decorator
@inline
function roundedExponent(x: v128): v128 {
  return f32x4.add(f32x4.mul(x, f32x4.splat(1.44269504088896341)), f32x4.splat(ROUND));
}

/** r = x - k ln 2, ln 2 in two parts so that the first product is exact. */
// @ts-ignore: decorator
@inline
function remainder(x: v128, k: v128): v128 {
  const r = multiplyAdd(k, f32x4.splat(-0.693359375), x);
  return multiplyAdd(k, f32x4.splat(2.12194440e-4), r);
}

/** e^r - 1 for |r| <= 0.35. */
// @ts-ignore: decorator
@inline
function expMinus1(r: v128): v128 {
  let p = multiplyAdd(f32x4.splat(1.9875691500e-4), r, f32x4.splat(1.3981999507e-3));
  p = multiplyAdd(p, r, f32x4.splat(8.3334519073e-3));
  p = multiplyAdd(p, r, f32x4.splat(4.1665795894e-2));
  p = multiplyAdd(p, r, f32x4.splat(1.6666665459e-1));
  p = multiplyAdd(p, r, f32x4.splat(5.0000001201e-1));
  return multiplyAdd(f32x4.mul(r, r), p, r);
}

/** 2^k from the rounded exponent. */
// @ts-ignore: decorator
@inline
function powerOf2(rounded: v128): v128 {
  return i32x4.shl(i32x4.add(rounded, i32x4.splat(127)), 23);
}

/** e^x for x <= 88; 0 below -87, NaN stays NaN. */
// @ts-ignore: decorator
@inline
export function exponential(x: v128): v128 {
  const bounded = f32x4.pmax(x, f32x4.splat(-87));
  const rounded = roundedExponent(bounded);
  const r = remainder(bounded, f32x4.sub(rounded, f32x4.splat(ROUND)));
  const y = f32x4.mul(f32x4.add(expMinus1(r), f32x4.splat(1)), powerOf2(rounded));
  return v128.andnot(y, f32x4.lt(x, f32x4.splat(-87)));
}

/** tanh x = -m / (m + 2) with m = e^(-2|x|) - 1, which keeps every digit near 0; the sign of x put back. */
// @ts-ignore: decorator
@inline
export function hyperbolicTangent(x: v128): v128 {
  // tanh 10 is 1 in float32; pmin hands a NaN on
  const y = f32x4.mul(f32x4.pmin(f32x4.abs(x), f32x4.splat(10)), f32x4.splat(-2));
  const rounded = roundedExponent(y);
  const r = remainder(y, f32x4.sub(rounded, f32x4.splat(ROUND)));
  const scale = powerOf2(rounded);
  const m = multiplyAdd(expMinus1(r), scale, f32x4.sub(scale, f32x4.splat(1)));
  const t = f32x4.div(m, f32x4.add(m, f32x4.splat(2)));
  return v128.bitselect(x, t, f32x4.splat(-0.0));
}

/** 1 / (1 + e^-x), computed from e^-|x| so that nothing overflows. */
// @ts-ignore: decorator
@inline
export function logistic(x: v128): v128 {
  const e = exponential(f32x4.neg(f32x4.abs(x)));
  const small = f32x4.div(e, f32x4.add(e, f32x4.splat(1)));
  return v128.bitselect(small, f32x4.sub(f32x4.splat(1), small), f32x4.lt(x, f32x4.splat(0)));
}

/** ln x for a normal x > 0, in float64: x = 2^k m, ln m = 2 artanh((m - 1) / (m + 1)). */
export function logarithm(x: f64): f64 {
  const bits = reinterpret<i64>(x);
  let k = <f64>((bits >> 52) - 1023);
  let m = reinterpret<f64>((bits & 0x000fffffffffffff) | 0x3ff0000000000000);
  if (m > 1.4142135623730951) {
    m *= 0.5;
    k += 1;
  }
  const t = (m - 1) / (m + 1), t2 = t * t;
  let sum: f64 = 0;
  for (let n = 19; n >= 1; n -= 2) sum = sum * t2 + 1 / <f64>n;
  return k * 0.6931471805599453 + 2 * t * sum;
}
