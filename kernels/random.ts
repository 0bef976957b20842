/**
 * Random numbers without state: each is a hash of the step's seed, the salt of the layer and the index of the draw in
 * the batch. So they are the same for any number of threads, and need no storage between forward and backward pass.
 */
import { naturalLogarithm } from "./elementary";
import { multiplyAdd } from "./vector";

/** The first four hash inputs of a block that makes `draws` of them. */
// @inline
export function firstDraws(block: i32, draws: i32, seed: usize, salt: i32): v128 {
  const start = block * draws + (load<i32>(seed) ^ salt) * 0x9e3779b9;
  return i32x4.add(i32x4.splat(start), i32x4(0, 1, 2, 3));
}

/** 32 random bits in each lane: lowbias32 by Chris Wellons. */
// @inline
export function hashed(at: v128): v128 {
  let h = v128.xor(at, i32x4.shr_u(at, 16));
  h = i32x4.mul(h, i32x4.splat(0x7feb352d));
  h = v128.xor(h, i32x4.shr_u(h, 15));
  h = i32x4.mul(h, i32x4.splat(<i32>0x846ca68b));
  return v128.xor(h, i32x4.shr_u(h, 16));
}

/** A number in [0, 1), a multiple of 2^-24, from random bits. */
// @inline
export function uniform(bits: v128): v128 {
  return f32x4.mul(f32x4.convert_i32x4_s(i32x4.shr_u(bits, 8)), f32x4.splat(5.9604644775390625e-8));
}

/**
 * sin(2 pi turns) for small turns. The quarter turns are exact; within +-1/8 turn, the polynomials of degree 7 and 8 of
 * Cephes' sinf and cosf (Stephen L. Moshier).
 */
// @inline
export function sineOfTurns(turns: v128): v128 {
  const quarters = f32x4.mul(turns, f32x4.splat(4));
  const whole = f32x4.nearest(quarters);
  const q = i32x4.trunc_sat_f32x4_s(whole);
  const r = f32x4.mul(f32x4.sub(quarters, whole), f32x4.splat(1.5707963267948966));
  const z = f32x4.mul(r, r);
  let s = multiplyAdd(f32x4.splat(-1.9515295891e-4), z, f32x4.splat(8.3321608736e-3));
  s = multiplyAdd(s, z, f32x4.splat(-1.6666654611e-1));
  s = multiplyAdd(f32x4.mul(r, z), s, r);
  let c = multiplyAdd(f32x4.splat(2.443315711809948e-5), z, f32x4.splat(-1.388731625493765e-3));
  c = multiplyAdd(c, z, f32x4.splat(4.166664568298827e-2));
  c = multiplyAdd(f32x4.mul(z, z), c, multiplyAdd(z, f32x4.splat(-0.5), f32x4.splat(1)));
  const odd = i32x4.ne(v128.and(q, i32x4.splat(1)), i32x4.splat(0));
  const sign = i32x4.shl(v128.and(q, i32x4.splat(2)), 30);
  return v128.xor(v128.bitselect(c, s, odd), sign);
}

/**
 * Two normal numbers are radius sin and radius cos of a random angle, with radius = sqrt(-2 ln u) for a uniform u in
 * (0, 1] (Box & Muller 1958). This is the radius.
 */
// @inline
export function normalRadius(bits: v128): v128 {
  const u = f32x4.add(uniform(bits), f32x4.splat(5.9604644775390625e-8));
  return f32x4.sqrt(f32x4.mul(naturalLogarithm(u), f32x4.splat(-2)));
}
