/** Images moved, turned and zoomed at random, each in its own way: geometry [6][16], six numbers for each image. */
import { firstDraws, hashed, sineOfTurns, uniform } from "./random";
import { GROUP_BYTES, multiplyAdd } from "./vector";

/** Draws for each image: angle, zoom of rows and columns, shift of rows and columns. */
const DRAWS: i32 = 5;

/** low + u (high - low) for draw `which`. */
// @inline
function drawn(at: v128, which: i32, low: f32, high: f32): v128 {
  const u = uniform(hashed(i32x4.add(at, i32x4.splat(which * 16))));
  return multiplyAdd(u, f32x4.splat(high - low), f32x4.splat(low));
}

/**
 * The point of the image that output column x, row y shows: (a0 x + a1 y + a2, b0 x + b1 y + b2), stored in this order.
 * It is the output's point, zoomed and then turned around the centre of the image, and shifted back. Angles are in
 * turns, zooms factors, shifts pixels; each is drawn evenly from low to high. `tied`: one zoom for rows and columns.
 */
export function randomGeometry(
  geometry: usize,
  block: i32,
  seed: usize,
  salt: i32,
  H: i32,
  W: i32,
  angleLow: f32,
  angleHigh: f32,
  zoomRowsLow: f32,
  zoomRowsHigh: f32,
  zoomColumnsLow: f32,
  zoomColumnsHigh: f32,
  tied: i32,
  shiftRowsLow: f32,
  shiftRowsHigh: f32,
  shiftColumnsLow: f32,
  shiftColumnsHigh: f32,
): void {
  let at = firstDraws(block, DRAWS * 16, seed, salt);
  const cx = f32x4.splat(<f32>(W - 1) / 2);
  const cy = f32x4.splat(<f32>(H - 1) / 2);
  for (let lane: usize = 0; lane < GROUP_BYTES; lane += 16) {
    const angle = drawn(at, 0, angleLow, angleHigh);
    const sine = sineOfTurns(angle);
    const cosine = sineOfTurns(f32x4.add(angle, f32x4.splat(0.25)));
    const rows = drawn(at, 1, zoomRowsLow, zoomRowsHigh);
    const columns = tied ? rows : drawn(at, 2, zoomColumnsLow, zoomColumnsHigh);
    const down = drawn(at, 3, shiftRowsLow, shiftRowsHigh);
    const right = drawn(at, 4, shiftColumnsLow, shiftColumnsHigh);
    const a0 = f32x4.mul(cosine, columns);
    const a1 = f32x4.neg(f32x4.mul(sine, rows));
    const b0 = f32x4.mul(sine, columns);
    const b1 = f32x4.mul(cosine, rows);
    const turnedX = f32x4.add(f32x4.mul(cx, a0), f32x4.mul(cy, a1));
    const turnedY = f32x4.add(f32x4.mul(cx, b0), f32x4.mul(cy, b1));
    const to = geometry + lane;
    v128.store(to, a0);
    v128.store(to, a1, 64);
    v128.store(to, f32x4.sub(f32x4.sub(cx, turnedX), right), 128);
    v128.store(to, b0, 192);
    v128.store(to, b1, 256);
    v128.store(to, f32x4.sub(f32x4.sub(cy, turnedY), down), 320);
    at = i32x4.add(at, i32x4.splat(4));
  }
}

/** How a coordinate outside of the image is read. */
const CONSTANT: i32 = 0;
const NEAREST: i32 = 1;
const WRAP: i32 = 2;

/** A coordinate outside of 0 to size - 1, as TensorFlow's ImageProjectiveTransformV3 maps it into the image. */
function mapped(coordinate: f32, size: i32, fill: i32): f32 {
  const length = <f32>size;
  const last = length - 1;
  let c = coordinate;
  if (fill === CONSTANT) return c;
  if (fill === WRAP) {
    // a b c d | a b c d | a b c d
    if (size === 1) return 0;
    if (c < 0) c += length * (Mathf.trunc(-c / last) + 1);
    else if (c > last) c -= length * Mathf.trunc(c / last);
  } else if (fill !== NEAREST) {
    // d c b a | a b c d | d c b a
    const period = length + length;
    if (c < 0) {
      if (c < period) c = period * Mathf.trunc(-c / period) + c;
      c = c < -length ? c + period : -c - 1;
    } else if (c > last) {
      c -= period * Mathf.trunc(c / period);
      if (c >= length) c = period - c - 1;
    }
  }
  return min(max(c, <f32>0), last);
}

/** Rounded to the nearest whole number, away from 0 in the middle. */
// @inline
function rounded(c: f32): i32 {
  return c < 0 ? -(<i32>Mathf.floor(0.5 - c)) : <i32>Mathf.floor(c + 0.5);
}

/** Byte offset of a pixel from the first of its map and lane; -1 outside of the image. */
// @inline
function pixel(row: i32, column: i32, H: i32, W: i32): i32 {
  return row >= 0 && row < H && column >= 0 && column < W ? (row * W + column) * 64 : -1;
}

// @inline
function read(map: usize, offset: i32, fillValue: f32): f32 {
  return offset < 0 ? fillValue : load<f32>(map + <usize>offset);
}

// @inline
function addTo(map: usize, offset: i32, value: f32): void {
  if (offset >= 0) store<f32>(map + <usize>offset, load<f32>(map + <usize>offset) + value);
}

/**
 * y [channels][H][W][16]: for each pixel, x at the point of the geometry, interpolated bilinearly or from the nearest
 * pixel. With `backward` instead dx from dy: x is dy, y is dx, and each pixel's gradient goes back to where it was
 * read.
 */
export function resample(
  x: usize,
  y: usize,
  geometry: usize,
  channels: i32,
  H: i32,
  W: i32,
  nearest: i32,
  fill: i32,
  fillValue: f32,
  backward: i32,
): void {
  const map = <usize>(H * W) * GROUP_BYTES;
  if (backward) memory.fill(y, 0, <usize>channels * map);
  for (let lane: usize = 0; lane < GROUP_BYTES; lane += 4) {
    const g = geometry + lane;
    for (let row = 0; row < H; row++) {
      for (let column = 0; column < W; column++) {
        const u = load<f32>(g) * <f32>column + load<f32>(g, 64) * <f32>row + load<f32>(g, 128);
        const v = load<f32>(g, 192) * <f32>column + load<f32>(g, 256) * <f32>row + load<f32>(g, 320);
        const px = mapped(u, W, fill);
        const py = mapped(v, H, fill);
        const here = lane + <usize>(row * W + column) * GROUP_BYTES;
        if (nearest) {
          const from = pixel(rounded(py), rounded(px), H, W);
          for (let c = 0; c < channels; c++) {
            const m = <usize>c * map;
            if (backward) addTo(y + m + lane, from, load<f32>(x + m + here));
            else store<f32>(y + m + here, read(x + m + lane, from, fillValue));
          }
          continue;
        }
        const x0 = Mathf.floor(px);
        const y0 = Mathf.floor(py);
        const right = px - x0;
        const left = x0 + 1 - px;
        const down = py - y0;
        const up = y0 + 1 - py;
        const p00 = pixel(<i32>y0, <i32>x0, H, W);
        const p01 = pixel(<i32>y0, <i32>x0 + 1, H, W);
        const p10 = pixel(<i32>y0 + 1, <i32>x0, H, W);
        const p11 = pixel(<i32>y0 + 1, <i32>x0 + 1, H, W);
        for (let c = 0; c < channels; c++) {
          const m = <usize>c * map;
          if (backward) {
            const d = load<f32>(x + m + here);
            const to = y + m + lane;
            addTo(to, p00, d * up * left);
            addTo(to, p01, d * up * right);
            addTo(to, p10, d * down * left);
            addTo(to, p11, d * down * right);
          } else {
            const from = x + m + lane;
            const above = left * read(from, p00, fillValue) + right * read(from, p01, fillValue);
            const below = left * read(from, p10, fillValue) + right * read(from, p11, fillValue);
            store<f32>(y + m + here, up * above + down * below);
          }
        }
      }
    }
  }
}
