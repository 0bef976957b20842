/**
 * e^x, tanh and the logistic function on vectors, from additions and multiplications, so that every engine gives the
 * same bits. Cody-Waite reduction x = k ln 2 + r, |r| <= ln 2 / 2, then a polynomial of degree 6 for e^r - 1, minimax for its
 * relative error: 0.01 units in the last place (each coefficient rounded, then the later ones fitted again).
 */
import { multiplyAdd } from "./vector";

/**
 * Where the constants of these formulas lie. V8 builds a constant vector anew wherever one is used, in two or three
 * instructions; a load is one. (tanh over C1's maps, 4 vectors at a time: 96 -> 92 microseconds on Node 20, 206 -> 107 on
 * Node 26.) The engine keeps these addresses free, up to 767 for what is here.
 */
const LOG2E: usize = 256, ROUND: usize = 272, LN2_HIGH: usize = 288, LN2_LOW: usize = 304;
const P6: usize = 320, P5: usize = 336, P4: usize = 352, P3: usize = 368, P2: usize = 384, P1: usize = 400;
const ONE: usize = 416, MINUS_TWO: usize = 432, TEN: usize = 448, SIGN: usize = 464, BIAS: usize = 480, LOWEST: usize = 496;
const MINUS_2LOG2E: usize = 512, LN2: usize = 528;

/** Writes the constants; every thread does, before it calls anything else. */
export function writeConstants(): void {
  v128.store(LOG2E, f32x4.splat(1.44269504088896341));
  // Added and taken away again, rounds a float below 2^22 to a whole number that then stands in its low bits.
  v128.store(ROUND, f32x4.splat(12582912.0)); // 1.5 * 2^23
  // -ln 2 in two parts, so that the product with the first is exact.
  v128.store(LN2_HIGH, f32x4.splat(-0.693359375));
  v128.store(LN2_LOW, f32x4.splat(2.12194440e-4));
  v128.store(P6, f32x4.splat(1.976441417e-4));
  v128.store(P5, f32x4.splat(1.393238083e-3));
  v128.store(P4, f32x4.splat(8.333543316e-3));
  v128.store(P3, f32x4.splat(4.166649282e-2));
  v128.store(P2, f32x4.splat(1.666666567e-1));
  v128.store(P1, f32x4.splat(0.5));
  v128.store(ONE, f32x4.splat(1));
  v128.store(MINUS_TWO, f32x4.splat(-2));
  v128.store(TEN, f32x4.splat(10));
  v128.store(SIGN, f32x4.splat(-0.0));
  v128.store(BIAS, i32x4.splat(127));
  v128.store(LOWEST, f32x4.splat(-87));
  v128.store(MINUS_2LOG2E, f32x4.splat(-2.88539008177792682));
  v128.store(LN2, f32x4.splat(0.693147180559945309));
}

// @ts-ignore: decorator
@inline
function roundedExponent(x: v128): v128 {
  return f32x4.add(f32x4.mul(x, v128.load(LOG2E)), v128.load(ROUND));
}

/** r = x - k ln 2, with k the whole number in `rounded`. */
// @ts-ignore: decorator
@inline
function remainder(x: v128, rounded: v128): v128 {
  const k = f32x4.sub(rounded, v128.load(ROUND));
  return multiplyAdd(k, v128.load(LN2_LOW), multiplyAdd(k, v128.load(LN2_HIGH), x));
}

/** e^r - 1 for |r| <= 0.35. */
// @ts-ignore: decorator
@inline
function expMinus1(r: v128): v128 {
  let p = multiplyAdd(v128.load(P6), r, v128.load(P5));
  p = multiplyAdd(p, r, v128.load(P4));
  p = multiplyAdd(p, r, v128.load(P3));
  p = multiplyAdd(p, r, v128.load(P2));
  p = multiplyAdd(p, r, v128.load(P1));
  return multiplyAdd(f32x4.mul(r, r), p, r);
}

/** 2^k from the rounded exponent. */
// @ts-ignore: decorator
@inline
function powerOf2(rounded: v128): v128 {
  return i32x4.shl(i32x4.add(rounded, v128.load(BIAS)), 23);
}

/** e^x for x <= 88; 0 below -87, NaN stays NaN. */
// @ts-ignore: decorator
@inline
export function exponential(x: v128): v128 {
  const bounded = f32x4.pmax(x, v128.load(LOWEST));
  const rounded = roundedExponent(bounded);
  const y = f32x4.mul(f32x4.add(expMinus1(remainder(bounded, rounded)), v128.load(ONE)), powerOf2(rounded));
  return v128.andnot(y, f32x4.lt(x, v128.load(LOWEST)));
}

/**
 * tanh x = (1 - e^y) / (1 + e^y) with y = -2|x|; the sign of x put back. With e^y = 2^k (1 + p), both sums are one rounded
 * addition to 2^k p, which is exact: 1 - e^y keeps every digit near 0, and 1 + e^y is not rounded twice. At most 1.94 units
 * in the last place off, of all floats.
 */
// @ts-ignore: decorator
@inline
export function hyperbolicTangent(x: v128): v128 {
  // tanh 10 is 1 in float32; pmin hands a NaN on
  const u = f32x4.pmin(f32x4.abs(x), v128.load(TEN));
  const rounded = f32x4.add(f32x4.mul(u, v128.load(MINUS_2LOG2E)), v128.load(ROUND));
  const k = f32x4.sub(v128.load(ROUND), rounded);
  // float32's ln 2 ends in three zeros and is right to 2e-9, so that one part is enough: the product is exact up to 8 ln 2,
  // and of what is larger tanh feels nothing.
  const r = multiplyAdd(k, v128.load(LN2), f32x4.mul(u, v128.load(MINUS_TWO)));
  const scale = powerOf2(rounded);
  const p = f32x4.mul(expMinus1(r), scale);
  const t = f32x4.div(
    f32x4.add(p, f32x4.sub(scale, v128.load(ONE))),
    f32x4.add(p, f32x4.add(scale, v128.load(ONE))),
  );
  return v128.bitselect(x, t, v128.load(SIGN));
}

/** 1 / (1 + e^-x), computed from e^-|x| so that nothing overflows. */
// @ts-ignore: decorator
@inline
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
  const t = (m - 1) / (m + 1), t2 = t * t;
  let sum: f64 = 0;
  for (let n = 19; n >= 1; n -= 2) sum = sum * t2 + 1 / <f64>n;
  return k * 0.6931471805599453 + 2 * t * sum;
}
