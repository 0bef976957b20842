/**
 * Operations on two values with broadcasting: along an axis where a value has size 1, it is read again for each row,
 * column or channel. Its gradient is the sum over these. The same kernels compute sums and maxima over axes.
 */
import { GROUP_BYTES } from "./vector";

/**
 * Three nested loops over pieces of `unit` bytes that are contiguous in all values. The larger value is contiguous; a
 * and b move by these bytes from one piece to the next, by 0 where they are read again.
 */
@unmanaged
export class BroadcastShape {
  outer: i32;
  middle: i32;
  inner: i32;
  unit: i32;
  aOuter: i32;
  aMiddle: i32;
  aInner: i32;
  bOuter: i32;
  bMiddle: i32;
  bInner: i32;
}

const ADD = 0;
const SUBTRACT = 1;
const MULTIPLY = 2;
const DIVIDE = 3;
const MAXIMUM = 4;
const MINIMUM = 5;
const EQUAL = 6;
const SCALED = 7;
const DIVIDED = 8;

/** `rule` is a constant, so that the compiler keeps one branch. */
// @inline
function combined(rule: i32, a: v128, b: v128): v128 {
  if (rule === ADD) return f32x4.add(a, b);
  if (rule === SUBTRACT) return f32x4.sub(a, b);
  if (rule === MULTIPLY) return f32x4.mul(a, b);
  if (rule === DIVIDE) return f32x4.div(a, b);
  if (rule === MAXIMUM) return f32x4.max(a, b);
  if (rule === MINIMUM) return f32x4.min(a, b);
  if (rule === EQUAL) return v128.and(f32x4.eq(a, b), f32x4.splat(1));
  // Gradients: one that is 0 stays 0, even times infinity.
  if (rule === SCALED) return v128.and(f32x4.mul(a, b), f32x4.ne(a, f32x4.splat(0)));
  return v128.and(f32x4.div(a, b), f32x4.ne(a, f32x4.splat(0)));
}

// @inline
function combine(rule: i32, a: usize, b: usize, y: usize, shape: BroadcastShape): void {
  const unit = <usize>shape.unit;
  for (let o = shape.outer; o > 0; o--) {
    let am = a;
    let bm = b;
    for (let m = shape.middle; m > 0; m--) {
      let ai = am;
      let bi = bm;
      for (let i = shape.inner; i > 0; i--) {
        for (let n: usize = 0; n < unit; n += 16) {
          v128.store(y + n, combined(rule, v128.load(ai + n), v128.load(bi + n)));
        }
        y += unit;
        ai += <usize>shape.aInner;
        bi += <usize>shape.bInner;
      }
      am += <usize>shape.aMiddle;
      bm += <usize>shape.bMiddle;
    }
    a += <usize>shape.aOuter;
    b += <usize>shape.bOuter;
  }
}

/** y = a + b. */
export function addBroadcast(a: usize, b: usize, y: usize, shape: BroadcastShape): void {
  combine(ADD, a, b, y, shape);
}

/** y = a - b. */
export function subtractBroadcast(a: usize, b: usize, y: usize, shape: BroadcastShape): void {
  combine(SUBTRACT, a, b, y, shape);
}

/** y = a b. */
export function multiplyBroadcast(a: usize, b: usize, y: usize, shape: BroadcastShape): void {
  combine(MULTIPLY, a, b, y, shape);
}

/** y = a / b. */
export function divideBroadcast(a: usize, b: usize, y: usize, shape: BroadcastShape): void {
  combine(DIVIDE, a, b, y, shape);
}

/** y = the larger of a and b; NaN wins. */
export function maximumBroadcast(a: usize, b: usize, y: usize, shape: BroadcastShape): void {
  combine(MAXIMUM, a, b, y, shape);
}

/** y = the smaller of a and b; NaN wins. */
export function minimumBroadcast(a: usize, b: usize, y: usize, shape: BroadcastShape): void {
  combine(MINIMUM, a, b, y, shape);
}

/** y = 1 where a = b, else 0. */
export function equalBroadcast(a: usize, b: usize, y: usize, shape: BroadcastShape): void {
  combine(EQUAL, a, b, y, shape);
}

/** y = a b, 0 where a is 0: a is a gradient. y may be a. */
export function scaleGradient(a: usize, b: usize, y: usize, shape: BroadcastShape): void {
  combine(SCALED, a, b, y, shape);
}

/** y = a / b, 0 where a is 0: a is a gradient. y may be a. */
export function divideGradient(a: usize, b: usize, y: usize, shape: BroadcastShape): void {
  combine(DIVIDED, a, b, y, shape);
}

/**
 * The gradient of a maximum or minimum: dx = dy where a >= b, with `smaller` where a <= b, with `second` in all other
 * places. So of equal values the first one gets all, as in TensorFlow.
 */
export function chosenGradient(
  a: usize,
  b: usize,
  dy: usize,
  dx: usize,
  shape: BroadcastShape,
  smaller: i32,
  second: i32,
): void {
  const unit = <usize>shape.unit;
  const flip = i32x4.splat(second ? -1 : 0);
  for (let o = shape.outer; o > 0; o--) {
    let am = a;
    let bm = b;
    for (let m = shape.middle; m > 0; m--) {
      let ai = am;
      let bi = bm;
      for (let i = shape.inner; i > 0; i--) {
        for (let n: usize = 0; n < unit; n += 16) {
          const u = v128.load(ai + n);
          const v = v128.load(bi + n);
          const first = smaller ? f32x4.le(u, v) : f32x4.ge(u, v);
          v128.store(dx + n, v128.and(v128.load(dy + n), v128.xor(first, flip)));
        }
        dx += unit;
        dy += unit;
        ai += <usize>shape.aInner;
        bi += <usize>shape.bInner;
      }
      am += <usize>shape.aMiddle;
      bm += <usize>shape.bMiddle;
    }
    a += <usize>shape.aOuter;
    b += <usize>shape.bOuter;
  }
}

/** y = b, read again where it has size 1. */
export function spread(b: usize, y: usize, shape: BroadcastShape): void {
  const unit = <usize>shape.unit;
  for (let o = shape.outer; o > 0; o--) {
    let bm = b;
    for (let m = shape.middle; m > 0; m--) {
      let bi = bm;
      for (let i = shape.inner; i > 0; i--) {
        for (let n: usize = 0; n < unit; n += 16) v128.store(y + n, v128.load(bi + n));
        y += unit;
        bi += <usize>shape.bInner;
      }
      bm += <usize>shape.bMiddle;
    }
    b += <usize>shape.bOuter;
  }
}

/** b = the sum of those numbers of x that {@link spread} makes of one number of b. b has `count` groups. */
export function sumBroadcast(x: usize, b: usize, shape: BroadcastShape, count: i32): void {
  memory.fill(b, 0, <usize>count * GROUP_BYTES);
  join(ADD, x, b, shape);
}

/** b = the largest of these numbers; NaN wins. */
export function maximumOver(x: usize, b: usize, shape: BroadcastShape, count: i32): void {
  const bytes = <usize>count * GROUP_BYTES;
  for (let n: usize = 0; n < bytes; n += 16) v128.store(b + n, f32x4.splat(-Infinity));
  join(MAXIMUM, x, b, shape);
}

// @inline
function join(rule: i32, x: usize, b: usize, shape: BroadcastShape): void {
  const unit = <usize>shape.unit;
  for (let o = shape.outer; o > 0; o--) {
    let bm = b;
    for (let m = shape.middle; m > 0; m--) {
      let bi = bm;
      for (let i = shape.inner; i > 0; i--) {
        for (let n: usize = 0; n < unit; n += 16) {
          v128.store(bi + n, combined(rule, v128.load(bi + n), v128.load(x + n)));
        }
        x += unit;
        bi += <usize>shape.bInner;
      }
      bm += <usize>shape.bMiddle;
    }
    b += <usize>shape.bOuter;
  }
}
