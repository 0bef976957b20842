/**
 * Activations with exponentials, element by element. x and y may be the same buffer; `count` is in groups. NaN stays
 * NaN. Each backward function quotes the derivative that it uses, and takes x where y does not determine it precisely.
 */
import {
  exponential,
  exponentialMinus1,
  exponentialOfAny,
  gaussian,
  logarithmOf1Plus,
  logistic,
  tailOverGaussian,
} from "./elementary";
import { GROUP_BYTES, multiplyAdd } from "./vector";

/** y = slope x where x > 0, else alpha (e^x - 1). */
export function elu(x: usize, y: usize, count: i32, slope: f32, alpha: f32): void {
  const bytes = <usize>count * GROUP_BYTES;
  for (let n: usize = 0; n < bytes; n += 16) {
    const v = v128.load(x + n);
    const above = f32x4.gt(v, f32x4.splat(0));
    const low = f32x4.mul(f32x4.splat(alpha), exponentialMinus1(v));
    v128.store(y + n, v128.bitselect(f32x4.mul(f32x4.splat(slope), v), low, above));
  }
}

/**
 * dy/dx = slope where y > edge, else alpha e^x = y + alpha. The edge is 0, or just below it, which decides for x = 0.
 */
export function eluBackward(y: usize, dy: usize, dx: usize, count: i32, slope: f32, alpha: f32, edge: f32): void {
  const bytes = <usize>count * GROUP_BYTES;
  for (let n: usize = 0; n < bytes; n += 16) {
    const v = v128.load(y + n);
    const low = f32x4.add(v, f32x4.splat(alpha));
    const derivative = v128.bitselect(f32x4.splat(slope), low, f32x4.gt(v, f32x4.splat(edge)));
    v128.store(dx + n, f32x4.mul(v128.load(dy + n), derivative));
  }
}

/** y = e^x. */
export function exponentials(x: usize, y: usize, count: i32): void {
  const bytes = <usize>count * GROUP_BYTES;
  for (let n: usize = 0; n < bytes; n += 16) v128.store(y + n, exponentialOfAny(v128.load(x + n)));
}

/** dy/dx = y. The padding of one image has dy = 0 and may have an infinite y: the product there is 0. */
export function exponentialsBackward(y: usize, dy: usize, dx: usize, count: i32): void {
  const bytes = <usize>count * GROUP_BYTES;
  for (let n: usize = 0; n < bytes; n += 16) {
    const d = v128.load(dy + n);
    v128.store(dx + n, v128.and(f32x4.mul(d, v128.load(y + n)), f32x4.ne(d, f32x4.splat(0))));
  }
}

/** y = ln(1 + e^x) = max(x, 0) + ln(1 + e^-|x|). */
export function softplus(x: usize, y: usize, count: i32): void {
  const bytes = <usize>count * GROUP_BYTES;
  for (let n: usize = 0; n < bytes; n += 16) {
    const v = v128.load(x + n);
    const e = exponential(f32x4.neg(f32x4.abs(v)));
    v128.store(y + n, f32x4.add(f32x4.pmax(v, f32x4.splat(0)), logarithmOf1Plus(e)));
  }
}

/** dy/dx = 1 / (1 + e^-x). */
export function softplusBackward(x: usize, dy: usize, dx: usize, count: i32): void {
  const bytes = <usize>count * GROUP_BYTES;
  for (let n: usize = 0; n < bytes; n += 16) {
    v128.store(dx + n, f32x4.mul(v128.load(dy + n), logistic(v128.load(x + n))));
  }
}

/** y = x / (1 + |x|). */
export function softsign(x: usize, y: usize, count: i32): void {
  const bytes = <usize>count * GROUP_BYTES;
  for (let n: usize = 0; n < bytes; n += 16) {
    const v = v128.load(x + n);
    v128.store(y + n, f32x4.div(v, f32x4.add(f32x4.abs(v), f32x4.splat(1))));
  }
}

/** dy/dx = 1 / (1 + |x|)^2. */
export function softsignBackward(x: usize, dy: usize, dx: usize, count: i32): void {
  const bytes = <usize>count * GROUP_BYTES;
  for (let n: usize = 0; n < bytes; n += 16) {
    const d = f32x4.add(f32x4.abs(v128.load(x + n)), f32x4.splat(1));
    v128.store(dx + n, f32x4.div(f32x4.div(v128.load(dy + n), d), d));
  }
}

/** y = x s, s = 1 / (1 + e^-x). */
export function silu(x: usize, y: usize, count: i32): void {
  const bytes = <usize>count * GROUP_BYTES;
  for (let n: usize = 0; n < bytes; n += 16) {
    const v = v128.load(x + n);
    v128.store(y + n, f32x4.mul(v, logistic(v)));
  }
}

/** dy/dx = s (1 + x (1 - s)). */
export function siluBackward(x: usize, dy: usize, dx: usize, count: i32): void {
  const bytes = <usize>count * GROUP_BYTES;
  for (let n: usize = 0; n < bytes; n += 16) {
    const v = v128.load(x + n);
    const s = logistic(v);
    const slope = f32x4.mul(s, multiplyAdd(v, f32x4.sub(f32x4.splat(1), s), f32x4.splat(1)));
    v128.store(dx + n, f32x4.mul(v128.load(dy + n), slope));
  }
}

/** The normal distribution function of v, given e^(-v^2 / 2). */
// @inline
function normalDistribution(v: v128, density: v128): v128 {
  const tail = f32x4.mul(density, tailOverGaussian(f32x4.abs(v)));
  return v128.bitselect(tail, f32x4.sub(f32x4.splat(1), tail), f32x4.lt(v, f32x4.splat(0)));
}

/** y = x P(x) with the normal distribution function P(x) = (1 + erf(x / sqrt 2)) / 2. */
export function gelu(x: usize, y: usize, count: i32): void {
  const bytes = <usize>count * GROUP_BYTES;
  for (let n: usize = 0; n < bytes; n += 16) {
    const v = v128.load(x + n);
    v128.store(y + n, f32x4.mul(v, normalDistribution(v, gaussian(f32x4.abs(v)))));
  }
}

/** dy/dx = P(x) + x e^(-x^2 / 2) / sqrt(2 pi). */
export function geluBackward(x: usize, dy: usize, dx: usize, count: i32): void {
  const bytes = <usize>count * GROUP_BYTES;
  for (let n: usize = 0; n < bytes; n += 16) {
    const v = v128.load(x + n);
    const density = gaussian(f32x4.abs(v));
    const scaled = f32x4.mul(density, f32x4.splat(0.3989422804014327));
    const slope = multiplyAdd(v, scaled, normalDistribution(v, density));
    v128.store(dx + n, f32x4.mul(v128.load(dy + n), slope));
  }
}

/**
 * y = x t, t = tanh(ln(1 + e^x)) = ((1 + e^x)^2 - 1) / ((1 + e^x)^2 + 1). With e = e^-|x|, nothing overflows: t is
 * a / (a + b) with a = 1 + 2 e and b = 2 e^2 where x > 0, else a = e (2 + e) and b = 2.
 */
export function mish(x: usize, y: usize, count: i32): void {
  const bytes = <usize>count * GROUP_BYTES;
  for (let n: usize = 0; n < bytes; n += 16) {
    const v = v128.load(x + n);
    const e = exponential(f32x4.neg(f32x4.abs(v)));
    const below = f32x4.lt(v, f32x4.splat(0));
    const a = mishNumerator(e, below);
    v128.store(y + n, f32x4.mul(v, f32x4.div(a, f32x4.add(a, mishRest(e, below)))));
  }
}

/** dy/dx = t + x (1 - t^2) s, s = 1 / (1 + e^-x), where 1 - t^2 = (1 - t) (1 + t) and 1 - t = b / (a + b). */
export function mishBackward(x: usize, dy: usize, dx: usize, count: i32): void {
  const bytes = <usize>count * GROUP_BYTES;
  const one = f32x4.splat(1);
  for (let n: usize = 0; n < bytes; n += 16) {
    const v = v128.load(x + n);
    const e = exponential(f32x4.neg(f32x4.abs(v)));
    const below = f32x4.lt(v, f32x4.splat(0));
    const a = mishNumerator(e, below);
    const b = mishRest(e, below);
    const sum = f32x4.add(a, b);
    const t = f32x4.div(a, sum);
    const s = f32x4.div(v128.bitselect(e, one, below), f32x4.add(e, one));
    const inner = f32x4.mul(f32x4.mul(f32x4.div(b, sum), f32x4.add(one, t)), s);
    v128.store(dx + n, f32x4.mul(v128.load(dy + n), multiplyAdd(v, inner, t)));
  }
}

/** e^x (e^x + 2) where x < 0, else that times e^-2x: 1 + 2 e^-x. */
// @inline
function mishNumerator(e: v128, below: v128): v128 {
  const twice = f32x4.add(e, e);
  return v128.bitselect(multiplyAdd(e, e, twice), f32x4.add(twice, f32x4.splat(1)), below);
}

/** 2 where x < 0, else that times e^-2x. */
// @inline
function mishRest(e: v128, below: v128): v128 {
  return v128.bitselect(f32x4.splat(2), f32x4.mul(f32x4.add(e, e), e), below);
}
