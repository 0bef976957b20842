/** Moving and mixing whole cells: what flatten, padding, slicing, concatenation, addition and rescaling need. */
import { CELL, multiplyAdd } from "./vector";

/** y = x, `count` cells. */
export function copy(x: usize, y: usize, count: i32): void {
  memory.copy(y, x, <usize>count * CELL);
}

/** y = 0, `count` cells. */
export function clear(y: usize, count: i32): void {
  memory.fill(y, 0, <usize>count * CELL);
}

/** y = a + b, `count` cells; y may be a. */
export function add(a: usize, b: usize, y: usize, count: i32): void {
  const bytes = <usize>count * CELL;
  for (let n: usize = 0; n < bytes; n += 16) v128.store(y + n, f32x4.add(v128.load(a + n), v128.load(b + n)));
}

/** y = scale x + offset, `count` cells. */
export function rescale(x: usize, y: usize, count: i32, scale: f32, offset: f32): void {
  const bytes = <usize>count * CELL;
  const s = f32x4.splat(scale),
    o = f32x4.splat(offset);
  for (let n: usize = 0; n < bytes; n += 16) v128.store(y + n, multiplyAdd(v128.load(x + n), s, o));
}

/** [rows][columns] cells -> [columns][rows] cells: channels first to channels last and back. */
export function transposeCells(x: usize, y: usize, rows: i32, columns: i32): void {
  for (let c = 0; c < columns; c++) {
    let q = x + <usize>c * CELL;
    for (let r = 0; r < rows; r++) {
      v128.store(y, v128.load(q));
      v128.store(y, v128.load(q, 16), 16);
      v128.store(y, v128.load(q, 32), 32);
      v128.store(y, v128.load(q, 48), 48);
      y += CELL;
      q += <usize>columns * CELL;
    }
  }
}

/** x [channels][H][W] into the middle of zeros: y [channels][paddedH][paddedW], its first cell at row top, column left. */
export function pad(
  x: usize,
  y: usize,
  channels: i32,
  H: i32,
  W: i32,
  paddedH: i32,
  paddedW: i32,
  top: i32,
  left: i32,
): void {
  clear(y, channels * paddedH * paddedW);
  for (let c = 0; c < channels; c++) {
    for (let r = 0; r < H; r++) {
      const to = y + <usize>((c * paddedH + r + top) * paddedW + left) * CELL;
      memory.copy(to, x + <usize>((c * H + r) * W) * CELL, <usize>W * CELL);
    }
  }
}

/** The way back: the middle of y [channels][paddedH][paddedW] into x [channels][H][W]. */
export function crop(
  y: usize,
  x: usize,
  channels: i32,
  H: i32,
  W: i32,
  paddedH: i32,
  paddedW: i32,
  top: i32,
  left: i32,
): void {
  for (let c = 0; c < channels; c++) {
    for (let r = 0; r < H; r++) {
      const from = y + <usize>((c * paddedH + r + top) * paddedW + left) * CELL;
      memory.copy(x + <usize>((c * H + r) * W) * CELL, from, <usize>W * CELL);
    }
  }
}

/**
 * Inverted dropout: y = x / (1 - rate) where the draw keeps an element, else 0; the backward pass is the same call on
 * dy. The draw is a hash of the step's seed, the layer's salt and the element's place in the batch, so that it is the
 * same for any number of threads and needs no storage. Hash: lowbias32 by Chris Wellons.
 */
export function dropout(x: usize, y: usize, count: i32, block: i32, seed: usize, salt: i32, rate: f32): void {
  const bytes = <usize>count * CELL;
  const start = block * count * 16 + (load<i32>(seed) ^ salt) * 0x9e3779b9;
  let at = i32x4.add(i32x4.splat(start), i32x4(0, 1, 2, 3));
  const limit = i32x4.splat(<i32>(<u32>(<f64>rate * 4294967296.0)));
  const scale = f32x4.splat(<f32>1 / (<f32>1 - rate));
  for (let n: usize = 0; n < bytes; n += 16) {
    let h = v128.xor(at, i32x4.shr_u(at, 16));
    h = i32x4.mul(h, i32x4.splat(0x7feb352d));
    h = v128.xor(h, i32x4.shr_u(h, 15));
    h = i32x4.mul(h, i32x4.splat(<i32>0x846ca68b));
    h = v128.xor(h, i32x4.shr_u(h, 16));
    v128.store(y + n, v128.and(f32x4.mul(v128.load(x + n), scale), i32x4.ge_u(h, limit)));
    at = i32x4.add(at, i32x4.splat(4));
  }
}
