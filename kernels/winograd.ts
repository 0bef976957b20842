/**
 * 5x5 convolution, "valid", stride 1, by Winograd's minimal filtering F(2x2, 5x5) (Lavin and Gray, arXiv:1509.09308): a
 * tile of 2x2 results takes 36 products for each connection, not 100.
 *
 *   Y = A^T M A,  M = sum over channels of U * V,  U = G g G^T,  V = B^T d B      g: 5x5 kernel, d: 6x6 input
 *
 * with * cell by cell; kernels/winograd-transforms.ts has the matrices. The gradients are this algorithm transposed, so
 * that edges cost nothing:
 *
 *   dM = A dY A^T,  dV = sum over maps of U * dM,  dX = sum over tiles of B dV B^T
 *   dU = sum over tiles and images of V * dM,  dg = G^T dU G
 *
 * Jobs are those of kernels/conv2d.ts, each with all sources of its two results;
 * sources stand as byte offsets. Tile of registers: 2 results x 4 vectors, in a rolled loop, as there.
 */
import { Conv2dJob, jobAfter, sourcesOf } from "./conv2d";
import { firstOf, List } from "./records";
import { CELL, multiplyAdd, splat, storeSum } from "./vector";
import {
  inputStrip,
  inputTile,
  outputGradient,
  outputTile,
  stripGradient,
  TILE,
  tileGradient,
  weightGradient,
  weightPoints,
} from "./winograd-transforms";

/**
 * Positions whose sums are taken together: what of all tiles lies at one of them is scattered over the second-level cache,
 * and neighbours come along (both gradients of C3: 246 -> 232 microseconds a block, fused 207 -> 191).
 */
const GROUP: usize = 4;

/** Sizes of a convolution by this algorithm; the kernel is 5x5. */
@unmanaged
export class WinogradShape {
  /** Input. */
  H: i32;
  W: i32;
  channels: i32;
  filters: i32;
  /** Tiles of a row that are done at once, so that what they need stays in the second-level cache. */
  span: i32;
}

/**
 * Eight connections of the gradient of the kernel: a pair of channels with four maps, or a pair of maps with four channels.
 * First where their tiles lie, in bytes from the first; then the connections' places in a tap of dw, or -1: of a with the
 * four, of b with the four.
 */
@unmanaged
export class WinogradEntry {
  a: i32;
  b: i32;
  four0: i32;
  four1: i32;
  four2: i32;
  four3: i32;
  a0: i32;
  a1: i32;
  a2: i32;
  a3: i32;
  b0: i32;
  b1: i32;
  b2: i32;
  b3: i32;
}

// @inline
function entryAfter(entry: WinogradEntry): WinogradEntry {
  return changetype<WinogradEntry>(changetype<usize>(entry) + offsetof<WinogradEntry>());
}

/** U = G g G^T in the order of the jobs. w [5][5][plane]; order [count]: which of the plane, or -1; u [36][count]. */
export function winogradWeights(w: usize, u: usize, order: usize, count: i32, plane: i32): void {
  const tap: usize = 4 * <usize>plane,
    step: usize = 4 * <usize>count,
    far: usize = 6 * step;
  for (let left = count; left > 0; left -= 4) {
    const i = load<i32>(order),
      j = load<i32>(order, 4),
      k = load<i32>(order, 8),
      l = load<i32>(order, 12);
    for (let p: usize = 0; p < 5; p++) {
      for (let q: usize = 0; q < 5; q++) v128.store(u + p * far + q * step, gather(w + (5 * p + q) * tap, i, j, k, l));
      weightPoints(u + p * far, step);
    }
    for (let q: usize = 0; q < 6; q++) weightPoints(u + q * step, far);
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

/** The two tiles of a job's results: to[0] and to[1] = sum over its sources of weight times tile, position by position. */
function multiplyJob(from: usize, u: usize, to: usize, job: Conv2dJob, stride: usize): void {
  const sources = sourcesOf(job),
    end = sources + 4 * <usize>job.count;
  let weights = u + 4 * <usize>job.weights;
  for (const stop = to + TILE; to < stop; to += CELL) {
    const zero = f32x4.splat(0);
    let a0 = zero,
      a1 = zero,
      a2 = zero,
      a3 = zero;
    let b0 = zero,
      b1 = zero,
      b2 = zero,
      b3 = zero;
    let w = weights;
    for (let source = sources; source < end; source += 4) {
      const x = from + <usize>load<i32>(source);
      const wA = splat(w),
        wB = splat(w + 4);
      const x0 = v128.load(x),
        x1 = v128.load(x, 16);
      a0 = multiplyAdd(x0, wA, a0);
      b0 = multiplyAdd(x0, wB, b0);
      a1 = multiplyAdd(x1, wA, a1);
      b1 = multiplyAdd(x1, wB, b1);
      const x2 = v128.load(x, 32),
        x3 = v128.load(x, 48);
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
    from += CELL;
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
  jobs: List,
  stride: i32,
): void {
  const H = <usize>shape.H,
    W = <usize>shape.W,
    channels = <usize>shape.channels;
  const span: usize = 2 * <usize>shape.span,
    OH = H - 4,
    OW = W - 4;
  const strip: usize = 6 * (span + 4) * CELL;
  const v = scratch + channels * strip,
    m = v + channels * TILE;
  for (let r: usize = 0; r < OH; r += 2) {
    for (let first: usize = 0; first < OW; first += span) {
      const columns: usize = min(span, OW - first) + 4,
        step = columns * CELL;
      for (let i: usize = 0; i < channels; i++) {
        inputStrip(x + ((i * H + r) * W + first) * CELL, scratch + i * strip, W * CELL, columns);
      }
      for (let c: usize = 0; c < columns - 4; c += 2) {
        for (let i: usize = 0; i < channels; i++) inputTile(scratch + i * strip + c * CELL, v + i * TILE, step);
        const corner = y + (r * OW + first + c) * CELL;
        let job = changetype<Conv2dJob>(firstOf(jobs));
        for (let n = jobs.count; n > 0; n--) {
          multiplyJob(v, u, m, job, stride);
          const a = <usize>job.a,
            b = <usize>job.b;
          if (b !== a) outputTile(m + TILE, corner + b * OH * OW * CELL, OW * CELL, bias ? bias + 4 * b : 0);
          outputTile(m, corner + a * OH * OW * CELL, OW * CELL, bias ? bias + 4 * a : 0);
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
  jobs: List,
  stride: i32,
  entries: List,
  accumulate: i32,
): void {
  const H = <usize>shape.H,
    W = <usize>shape.W;
  const channels = <usize>shape.channels,
    filters = <usize>shape.filters;
  const span: usize = 2 * <usize>shape.span,
    OH = H - 4,
    OW = W - 4;
  const strip: usize = 6 * (span + 4) * CELL,
    record = (channels + filters) * TILE;
  const tiles = scratch + channels * strip,
    dv = tiles + (span / 2) * record,
    du: usize = dv + 2 * TILE;
  if (dx) memory.fill(dx, 0, channels * H * W * CELL);
  for (let r: usize = 0; r < OH; r += 2) {
    for (let first: usize = 0; first < OW; first += span) {
      const columns: usize = min(span, OW - first) + 4,
        step = columns * CELL,
        end = tiles + ((columns - 4) / 2) * record;
      for (let i: usize = 0; i < channels; i++) {
        inputStrip(x + ((i * H + r) * W + first) * CELL, scratch + i * strip, W * CELL, columns);
      }
      let column: usize = 0;
      for (let tile = tiles; tile < end; tile += record) {
        for (let i: usize = 0; i < channels; i++) inputTile(scratch + i * strip + column, tile + i * TILE, step);
        for (let k: usize = 0; k < filters; k++) {
          const corner = dy + ((k * OH + r) * OW + first) * CELL + column;
          outputGradient(corner, tile + (channels + k) * TILE, OW * CELL);
        }
        column += 2 * CELL;
      }
      multiplyTiles(tiles, end, record, du, entries, r + first > 0);
      if (!dx) continue;
      memory.fill(scratch, 0, channels * strip);
      column = 0;
      for (let tile = tiles; tile < end; tile += record) {
        let job = changetype<Conv2dJob>(firstOf(jobs));
        for (let n = jobs.count; n > 0; n--) {
          multiplyJob(tile, u, dv, job, stride);
          const a = <usize>job.a,
            b = <usize>job.b;
          tileGradient(dv, scratch + a * strip + column, step);
          if (b !== a) tileGradient(dv + TILE, scratch + b * strip + column, step);
          job = jobAfter(job);
        }
        column += 2 * CELL;
      }
      for (let i: usize = 0; i < channels; i++) {
        stripGradient(scratch + i * strip, dx + ((i * H + r) * W + first) * CELL, W * CELL, columns);
      }
    }
  }
  kernelGradient(du, dw, entries, 4 * channels * filters, accumulate);
}

/** dU += sums over tiles of V * dM, four lanes each. more: add to what is there. */
function multiplyTiles(tiles: usize, end: usize, record: usize, du: usize, entries: List, more: bool): void {
  const step: usize = 128 * <usize>entries.count;
  for (let group: usize = 0; group < TILE; group += GROUP * CELL) {
    let entry = changetype<WinogradEntry>(firstOf(entries)),
      first = du;
    for (let n = entries.count; n > 0; n--) {
      const p0 = <usize>entry.a,
        far = <usize>entry.b - p0;
      const q0 = <usize>entry.four0 - p0,
        q1 = <usize>entry.four1 - p0;
      const q2 = <usize>entry.four2 - p0,
        q3 = <usize>entry.four3 - p0;
      let sums = first;
      let from = tiles + p0 + group;
      for (let positions = GROUP; positions > 0; positions--) {
        const zero = f32x4.splat(0);
        let a0 = zero,
          a1 = zero,
          a2 = zero,
          a3 = zero;
        let b0 = zero,
          b1 = zero,
          b2 = zero,
          b3 = zero;
        if (more) {
          a0 = v128.load(sums);
          a1 = v128.load(sums, 16);
          a2 = v128.load(sums, 32);
          a3 = v128.load(sums, 48);
          b0 = v128.load(sums, 64);
          b1 = v128.load(sums, 80);
          b2 = v128.load(sums, 96);
          b3 = v128.load(sums, 112);
        }
        for (let tile = from; tile < end; tile += record) {
          let g = tile;
          const stop = g + CELL;
          do {
            const gA = v128.load(g),
              gB = v128.load(g + far);
            const x0 = v128.load(g + q0),
              x1 = v128.load(g + q1);
            a0 = multiplyAdd(x0, gA, a0);
            b0 = multiplyAdd(x0, gB, b0);
            a1 = multiplyAdd(x1, gA, a1);
            b1 = multiplyAdd(x1, gB, b1);
            const x2 = v128.load(g + q2),
              x3 = v128.load(g + q3);
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
        from += CELL;
      }
      first += 128;
      entry = entryAfter(entry);
    }
    du += GROUP * step;
  }
}
/** dw = G^T dU G, four connections at a time. dU is overwritten; tap: bytes of one of dw's 25. */
function kernelGradient(du: usize, dw: usize, entries: List, tap: usize, accumulate: i32): void {
  const step: usize = 128 * <usize>entries.count;
  let entry = changetype<WinogradEntry>(firstOf(entries));
  for (const end = du + step; du < end; du += 128) {
    fourGradients(du, dw, changetype<usize>(entry) + offsetof<WinogradEntry>("a0"), step, tap, accumulate);
    fourGradients(du + 64, dw, changetype<usize>(entry) + offsetof<WinogradEntry>("b0"), step, tap, accumulate);
    entry = entryAfter(entry);
  }
}

/** du: four vectors of sums at each of 36 positions, `step` bytes apart; indices: the connections they belong to, or -1. */
function fourGradients(du: usize, dw: usize, indices: usize, step: usize, tap: usize, accumulate: i32): void {
  const far: usize = 6 * step;
  for (let d = du; d < du + 6 * far; d += step) v128.store(d, fourSums(d));
  for (let d = du; d < du + 6 * far; d += far) weightGradient(d, step);
  for (let d = du; d < du + 5 * step; d += step) weightGradient(d, far);
  for (let lane: usize = 0; lane < 16; lane += 4) {
    const index = load<i32>(indices + lane);
    if (index < 0) continue;
    let to = dw + 4 * <usize>index;
    for (let p: usize = 0; p < 5; p++) {
      for (let q: usize = 0; q < 5; q++) {
        storeSum(to, load<f32>(du + p * far + q * step + lane), accumulate);
        to += tap;
      }
    }
  }
}

/** The sums of the lanes of four vectors, in a fixed order. */
// @inline
function fourSums(from: usize): v128 {
  const a = v128.load(from),
    b = v128.load(from, 16),
    c = v128.load(from, 32),
    d = v128.load(from, 48);
  const ab = f32x4.add(v128.shuffle<f32>(a, b, 0, 4, 1, 5), v128.shuffle<f32>(a, b, 2, 6, 3, 7));
  const cd = f32x4.add(v128.shuffle<f32>(c, d, 0, 4, 1, 5), v128.shuffle<f32>(c, d, 2, 6, 3, 7));
  return f32x4.add(v128.shuffle<f32>(ab, cd, 0, 1, 4, 5), v128.shuffle<f32>(ab, cd, 2, 3, 6, 7));
}
