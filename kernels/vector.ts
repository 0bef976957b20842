/**
 * Definitions that all wasm kernels share. Activations are [channel][row][column][lane]. The 16 lanes are 16 different
 * images, so a group of 16 numbers is four vectors, and every wasm kernel is a plain loop of weight times vector,
 * without shuffles.
 *
 * Pointers are byte addresses; sizes are counts of groups, positions or weights. No wasm kernel allocates memory or
 * keeps state.
 */

/** Images in a block. */
export const LANES: i32 = 16;

/** Bytes of a group: one float32 for each of the 16 images. */
export const GROUP_BYTES: usize = 64;

/** a * b + c: one fused instruction in the fast binary, a product rounded before the sum in the reproducible one. */
// @inline
export function multiplyAdd(a: v128, b: v128, c: v128): v128 {
  if (isDefined(RELAXED)) return f32x4.relaxed_madd(a, b, c);
  return f32x4.add(f32x4.mul(a, b), c);
}

/** c - a * b, as {@link multiplyAdd}. */
// @inline
export function minusProduct(a: v128, b: v128, c: v128): v128 {
  if (isDefined(RELAXED)) return f32x4.relaxed_nmadd(a, b, c);
  return f32x4.sub(c, f32x4.mul(a, b));
}

/**
 * The larger of each two numbers; NaN wins. Of -0 and 0 either. Three instructions, where `f32x4.max`, which orders zeros,
 * takes nine on x86.
 */
// @inline
export function larger(a: v128, b: v128): v128 {
  // pmax keeps a where either is NaN.
  return v128.or(f32x4.pmax(a, b), f32x4.ne(b, b));
}

// @inline
export function splat(pointer: usize): v128 {
  return v128.load_splat<f32>(pointer);
}

/** The sum of the four lanes, in a fixed order. */
// @inline
export function sumLanes(v: v128): f32 {
  return f32x4.extract_lane(v, 0) + f32x4.extract_lane(v, 1) + (f32x4.extract_lane(v, 2) + f32x4.extract_lane(v, 3));
}

/** Adds to the stored value when `accumulate` is 1, else overwrites it, so that gradients need no clearing. */
// @inline
export function storeSum(pointer: usize, value: f32, accumulate: i32): void {
  store<f32>(pointer, accumulate ? load<f32>(pointer) + value : value);
}

/** Stores up to `left` of the four lanes, added to the stored values when `accumulate` is 1. */
export function storeLanes(to: usize, v: v128, left: i32, accumulate: i32): void {
  if (left >= 4) {
    v128.store(to, accumulate ? f32x4.add(v128.load(to), v) : v);
    return;
  }
  for (; left > 0; left--) {
    const value = f32x4.extract_lane(v, 0);
    store<f32>(to, accumulate ? load<f32>(to) + value : value);
    v = v128.shuffle<i32>(v, v, 1, 2, 3, 0);
    to += 4;
  }
}
