/**
 * The second backward pass: the diagonal of the Gauss-Newton matrix (1998, appendix C, eqs. 22 to 27). It calls the
 * same wasm kernels as the first one, with squares in place of weights, inputs and derivatives. This file has the
 * others.
 */
import { GROUP_BYTES } from "./vector";

/** y = x^2, `count` groups. */
export function square(x: usize, y: usize, count: i32): void {
  const bytes = <usize>count * GROUP_BYTES;
  for (let n: usize = 0; n < bytes; n += 16) v128.store(y + n, f32x4.mul(v128.load(x + n), v128.load(x + n)));
}

/**
 * h = g: copies the sums of the pass, `count` floats (a multiple of 4), to the memory that the optimizer reads, and
 * adds the second derivative of the weight's penalty.
 */
export function keepCurvature(h: usize, g: usize, count: i32, penalty: f32): void {
  const p = f32x4.splat(penalty);
  for (let n: usize = 0, end = <usize>count * 4; n < end; n += 16) v128.store(h + n, f32x4.add(v128.load(g + n), p));
}
