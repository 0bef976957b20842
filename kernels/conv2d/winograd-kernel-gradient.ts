/** The gradient of the kernel by Winograd's algorithm (winograd.ts). */
import { firstOf, List, recordAfter } from "../records";
import { GROUP_BYTES, multiplyAdd, storeSum } from "../vector";
import { WinogradEntry } from "./records";
import { TILE, weightGradient } from "./winograd-transforms";

/**
 * Elements of a tile that are summed together. The same element of all tiles is scattered over the second-level cache,
 * and its neighbours are loaded with it (both gradients of C3: 246 -> 232 microseconds a block, fused 207 -> 191).
 */
const ELEMENTS_AT_ONCE: usize = 4;

/** dU = sums over tiles of V * dM, four lanes each; added to dU with `accumulate`. Tiles are `tileBytes` apart. */
export function multiplyTiles(
  tiles: usize,
  end: usize,
  tileBytes: usize,
  du: usize,
  entries: List<WinogradEntry>,
  accumulate: bool,
): void {
  const step: usize = 128 * <usize>entries.count;
  for (let group: usize = 0; group < TILE; group += ELEMENTS_AT_ONCE * GROUP_BYTES) {
    let entry = firstOf(entries);
    let first = du;
    for (let n = entries.count; n > 0; n--) {
      const p0 = <usize>entry.a;
      const offsetB = <usize>entry.b - p0;
      const q0 = <usize>entry.four0 - p0;
      const q1 = <usize>entry.four1 - p0;
      const q2 = <usize>entry.four2 - p0;
      const q3 = <usize>entry.four3 - p0;
      let sums = first;
      let from = tiles + p0 + group;
      for (let left = ELEMENTS_AT_ONCE; left > 0; left--) {
        const zero = f32x4.splat(0);
        let a0 = zero;
        let a1 = zero;
        let a2 = zero;
        let a3 = zero;
        let b0 = zero;
        let b1 = zero;
        let b2 = zero;
        let b3 = zero;
        if (accumulate) {
          a0 = v128.load(sums);
          a1 = v128.load(sums, 16);
          a2 = v128.load(sums, 32);
          a3 = v128.load(sums, 48);
          b0 = v128.load(sums, 64);
          b1 = v128.load(sums, 80);
          b2 = v128.load(sums, 96);
          b3 = v128.load(sums, 112);
        }
        for (let tile = from; tile < end; tile += tileBytes) {
          let g = tile;
          const stop = g + GROUP_BYTES;
          do {
            const gA = v128.load(g);
            const gB = v128.load(g + offsetB);
            const x0 = v128.load(g + q0);
            const x1 = v128.load(g + q1);
            a0 = multiplyAdd(x0, gA, a0);
            b0 = multiplyAdd(x0, gB, b0);
            a1 = multiplyAdd(x1, gA, a1);
            b1 = multiplyAdd(x1, gB, b1);
            const x2 = v128.load(g + q2);
            const x3 = v128.load(g + q3);
            a2 = multiplyAdd(x2, gA, a2);
            b2 = multiplyAdd(x2, gB, b2);
            a3 = multiplyAdd(x3, gA, a3);
            b3 = multiplyAdd(x3, gB, b3);
            g += 16;
          } while (g < stop);
        }
        v128.store(sums, a0);
        v128.store(sums, a1, 16);
        v128.store(sums, a2, 32);
        v128.store(sums, a3, 48);
        v128.store(sums, b0, 64);
        v128.store(sums, b1, 80);
        v128.store(sums, b2, 96);
        v128.store(sums, b3, 112);
        sums += step;
        from += GROUP_BYTES;
      }
      first += 128;
      entry = recordAfter(entry);
    }
    du += ELEMENTS_AT_ONCE * step;
  }
}

/** dw = G^T dU G, four connections at a time. dU is overwritten; tap: the bytes of one of dw's 25 taps. */
export function kernelGradient(du: usize, dw: usize, entries: List<WinogradEntry>, tap: usize, accumulate: i32): void {
  const step: usize = 128 * <usize>entries.count;
  let entry = firstOf(entries);
  for (const end = du + step; du < end; du += 128) {
    fourGradients(du, dw, changetype<usize>(entry) + offsetof<WinogradEntry>("a0"), step, tap, accumulate);
    fourGradients(du + 64, dw, changetype<usize>(entry) + offsetof<WinogradEntry>("b0"), step, tap, accumulate);
    entry = recordAfter(entry);
  }
}

/** du: four vectors of sums at each of 36 elements, `step` bytes apart; indices: those of four connections, or -1. */
function fourGradients(du: usize, dw: usize, indices: usize, step: usize, tap: usize, accumulate: i32): void {
  const row: usize = 6 * step;
  for (let d = du; d < du + 6 * row; d += step) v128.store(d, fourSums(d));
  for (let d = du; d < du + 6 * row; d += row) weightGradient(d, step);
  for (let d = du; d < du + 5 * step; d += step) weightGradient(d, row);
  for (let lane: usize = 0; lane < 16; lane += 4) {
    const index = load<i32>(indices + lane);
    if (index < 0) continue;
    let to = dw + 4 * <usize>index;
    for (let p: usize = 0; p < 5; p++) {
      for (let q: usize = 0; q < 5; q++) {
        storeSum(to, load<f32>(du + p * row + q * step + lane), accumulate);
        to += tap;
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
