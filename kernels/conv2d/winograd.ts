/**
 * Convolution with stride 1 by Winograd's minimal filtering (Lavin and Gray, arXiv:1509.09308): F(2x2, 5x5) and
 * F(4x4, 3x3). Of a 6x6 input, a tile of 2x2 results of a 5x5 kernel takes 36 products for each connection, not 100,
 * and one of 4x4 results of a 3x3 kernel 36, not 144.
 *
 *   Y = A^T M A,  M = sum over channels of U * V,  U = G g G^T,  V = B^T d B      g: kernel, d: 6x6 input
 *
 * where * multiplies element by element. The matrices are in winograd-transforms.ts. The gradients are computed by the
 * transposed algorithm, so that edges cost nothing:
 *
 *   dM = A dY A^T,  dV = sum over maps of U * dM,  dX = sum over tiles of B dV B^T
 *   dU = sum over tiles and images of V * dM,  dg = G^T dU G
 *
 * Of padding around the image and of tiles beyond the last results, nothing is stored: input outside of the image is
 * read as 0, and so are gradients of results that do not exist.
 *
 * Jobs are those of records.ts, each with all sources of its two results, given as byte offsets.
 */
import { firstOf, List } from "../records";
import { GROUP_BYTES } from "../vector";
import { Conv2dJob, jobAfter, WinogradEntry, WinogradShape } from "./records";
import { outputGradient, outputTile } from "./winograd-outputs";
import { multiplyJobs, multiplyTiles } from "./winograd-products";
import { inputStrip, inputTile, stripGradient, TILE, tileGradient } from "./winograd-transforms";
import { kernelGradient } from "./winograd-weights";

/** The jobs whose results are computed before they are transformed. */
// @inline
function jobsAtOnce(jobs: List<Conv2dJob>, elements: usize): i32 {
  return elements === 36 ? 1 : jobs.count;
}

/** Columns of a strip to the left of the image, where it begins at column c of the results. */
// @inline
function firstInside(shape: WinogradShape, c: usize): usize {
  const left = <usize>shape.left;
  return c < left ? left - c : 0;
}

/** The column of a strip at which the image ends, or the strip. */
// @inline
function endInside(shape: WinogradShape, c: usize, columns: usize): usize {
  return min(columns, <usize>shape.W + <usize>shape.left - c);
}

/**
 * B^T d down the columns of a strip of each channel, which begins at row r and column c of the results.
 * strips [channels][6][columns][16], `strip` bytes apart; zeros: a row of the image's width.
 */
function inputStrips(
  x: usize,
  zeros: usize,
  strips: usize,
  strip: usize,
  shape: WinogradShape,
  r: usize,
  c: usize,
  columns: usize,
): void {
  const W = <usize>shape.W;
  const H = <usize>shape.H;
  const row = W * GROUP_BYTES;
  const step = columns * GROUP_BYTES;
  const from = firstInside(shape, c);
  const to = endInside(shape, c, columns);
  let corner = x + (c + from - <usize>shape.left) * GROUP_BYTES;
  for (let n = shape.channels; n > 0; n--) {
    if (to - from < columns) {
      const end = strips + 6 * step;
      for (let line = strips; line < end; line += step) {
        memory.fill(line, 0, from * GROUP_BYTES);
        memory.fill(line + to * GROUP_BYTES, 0, (columns - to) * GROUP_BYTES);
      }
    }
    inputStrip(corner, H, row, r - <usize>shape.top, zeros, strips + from * GROUP_BYTES, step, to - from);
    corner += H * row;
    strips += strip;
  }
}

/** The number of tiles of `size` x `size` results of a strip from column c on. */
// @inline
function tilesFrom(shape: WinogradShape, c: usize, size: usize): usize {
  return min(<usize>shape.span, (<usize>shape.OW - c + size - 1) / size);
}

/**
 * y[k] = bias[k] + the convolution of x with what map k sees. x [channels][H][W][16]; u [36][stride bytes];
 * y [filters][OH][OW][16]; bias 0: none.
 * scratch: zeros [W][16], strip [channels][6][size (span - 1) + 6][16], V [36][channels + 1][16], M [2 jobs][36][16] of
 * the jobs that are computed before their results are transformed.
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
  const channels = <usize>shape.channels;
  const OH = <usize>shape.OH;
  const OW = <usize>shape.OW;
  const size = <usize>shape.size;
  const span = <usize>shape.span;
  const elements = <usize>shape.elements;
  const atOnce = jobsAtOnce(jobs, elements);
  const map = OH * OW * GROUP_BYTES;
  const row = OW * GROUP_BYTES;
  const strip: usize = 6 * (size * (span - 1) + 6) * GROUP_BYTES;
  const strips = scratch + <usize>shape.W * GROUP_BYTES;
  const v = strips + channels * strip;
  const element = (channels + 1) * GROUP_BYTES;
  const m = v + 36 * element;
  memory.fill(scratch, 0, <usize>shape.W * GROUP_BYTES);
  for (let r: usize = 0; r < OH; r += size) {
    const rows = min(size, OH - r);
    for (let first: usize = 0; first < OW; first += size * span) {
      const tiles = tilesFrom(shape, first, size);
      const columns = size * (tiles - 1) + 6;
      inputStrips(x, scratch, strips, strip, shape, r, first, columns);
      for (let c: usize = 0; c < tiles * size; c += size) {
        const corner = y + (r * OW + first + c) * GROUP_BYTES;
        const width = min(size, OW - first - c);
        for (let i: usize = 0; i < channels; i++) {
          inputTile(strips + i * strip + c * GROUP_BYTES, v + i * GROUP_BYTES, columns * GROUP_BYTES, element);
        }
        let job = firstOf(jobs);
        for (let left = jobs.count; left > 0; left -= atOnce) {
          multiplyJobs(v, element, u, m, job, atOnce, stride, elements);
          let result = m;
          for (let n = atOnce; n > 0; n--) {
            const a = <usize>job.a;
            const b = <usize>job.b;
            if (b !== a) outputTile(result + TILE, corner + b * map, row, bias ? bias + 4 * b : 0, size, rows, width);
            outputTile(result, corner + a * map, row, bias ? bias + 4 * a : 0, size, rows, width);
            result += 2 * TILE;
            job = jobAfter(job);
          }
        }
      }
    }
  }
}

/**
 * Both gradients, since they share dM: dx (0: not wanted) [channels][H][W][16] and dw (0: not wanted)
 * [taps][taps][channels][filters]. Jobs give pairs of channels from maps.
 * scratch: zeros [W][16], a row for what is outside of the image [W][16], strip as forward, tiles [36][V of channels,
 * dM of filters][span][16] with one group between elements, dU [36][entries][2][4][4], dV [2 jobs][36][16], which also
 * holds the scratch memory of transforms. An odd number of groups between elements keeps them out of one set of a
 * cache.
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
  const channels = <usize>shape.channels;
  const filters = <usize>shape.filters;
  const OH = <usize>shape.OH;
  const OW = <usize>shape.OW;
  const size = <usize>shape.size;
  const span = <usize>shape.span;
  const elements = <usize>shape.elements;
  const atOnce = jobsAtOnce(jobs, elements);
  const imageRow = <usize>shape.W * GROUP_BYTES;
  const strip: usize = 6 * (size * (span - 1) + 6) * GROUP_BYTES;
  const map = span * GROUP_BYTES;
  const element = (channels + filters) * map + GROUP_BYTES;
  const outside = scratch + imageRow;
  const strips = outside + imageRow;
  const tiles = strips + channels * strip;
  const du = tiles + 36 * element;
  const dv = du + 36 * 128 * <usize>entries.count;
  memory.fill(scratch, 0, imageRow);
  if (dx) memory.fill(dx, 0, channels * H * imageRow);
  for (let r: usize = 0; r < OH; r += size) {
    const rows = min(size, OH - r);
    for (let first: usize = 0; first < OW; first += size * span) {
      const count = tilesFrom(shape, first, size);
      const columns = size * (count - 1) + 6;
      const step = columns * GROUP_BYTES;
      const end = tiles + count * GROUP_BYTES;
      if (dw) inputStrips(x, scratch, strips, strip, shape, r, first, columns);
      let c: usize = 0;
      for (let tile = tiles; tile < end; tile += GROUP_BYTES) {
        if (dw) {
          for (let i: usize = 0; i < channels; i++) {
            inputTile(strips + i * strip + c * GROUP_BYTES, tile + i * map, step, element);
          }
        }
        const width = min(size, OW - first - c);
        for (let k: usize = 0; k < filters; k++) {
          const corner = dy + ((k * OH + r) * OW + first + c) * GROUP_BYTES;
          const m = tile + (channels + k) * map;
          outputGradient(corner, m, element, dv, OW * GROUP_BYTES, size, rows, width);
        }
        c += size;
      }
      if (dw) multiplyTiles(tiles, element, count, du, entries, r + first > 0);
      if (!dx) continue;
      memory.fill(strips, 0, channels * strip);
      let column = strips;
      for (let tile = tiles; tile < end; tile += GROUP_BYTES) {
        let job = firstOf(jobs);
        for (let left = jobs.count; left > 0; left -= atOnce) {
          multiplyJobs(tile, element, u, dv, job, atOnce, stride, elements);
          let result = dv;
          for (let n = atOnce; n > 0; n--) {
            const a = <usize>job.a;
            const b = <usize>job.b;
            tileGradient(result, column + a * strip, step);
            if (b !== a) tileGradient(result + TILE, column + b * strip, step);
            result += 2 * TILE;
            job = jobAfter(job);
          }
        }
        column += size * GROUP_BYTES;
      }
      const from = firstInside(shape, first);
      const width = endInside(shape, first, columns) - from;
      let inner = strips + from * GROUP_BYTES;
      let corner = dx + (first + from - <usize>shape.left) * GROUP_BYTES;
      for (let i: usize = 0; i < channels; i++) {
        stripGradient(inner, step, corner, H, imageRow, r - <usize>shape.top, outside, width);
        inner += strip;
        corner += H * imageRow;
      }
    }
  }
  if (dw) kernelGradient(du, dw, dv, entries, shape.channels * shape.filters, 7 - shape.size, accumulate);
}
