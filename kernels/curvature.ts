/**
 * The second backward pass: the diagonal of the Gauss-Newton matrix (1998, appendix C, eqs. 22 to 27). It is the first
 * one over again with squares in the place of weights, inputs and derivatives; here is what has no such twin.
 */
import { GROUP_BYTES } from "./vector";

/** y = x^2, `count` groups. */
export function square(x: usize, y: usize, count: i32): void {
  const bytes = <usize>count * GROUP_BYTES;
  for (let n: usize = 0; n < bytes; n += 16) v128.store(y + n, f32x4.mul(v128.load(x + n), v128.load(x + n)));
}

/** h = g: what the pass has summed up, `count` floats (a multiple of 4), to where the optimizer reads it. */
export function keepCurvature(h: usize, g: usize, count: i32): void {
  memory.copy(h, g, <usize>count * 4);
}
