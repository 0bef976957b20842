/**
 * e^x, ln x, tanh, the logistic function and others on vectors, and x^c on single numbers, computed by additions,
 * multiplications and divisions, so that every engine gives the same bits. For e^x: Cody-Waite reduction x = k ln 2 +
 * r, |r| <= ln 2 / 2, then a minimax polynomial of degree 6 for e^r - 1. Its relative error is 0.01 units in the last
 * place. (Coefficients were rounded one after the other, and the remaining ones fitted again.)
 */
import {
  HALF,
  HIGHEST,
  INFINITE,
  L0,
  L1,
  L2,
  L3,
  LN2_HIGH,
  LN2_LOW,
  LOG0,
  LOG1,
  LOG2,
  LOG2E,
  LOG3,
  LOG4,
  LOG5,
  LOG6,
  LOG7,
  LOG8,
  LOWEST,
  MANTISSA,
  MINUS_LN2,
  MINUS_TWENTY,
  ONE,
  P1,
  P2,
  P3,
  P4,
  P5,
  P6,
  Q0,
  Q1,
  Q2,
  Q3,
  Q4,
  Q5,
  Q6,
  Q7,
  Q8,
  ROUND,
  SIGN,
  SMALLEST,
  SQRT_HALF,
  TAIL,
  TWO,
  TWO_TO_23,
  UPPER_BITS,
} from "./constants";
import { minusProduct, multiplyAdd } from "./vector";

// @inline
function roundedExponent(x: v128): v128 {
  return multiplyAdd(x, v128.load(LOG2E), v128.load(ROUND));
}

/** r = x - k ln 2, where k is the whole number in `rounded`. */
// @inline
function remainder(x: v128, rounded: v128): v128 {
  const k = f32x4.sub(rounded, v128.load(ROUND));
  return multiplyAdd(k, v128.load(LN2_LOW), multiplyAdd(k, v128.load(LN2_HIGH), x));
}

/** e^r - 1 for |r| <= 0.35. */
// @inline
function expMinus1(r: v128): v128 {
  let p = multiplyAdd(v128.load(P6), r, v128.load(P5));
  p = multiplyAdd(p, r, v128.load(P4));
  p = multiplyAdd(p, r, v128.load(P3));
  p = multiplyAdd(p, r, v128.load(P2));
  p = multiplyAdd(p, r, v128.load(P1));
  return multiplyAdd(f32x4.mul(r, r), p, r);
}

/** 2^k from the rounded exponent. */
// @inline
function powerOf2(rounded: v128): v128 {
  return i32x4.shl(rounded, 23);
}

/** e^x for x <= 88; 0 below -87, NaN stays NaN. */
// @inline
export function exponential(x: v128): v128 {
  const bounded = f32x4.pmax(x, v128.load(LOWEST));
  const rounded = roundedExponent(bounded);
  const y = f32x4.mul(f32x4.add(expMinus1(remainder(bounded, rounded)), v128.load(ONE)), powerOf2(rounded));
  return v128.andnot(y, f32x4.lt(x, v128.load(LOWEST)));
}

/** e^x for every x: infinite above 88.72, 0 below -87, NaN stays NaN. */
// @inline
export function exponentialOfAny(x: v128): v128 {
  const bounded = f32x4.pmin(f32x4.pmax(x, v128.load(LOWEST)), v128.load(HIGHEST));
  const rounded = roundedExponent(bounded);
  // 2^128 is no float, so that half of the power is applied first.
  const half = powerOf2(f32x4.sub(rounded, v128.load(ONE)));
  const p = f32x4.add(expMinus1(remainder(bounded, rounded)), v128.load(ONE));
  return v128.andnot(f32x4.mul(f32x4.add(p, p), half), f32x4.lt(x, v128.load(LOWEST)));
}

/**
 * ln x: x = 2^k (1 + f) with 1 + f in [sqrt 1/2, sqrt 2), and ln(1 + f) = f - f^2 / 2 + f^3 P(f). P is the polynomial
 * of degree 8 of Cephes' logf (Stephen L. Moshier). -Infinity at 0, NaN below, NaN stays NaN.
 */
// @inline
export function naturalLogarithm(x: v128): v128 {
  const zero = f32x4.splat(0);
  // A subnormal has no exponent of its own.
  const tiny = f32x4.lt(x, v128.load(SMALLEST));
  const normal = v128.bitselect(f32x4.mul(x, v128.load(TWO_TO_23)), x, tiny);
  const exponent = i32x4.sub(i32x4.shr_u(normal, 23), v128.and(tiny, i32x4.splat(23)));
  // The mantissa as a number in [1/2, 1).
  const m = v128.or(v128.and(normal, v128.load(MANTISSA)), v128.load(HALF));
  const low = f32x4.lt(m, v128.load(SQRT_HALF));
  const k = f32x4.convert_i32x4_s(i32x4.add(i32x4.sub(exponent, i32x4.splat(126)), low));
  const f = f32x4.add(f32x4.sub(m, v128.load(ONE)), v128.and(m, low));
  let p = multiplyAdd(v128.load(LOG0), f, v128.load(LOG1));
  p = multiplyAdd(p, f, v128.load(LOG2));
  p = multiplyAdd(p, f, v128.load(LOG3));
  p = multiplyAdd(p, f, v128.load(LOG4));
  p = multiplyAdd(p, f, v128.load(LOG5));
  p = multiplyAdd(p, f, v128.load(LOG6));
  p = multiplyAdd(p, f, v128.load(LOG7));
  p = multiplyAdd(p, f, v128.load(LOG8));
  const f2 = f32x4.mul(f, f);
  // k ln 2 in two parts, the smaller one first; LN2_HIGH and LN2_LOW are those of -ln 2.
  let y = f32x4.sub(f32x4.mul(f32x4.mul(f, f2), p), f32x4.mul(k, v128.load(LN2_LOW)));
  y = f32x4.sub(y, f32x4.mul(f2, v128.load(HALF)));
  y = f32x4.sub(f32x4.add(f, y), f32x4.mul(k, v128.load(LN2_HIGH)));
  y = v128.bitselect(x, y, f32x4.eq(x, v128.load(INFINITE)));
  y = v128.bitselect(f32x4.neg(v128.load(INFINITE)), y, f32x4.eq(x, zero));
  // Of a number below 0 and of NaN.
  return v128.or(y, v128.not(f32x4.ge(x, zero)));
}

/** e^x - 1 for x <= 0, with its full precision near 0: 2^k p is exact, see {@link hyperbolicTangent}. */
// @inline
export function exponentialMinus1(x: v128): v128 {
  const bounded = f32x4.pmax(x, v128.load(LOWEST));
  const rounded = roundedExponent(bounded);
  const scale = powerOf2(rounded);
  return multiplyAdd(expMinus1(remainder(bounded, rounded)), scale, f32x4.sub(scale, v128.load(ONE)));
}

/**
 * ln(1 + u) for 0 <= u <= 1: 2 artanh t with t = u / (2 + u), and artanh t = t + t^3 p(t^2) with a minimax polynomial
 * of degree 3. Its relative error is 0.07 units in the last place.
 */
// @inline
export function logarithmOf1Plus(u: v128): v128 {
  const t = f32x4.div(u, f32x4.add(u, v128.load(TWO)));
  const z = f32x4.mul(t, t);
  let p = multiplyAdd(v128.load(L3), z, v128.load(L2));
  p = multiplyAdd(p, z, v128.load(L1));
  p = multiplyAdd(p, z, v128.load(L0));
  const twice = f32x4.add(t, t);
  return multiplyAdd(f32x4.mul(twice, z), p, twice);
}

/**
 * e^(-a^2 / 2) for a >= 0. Rounding a^2 would cost 40 units in the last place where the result is small. So a = h + l
 * with h of 12 bits, whose square is exact, and a^2 = h^2 + l (a + h).
 */
// @inline
export function gaussian(a: v128): v128 {
  const bounded = f32x4.pmin(a, f32x4.splat(14));
  const h = v128.and(bounded, v128.load(UPPER_BITS));
  const e = exponential(f32x4.mul(f32x4.mul(h, h), f32x4.splat(-0.5)));
  const rest = f32x4.mul(f32x4.mul(f32x4.sub(bounded, h), f32x4.add(bounded, h)), f32x4.splat(-0.5));
  return multiplyAdd(e, expMinus1(rest), e);
}

/**
 * The tail of the normal distribution beyond a >= 0, erfc(a / sqrt 2) / 2, divided by e^(-a^2 / 2): t p(t) with
 * t = 1 / (1 + 0.35 a) and a minimax polynomial of degree 8 for a <= 13.3, where the tail leaves float32. Its relative
 * error, rounding included, is at most 3 units in the last place.
 */
// @inline
export function tailOverGaussian(a: v128): v128 {
  const t = f32x4.div(v128.load(ONE), multiplyAdd(a, v128.load(TAIL), v128.load(ONE)));
  let p = multiplyAdd(v128.load(Q8), t, v128.load(Q7));
  p = multiplyAdd(p, t, v128.load(Q6));
  p = multiplyAdd(p, t, v128.load(Q5));
  p = multiplyAdd(p, t, v128.load(Q4));
  p = multiplyAdd(p, t, v128.load(Q3));
  p = multiplyAdd(p, t, v128.load(Q2));
  p = multiplyAdd(p, t, v128.load(Q1));
  p = multiplyAdd(p, t, v128.load(Q0));
  return f32x4.mul(t, p);
}

/**
 * tanh (x / 2) = (1 - e^y) / (1 + e^y) with y = -|x|, then with the sign of x. With e^y = 2^k (1 + p), each of the two
 * sums is one rounded addition to 2^k p, which is exact. So 1 - e^y keeps its precision near 0, and 1 + e^y is not
 * rounded twice. The largest error over all floats is 1.94 units in the last place.
 */
// @inline
export function hyperbolicTangentOfHalf(x: v128): v128 {
  // tanh 10 is 1 in float32. pmax returns NaN for NaN.
  const y = f32x4.pmax(v128.or(x, v128.load(SIGN)), v128.load(MINUS_TWENTY));
  const rounded = roundedExponent(y);
  // float32's ln 2 ends in three zero bits and has an error of 2e-9, so that one part is enough: the product is exact
  // up to 8 ln 2, and for larger values the error does not change tanh.
  const p = expMinus1(multiplyAdd(f32x4.sub(rounded, v128.load(ROUND)), v128.load(MINUS_LN2), y));
  const scale = powerOf2(rounded);
  const above = minusProduct(p, scale, f32x4.sub(v128.load(ONE), scale));
  const below = multiplyAdd(p, scale, f32x4.add(v128.load(ONE), scale));
  return v128.or(f32x4.div(above, below), v128.and(x, v128.load(SIGN)));
}

/** 1 / (1 + e^-x), computed from e^-|x| so that nothing overflows. */
// @inline
export function logistic(x: v128): v128 {
  const e = exponential(f32x4.neg(f32x4.abs(x)));
  const small = f32x4.div(e, f32x4.add(e, v128.load(ONE)));
  return v128.bitselect(small, f32x4.sub(v128.load(ONE), small), f32x4.lt(x, f32x4.splat(0)));
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
  const t = (m - 1) / (m + 1);
  const t2 = t * t;
  let sum: f64 = 0;
  for (let n = 19; n >= 1; n -= 2) sum = sum * t2 + 1 / <f64>n;
  return k * 0.6931471805599453 + 2 * t * sum;
}

/** e^x in float64: x = k ln 2 + r, |r| <= ln 2 / 2, then e^r by its series. */
function exponential64(x: f64): f64 {
  if (x > 709) return Infinity;
  if (x < -708) return 0;
  const k = nearest(x * 1.4426950408889634);
  const r = x - k * 0.6931471803691238 - k * 1.9082149292705877e-10;
  let sum: f64 = 1;
  for (let n = 14; n >= 1; n--) sum = 1 + (sum * r) / <f64>n;
  return sum * reinterpret<f64>((<i64>k + 1023) << 52);
}

/** x^c, as C's pow: whole exponents also of x < 0, where others give NaN; x^0 = 1. */
export function powerOf(x: f64, c: f64): f64 {
  if (c === 0) return 1;
  if (c === 1) return x;
  if (c === 2) return x * x;
  if (x !== x) return x;
  const whole = nearest(c) === c;
  const size = abs(x);
  if (x < 0 && !whole && size < Infinity) return NaN;
  const negative = whole && nearest(c / 2) !== c / 2 && (x < 0 || 1 / x < 0);
  let y: f64;
  if (size === 0) y = c > 0 ? 0 : Infinity;
  else if (size === Infinity) y = c > 0 ? Infinity : 0;
  else y = exponential64(c * logarithm(size));
  return negative ? -y : y;
}
