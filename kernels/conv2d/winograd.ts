/**
 * 5x5 convolution, "valid", stride 1, by Winograd's minimal filtering F(2x2, 5x5) (Lavin and Gray, arXiv:1509.09308): a
 * tile of 2x2 results takes 36 products for each connection, not 100.
 *
 *   Y = A^T M A,  M = sum over channels of U * V,  U = G g G^T,  V = B^T d B      g: 5x5 kernel, d: 6x6 input
 *
 * where * multiplies element by element. The matrices are in winograd-transforms.ts. The gradients are computed by the
 * transposed algorithm, so that edges cost nothing:
 *
 *   dM = A dY A^T,  dV = sum over maps of U * dM,  dX = sum over tiles of B dV B^T
 *   dU = sum over tiles and images of V * dM,  dg = G^T dU G
 *
 * Jobs are those of records.ts, each with all sources of its two results, given as byte offsets. Tile of registers: 2
 * results x 4 vectors in a loop that is not unrolled, as in direct.ts.
 */
import { firstOf, List } from "../records";
import { GROUP_BYTES, multiplyAdd, splat } from "../vector";
import { Conv2dJob, jobAfter, sourcesOf, WinogradEntry, WinogradShape } from "./records";
import { kernelGradient, multiplyTiles } from "./winograd-kernel-gradient";
import {
  inputStrip,
  inputTile,
  outputGradient,
  outputTile,
  stripGradient,
  TILE,
  tileGradient,
  weightPoints,
} from "./winograd-transforms";

/** U = G g G^T in the order of the jobs. w [5][5][plane]; order [count]: indices in the plane, or -1; u [36][count]. */
export function winogradWeights(w: usize, u: usize, order: usize, count: i32, plane: i32): void {
  const tap: usize = 4 * <usize>plane;
  const step: usize = 4 * <usize>count;
  const row: usize = 6 * step;
  for (let left = count; left > 0; left -= 4) {
    const i = load<i32>(order);
    const j = load<i32>(order, 4);
    const k = load<i32>(order, 8);
    const l = load<i32>(order, 12);
    for (let p: usize = 0; p < 5; p++) {
      for (let q: usize = 0; q < 5; q++) v128.store(u + p * row + q * step, gather(w + (5 * p + q) * tap, i, j, k, l));
      weightPoints(u + p * row, step);
    }
    for (let q: usize = 0; q < 6; q++) weightPoints(u + q * step, row);
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

/** The tiles of a job's two results: to[0] and to[1] = sum over its sources of weight * tile, element by element. */
function multiplyJob(from: usize, u: usize, to: usize, job: Conv2dJob, stride: usize): void {
  const sources = sourcesOf(job);
  const end = sources + 4 * <usize>job.count;
  let weights = u + 4 * <usize>job.weights;
  for (const stop = to + TILE; to < stop; to += GROUP_BYTES) {
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
    from += GROUP_BYTES;
    weights += stride;
  }
}

/**
 * y[k] = bias[k] + the convolution of x with what map k sees. x [channels][H][W][16]; u [36][stride bytes];
 * y [filters][H - 4][W - 4][16]; bias 0: none.
 * scratch: strip [channels][6][2 span + 4][16], V [channels][36][16], M [2][36][16].
 */
export function conv2dWinogradForward(
  x: usize,
  u: usize,
  bias: usize,
  y: usize,
  scratch: usize,
  shape: WinogradShape,
  jobs: List<Conv2dJob>,
  stride: i32,
): void {
  const H = <usize>shape.H;
  const W = <usize>shape.W;
  const channels = <usize>shape.channels;
  const span: usize = 2 * <usize>shape.span;
  const OH = H - 4;
  const OW = W - 4;
  const strip: usize = 6 * (span + 4) * GROUP_BYTES;
  const v = scratch + channels * strip;
  const m = v + channels * TILE;
  for (let r: usize = 0; r < OH; r += 2) {
    for (let first: usize = 0; first < OW; first += span) {
      const columns: usize = min(span, OW - first) + 4;
      const step = columns * GROUP_BYTES;
      for (let i: usize = 0; i < channels; i++) {
        inputStrip(x + ((i * H + r) * W + first) * GROUP_BYTES, scratch + i * strip, W * GROUP_BYTES, columns);
      }
      for (let c: usize = 0; c < columns - 4; c += 2) {
        for (let i: usize = 0; i < channels; i++) inputTile(scratch + i * strip + c * GROUP_BYTES, v + i * TILE, step);
        const corner = y + (r * OW + first + c) * GROUP_BYTES;
        let job = firstOf(jobs);
        for (let n = jobs.count; n > 0; n--) {
          multiplyJob(v, u, m, job, stride);
          const a = <usize>job.a;
          const b = <usize>job.b;
          if (b !== a)
            outputTile(m + TILE, corner + b * OH * OW * GROUP_BYTES, OW * GROUP_BYTES, bias ? bias + 4 * b : 0);
          outputTile(m, corner + a * OH * OW * GROUP_BYTES, OW * GROUP_BYTES, bias ? bias + 4 * a : 0);
          job = jobAfter(job);
        }
      }
    }
  }
}

/**
 * Both gradients, since they share dM: dx (0: not wanted) [channels][H][W][16] and dw [5][5][channels][filters].
 * Jobs give pairs of channels from maps. Tile: the 2 x 4 connections of a {@link WinogradEntry}, one vector at a time.
 * scratch: strip [channels][6][2 span + 4][16], tiles [span][V of channels, dM of filters][36][16], dV [2][36][16],
 * dU [36][entries][2][4][4].
 */
export function conv2dWinogradBackward(
  x: usize,
  dy: usize,
  u: usize,
  dx: usize,
  dw: usize,
  scratch: usize,
  shape: WinogradShape,
  jobs: List<Conv2dJob>,
  stride: i32,
  entries: List<WinogradEntry>,
  accumulate: i32,
): void {
  const H = <usize>shape.H;
  const W = <usize>shape.W;
  const channels = <usize>shape.channels;
  const filters = <usize>shape.filters;
  const span: usize = 2 * <usize>shape.span;
  const OH = H - 4;
  const OW = W - 4;
  const strip: usize = 6 * (span + 4) * GROUP_BYTES;
  const tileBytes = (channels + filters) * TILE;
  const tiles = scratch + channels * strip;
  const dv = tiles + (span / 2) * tileBytes;
  const du: usize = dv + 2 * TILE;
  if (dx) memory.fill(dx, 0, channels * H * W * GROUP_BYTES);
  for (let r: usize = 0; r < OH; r += 2) {
    for (let first: usize = 0; first < OW; first += span) {
      const columns: usize = min(span, OW - first) + 4;
      const step = columns * GROUP_BYTES;
      const end = tiles + ((columns - 4) / 2) * tileBytes;
      for (let i: usize = 0; i < channels; i++) {
        inputStrip(x + ((i * H + r) * W + first) * GROUP_BYTES, scratch + i * strip, W * GROUP_BYTES, columns);
      }
      let column: usize = 0;
      for (let tile = tiles; tile < end; tile += tileBytes) {
        for (let i: usize = 0; i < channels; i++) inputTile(scratch + i * strip + column, tile + i * TILE, step);
        for (let k: usize = 0; k < filters; k++) {
          const corner = dy + ((k * OH + r) * OW + first) * GROUP_BYTES + column;
          outputGradient(corner, tile + (channels + k) * TILE, OW * GROUP_BYTES);
        }
        column += 2 * GROUP_BYTES;
      }
      multiplyTiles(tiles, end, tileBytes, du, entries, r + first > 0);
      if (!dx) continue;
      memory.fill(scratch, 0, channels * strip);
      column = 0;
      for (let tile = tiles; tile < end; tile += tileBytes) {
        let job = firstOf(jobs);
        for (let n = jobs.count; n > 0; n--) {
          multiplyJob(tile, u, dv, job, stride);
          const a = <usize>job.a;
          const b = <usize>job.b;
          tileGradient(dv, scratch + a * strip + column, step);
          if (b !== a) tileGradient(dv + TILE, scratch + b * strip + column, step);
          job = jobAfter(job);
        }
        column += 2 * GROUP_BYTES;
      }
      for (let i: usize = 0; i < channels; i++) {
        stripGradient(scratch + i * strip, dx + ((i * H + r) * W + first) * GROUP_BYTES, W * GROUP_BYTES, columns);
      }
    }
  }
  kernelGradient(du, dw, entries, 4 * channels * filters, accumulate);
}
