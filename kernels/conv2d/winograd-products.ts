/**
 * The products of winograd.ts, element by element of transformed tiles. Tile of registers: 2 results x 4 vectors, or
 * the 2 x 4 connections of a {@link WinogradEntry}, in loops that are not unrolled, as in direct.ts.
 */
import { firstOf, List, recordAfter } from "../records";
import { GROUP_BYTES, multiplyAdd, splat } from "../vector";
import { Conv2dJob, jobAfter, sourcesOf, WinogradEntry } from "./records";
import { TILE } from "./winograd-transforms";

/**
 * Some elements of the tiles of a job's two results: to[0] and to[1] = sum over its sources of weight * tile, element
 * by element.
 */
function multiplyJob(
  from: usize,
  element: usize,
  u: usize,
  to: usize,
  job: Conv2dJob,
  stride: usize,
  elements: usize,
): void {
  const sources = sourcesOf(job);
  const end = sources + 4 * <usize>job.count;
  let weights = u + 4 * <usize>job.weights;
  for (const stop = to + elements * GROUP_BYTES; to < stop; to += GROUP_BYTES) {
    const zero = f32x4.splat(0);
    let a0 = zero;
    let a1 = zero;
    let a2 = zero;
    let a3 = zero;
    let b0 = zero;
    let b1 = zero;
    let b2 = zero;
    let b3 = zero;
    let w = weights;
    for (let source = sources; source < end; source += 4) {
      const x = from + <usize>load<i32>(source);
      const wA = splat(w);
      const wB = splat(w + 4);
      const x0 = v128.load(x);
      const x1 = v128.load(x, 16);
      a0 = multiplyAdd(x0, wA, a0);
      b0 = multiplyAdd(x0, wB, b0);
      a1 = multiplyAdd(x1, wA, a1);
      b1 = multiplyAdd(x1, wB, b1);
      const x2 = v128.load(x, 32);
      const x3 = v128.load(x, 48);
      a2 = multiplyAdd(x2, wA, a2);
      b2 = multiplyAdd(x2, wB, b2);
      a3 = multiplyAdd(x3, wA, a3);
      b3 = multiplyAdd(x3, wB, b3);
      w += 8;
    }
    v128.store(to, a0);
    v128.store(to, a1, 16);
    v128.store(to, a2, 32);
    v128.store(to, a3, 48);
    v128.store(to, b0, TILE);
    v128.store(to, b1, TILE + 16);
    v128.store(to, b2, TILE + 32);
    v128.store(to, b3, TILE + 48);
    from += element;
    weights += stride;
  }
}

/**
 * The tiles of all results of `count` jobs, from `first` on: to [count][2][36][16].
 * from [36][..][16], elements `element` bytes apart. `elements` of a tile are computed for
 * all of the jobs before the next ones, so that these elements of the sources stay in the first-level cache.
 */
export function multiplyJobs(
  from: usize,
  element: usize,
  u: usize,
  to: usize,
  first: Conv2dJob,
  count: i32,
  stride: usize,
  elements: usize,
): void {
  for (let part: usize = 0; part < TILE; part += elements * GROUP_BYTES) {
    let job = first;
    let result = to + part;
    for (let n = count; n > 0; n--) {
      multiplyJob(from, element, u, result, job, stride, elements);
      result += 2 * TILE;
      job = jobAfter(job);
    }
    from += elements * element;
    u += elements * stride;
  }
}

/**
 * dU = sums over `count` tiles of V * dM, four lanes each; added to dU with `accumulate`. tiles [36][V of channels, dM
 * of filters][..][16]: elements are `element` bytes apart. The tiles of a map follow one another, since a short inner
 * loop costs more than its work.
 */
export function multiplyTiles(
  tiles: usize,
  element: usize,
  count: usize,
  du: usize,
  entries: List<WinogradEntry>,
  accumulate: bool,
): void {
  for (let left = 36; left > 0; left--) {
    let entry = firstOf(entries);
    for (let n = entries.count; n > 0; n--) {
      const p0 = <usize>entry.a;
      const offsetB = <usize>entry.b - p0;
      const q0 = <usize>entry.four0 - p0;
      const q1 = <usize>entry.four1 - p0;
      const q2 = <usize>entry.four2 - p0;
      const q3 = <usize>entry.four3 - p0;
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
        a0 = v128.load(du);
        a1 = v128.load(du, 16);
        a2 = v128.load(du, 32);
        a3 = v128.load(du, 48);
        b0 = v128.load(du, 64);
        b1 = v128.load(du, 80);
        b2 = v128.load(du, 96);
        b3 = v128.load(du, 112);
      }
      let g = tiles + p0;
      const end = g + count * GROUP_BYTES;
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
      } while (g < end);
      v128.store(du, a0);
      v128.store(du, a1, 16);
      v128.store(du, a2, 32);
      v128.store(du, a3, 48);
      v128.store(du, b0, 64);
      v128.store(du, b1, 80);
      v128.store(du, b2, 96);
      v128.store(du, b3, 112);
      du += 128;
      entry = recordAfter(entry);
    }
    tiles += element;
  }
}
