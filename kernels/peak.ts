/**
 * What a core can do at most with the instructions the other kernels are made of: the tile of conv2d/direct.ts whose
 * image vectors stay in registers. The two weights are loaded in every turn, or else products of what never changes
 * would be moved out of the loop; loads have units of their own. Only for measuring (`lenet5 bench`).
 */
import { multiplyAdd, splat } from "./vector";

/** `turns` times 8 multiply-adds on vectors. values: 8 vectors, read and written; 4 vectors; 2 weights. */
export function peak(values: usize, turns: i32): void {
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
  for (; turns > 0; turns--) {
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
