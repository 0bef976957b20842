/**
 * The peak rate of a core, for `lenet5 bench`: the loop of conv2d/direct.ts with its image vectors in registers. The
 * two weights are loaded in each iteration, since the compiler would move products of constants out of the loop. These
 * loads do not slow the multiplications down.
 */
import { multiplyAdd, splat } from "./vector";

/** `iterations` times 8 multiply-adds on vectors. values: 8 vectors that are read and written, 4 vectors, 2 weights. */
export function peak(values: usize, iterations: i32): void {
  const weights = values + 192;
  const x0 = v128.load(values, 128);
  const x1 = v128.load(values, 144);
  const x2 = v128.load(values, 160);
  const x3 = v128.load(values, 176);
  let a0 = v128.load(values);
  let a1 = v128.load(values, 16);
  let a2 = v128.load(values, 32);
  let a3 = v128.load(values, 48);
  let b0 = v128.load(values, 64);
  let b1 = v128.load(values, 80);
  let b2 = v128.load(values, 96);
  let b3 = v128.load(values, 112);
  for (; iterations > 0; iterations--) {
    const wA = splat(weights);
    const wB = splat(weights + 4);
    a0 = multiplyAdd(x0, wA, a0);
    b0 = multiplyAdd(x0, wB, b0);
    a1 = multiplyAdd(x1, wA, a1);
    b1 = multiplyAdd(x1, wB, b1);
    a2 = multiplyAdd(x2, wA, a2);
    b2 = multiplyAdd(x2, wB, b2);
    a3 = multiplyAdd(x3, wA, a3);
    b3 = multiplyAdd(x3, wB, b3);
  }
  v128.store(values, a0);
  v128.store(values, a1, 16);
  v128.store(values, a2, 32);
  v128.store(values, a3, 48);
  v128.store(values, b0, 64);
  v128.store(values, b1, 80);
  v128.store(values, b2, 96);
  v128.store(values, b3, 112);
}
