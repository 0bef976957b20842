/**
 * The transforms of weights in winograd.ts: U = G g G^T and the gradient dg = G^T dU G. The matrices are in
 * winograd-transforms.ts.
 */
import { A1, A2, B1, B2, S, T } from "../constants";
import { firstOf, List, recordAfter } from "../records";
import { multiplyAdd, storeSum } from "../vector";
import { WinogradEntry } from "./records";

/**
 * U = G g G^T in the order of the jobs. w [taps][taps][plane]; order [count]: indices in the plane, or -1; u
 * [36][count].
 */
export function winogradWeights(w: usize, u: usize, order: usize, count: i32, plane: i32, taps: i32): void {
  const tap: usize = 4 * <usize>plane;
  const step: usize = 4 * <usize>count;
  const row: usize = 6 * step;
  for (let left = count; left > 0; left -= 4) {
    const i = load<i32>(order);
    const j = load<i32>(order, 4);
    const k = load<i32>(order, 8);
    const l = load<i32>(order, 12);
    let g = w;
    for (let p: usize = 0; p < <usize>taps; p++) {
      for (let q: usize = 0; q < <usize>taps; q++) {
        v128.store(u + p * row + q * step, gather(g, i, j, k, l));
        g += tap;
      }
      weightPoints(u + p * row, step, taps);
    }
    for (let q: usize = 0; q < 6; q++) weightPoints(u + q * step, row, taps);
    order += 16;
    u += 16;
  }
}

function gather(g: usize, i: i32, j: i32, k: i32, l: i32): v128 {
  return f32x4(at(g, i), at(g, j), at(g, k), at(g, l));
}

// @inline
function at(g: usize, i: i32): f32 {
  return i < 0 ? 0 : load<f32>(g + 4 * <usize>i);
}

/**
 * dw = G^T dU G, four connections at a time. du [36][entries][2][4][4]; dw [taps][taps][plane]; sums: scratch memory
 * [36][4], since the elements of du may all lie in the same set of a cache.
 */
export function kernelGradient(
  du: usize,
  dw: usize,
  sums: usize,
  entries: List<WinogradEntry>,
  plane: i32,
  taps: i32,
  accumulate: i32,
): void {
  const step: usize = 128 * <usize>entries.count;
  let entry = firstOf(entries);
  for (const end = du + step; du < end; du += 128) {
    const indices = changetype<usize>(entry);
    fourGradients(du, step, sums, dw, indices + offsetof<WinogradEntry>("a0"), plane, taps, accumulate);
    fourGradients(du + 64, step, sums, dw, indices + offsetof<WinogradEntry>("b0"), plane, taps, accumulate);
    entry = recordAfter(entry);
  }
}

/** du: four vectors of sums at each of 36 elements, `step` bytes apart; indices: those of four connections, or -1. */
function fourGradients(
  du: usize,
  step: usize,
  sums: usize,
  dw: usize,
  indices: usize,
  plane: i32,
  taps: i32,
  accumulate: i32,
): void {
  const element: usize = 16;
  const row: usize = 6 * element;
  for (let sum = sums; sum < sums + 6 * row; sum += element) {
    v128.store(sum, fourSums(du));
    du += step;
  }
  for (let sum = sums; sum < sums + 6 * row; sum += row) weightGradient(sum, element, taps);
  for (let sum = sums; sum < sums + <usize>taps * element; sum += element) weightGradient(sum, row, taps);
  for (let lane: usize = 0; lane < 16; lane += 4) {
    const index = load<i32>(indices + lane);
    if (index < 0) continue;
    let to = dw + 4 * <usize>index;
    for (let p: usize = 0; p < <usize>taps; p++) {
      for (let q: usize = 0; q < <usize>taps; q++) {
        storeSum(to, load<f32>(sums + p * row + q * element + lane), accumulate);
        to += 4 * <usize>plane;
      }
    }
  }
}

/** The sums of the lanes of four vectors, in a fixed order. */
// @inline
function fourSums(from: usize): v128 {
  const a = v128.load(from);
  const b = v128.load(from, 16);
  const c = v128.load(from, 32);
  const d = v128.load(from, 48);
  const ab = f32x4.add(v128.shuffle<f32>(a, b, 0, 4, 1, 5), v128.shuffle<f32>(a, b, 2, 6, 3, 7));
  const cd = f32x4.add(v128.shuffle<f32>(c, d, 0, 4, 1, 5), v128.shuffle<f32>(c, d, 2, 6, 3, 7));
  return f32x4.add(v128.shuffle<f32>(ab, cd, 0, 1, 4, 5), v128.shuffle<f32>(ab, cd, 2, 3, 6, 7));
}

/** G g: `taps` vectors `step` apart become six. */
// @inline
function weightPoints(g: usize, step: usize, taps: i32): void {
  const g0 = v128.load(g);
  const g1 = v128.load(g + step);
  const g2 = v128.load(g + 2 * step);
  let g3 = f32x4.splat(0);
  let g4 = g3;
  if (taps === 5) {
    g3 = v128.load(g + 3 * step);
    g4 = v128.load(g + 4 * step);
  }
  const A = v128.load(A2);
  const B = v128.load(B2);
  const s = v128.load(S);
  const t = v128.load(T);
  const evenA = f32x4.mul(s, multiplyAdd(A, multiplyAdd(A, g4, g2), g0));
  const oddA = f32x4.mul(f32x4.mul(s, v128.load(A1)), multiplyAdd(A, g3, g1));
  const evenB = f32x4.mul(t, multiplyAdd(B, multiplyAdd(B, g4, g2), g0));
  const oddB = f32x4.mul(f32x4.mul(t, v128.load(B1)), multiplyAdd(B, g3, g1));
  v128.store(g + step, f32x4.add(evenA, oddA));
  v128.store(g + 2 * step, f32x4.sub(evenA, oddA));
  v128.store(g + 3 * step, f32x4.add(evenB, oddB));
  v128.store(g + 4 * step, f32x4.sub(evenB, oddB));
  v128.store(g + 5 * step, taps === 5 ? g4 : g2);
}

/** G^T u: six vectors `step` apart become `taps`. */
// @inline
function weightGradient(u: usize, step: usize, taps: i32): void {
  const u0 = v128.load(u);
  const u1 = v128.load(u + step);
  const u2 = v128.load(u + 2 * step);
  const u3 = v128.load(u + 3 * step);
  const u4 = v128.load(u + 4 * step);
  const u5 = v128.load(u + 5 * step);
  const A = v128.load(A2);
  const B = v128.load(B2);
  const s = v128.load(S);
  const t = v128.load(T);
  const evenA = f32x4.mul(s, f32x4.add(u1, u2));
  const evenB = f32x4.mul(t, f32x4.add(u3, u4));
  const oddA = f32x4.mul(f32x4.mul(s, v128.load(A1)), f32x4.sub(u1, u2));
  const oddB = f32x4.mul(f32x4.mul(t, v128.load(B1)), f32x4.sub(u3, u4));
  v128.store(u, f32x4.add(u0, f32x4.add(evenA, evenB)));
  v128.store(u + step, f32x4.add(oddA, oddB));
  if (taps === 3) {
    v128.store(u + 2 * step, multiplyAdd(A, evenA, multiplyAdd(B, evenB, u5)));
  } else {
    v128.store(u + 2 * step, multiplyAdd(A, evenA, f32x4.mul(B, evenB)));
    v128.store(u + 3 * step, multiplyAdd(A, oddA, f32x4.mul(B, oddB)));
    v128.store(u + 4 * step, multiplyAdd(f32x4.mul(A, A), evenA, multiplyAdd(f32x4.mul(B, B), evenB, u5)));
  }
}
