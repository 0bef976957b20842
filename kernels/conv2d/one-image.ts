/** Convolution of one image by itself, in the layout of kernels/one-image.ts. */
import { positionBytes } from "../one-image";
import { multiplyAdd, splat, storeLanes } from "../vector";
import { Conv2dShape } from "./records";

/**
 * y[r, c, k] = bias[k] + sum over i, p, q of w[p, q, i, k] x[r SH + p DH, c SW + q DW, i]; `shape` as in direct.ts.
 * w [filters / 8][channels][KH][KW][8] and bias [filters / 8][8], padded with zeros; bias 0: none.
 */
export function imageConv2d(
  x: usize,
  w: usize,
  bias: usize,
  y: usize,
  shape: Conv2dShape,
  channels: i32,
  filters: i32,
): void {
  const OW = shape.OW;
  // Reproducible, a map of 10 columns is two tiles of 5, not three of 4 (C3: 24.6 -> 21.6 microseconds). Fused, the
  // larger tile is slower (16.9 -> 17.6).
  const five = !isDefined(RELAXED) && OW >= 5 && 5 * ((OW + 4) / 5) < 4 * ((OW + 3) / 4);
  if (five) tiles(x, w, bias, y, shape, channels, filters, 5);
  else tiles(x, w, bias, y, shape, channels, filters, 4);
}

/** Tile: `size` columns (4 or 5, a constant here) x 8 filters = 8 or 10 accumulators. */
// @inline
function tiles(
  x: usize,
  w: usize,
  bias: usize,
  y: usize,
  shape: Conv2dShape,
  channels: i32,
  filters: i32,
  size: usize,
): void {
  const W = <usize>shape.W;
  const KH = <usize>shape.KH;
  const KW = <usize>shape.KW;
  const SH = <usize>shape.SH;
  const SW = <usize>shape.SW;
  const OH = <usize>shape.OH;
  const OW = <usize>shape.OW;
  const position = positionBytes(channels);
  const out = positionBytes(filters);
  const row = W * position;
  const down = <usize>shape.DH * row;
  const right = <usize>shape.DW * position;
  const zero = f32x4.splat(0);
  // The offsets of the tile's columns in x and y. A map of fewer columns computes its last one several times.
  const x1 = min<usize>(1, OW - 1) * SW * position;
  const x2 = min<usize>(2, OW - 1) * SW * position;
  const x3 = min<usize>(3, OW - 1) * SW * position;
  const x4: usize = <usize>4 * SW * position;
  const y1 = min<usize>(1, OW - 1) * out;
  const y2 = min<usize>(2, OW - 1) * out;
  const y3 = min<usize>(3, OW - 1) * out;
  for (let k: usize = 0; k < <usize>filters; k += 8) {
    const b0 = bias ? v128.load(bias + 4 * k) : zero;
    const b1 = bias ? v128.load(bias + 4 * k, 16) : zero;
    const both = k + 4 < <usize>filters;
    for (let r: usize = 0; r < OH; r++) {
      for (let column: usize = 0; column < OW; column += size) {
        // The last tile of a row computes some columns a second time.
        const c: usize = OW < size ? 0 : min<usize>(column, OW - size);
        let a0 = b0;
        let a1 = b0;
        let a2 = b0;
        let a3 = b0;
        let a4 = b0;
        let e0 = b1;
        let e1 = b1;
        let e2 = b1;
        let e3 = b1;
        let e4 = b1;
        let weights = w;
        let plane = x + r * SH * row + c * SW * position;
        for (let i = channels; i > 0; i--) {
          let line = plane;
          for (let p = KH; p > 0; p--) {
            let q = line;
            const end = weights + KW * 32;
            do {
              const w0 = v128.load(weights);
              const w1 = v128.load(weights, 16);
              const v0 = splat(q);
              const v1 = splat(q + x1);
              a0 = multiplyAdd(v0, w0, a0);
              e0 = multiplyAdd(v0, w1, e0);
              a1 = multiplyAdd(v1, w0, a1);
              e1 = multiplyAdd(v1, w1, e1);
              const v2 = splat(q + x2);
              const v3 = splat(q + x3);
              a2 = multiplyAdd(v2, w0, a2);
              e2 = multiplyAdd(v2, w1, e2);
              a3 = multiplyAdd(v3, w0, a3);
              e3 = multiplyAdd(v3, w1, e3);
              if (size === 5) {
                const v4 = splat(q + x4);
                a4 = multiplyAdd(v4, w0, a4);
                e4 = multiplyAdd(v4, w1, e4);
              }
              weights += 32;
              q += right;
            } while (weights < end);
            line += down;
          }
          plane += 4;
        }
        const to = y + (r * OW + c) * out + 4 * k;
        v128.store(to, a0);
        v128.store(to + y1, a1);
        v128.store(to + y2, a2);
        v128.store(to + y3, a3);
        if (size === 5) v128.store(to + 4 * out, a4);
        if (both) {
          v128.store(to, e0, 16);
          v128.store(to + y1, e1, 16);
          v128.store(to + y2, e2, 16);
          v128.store(to + y3, e3, 16);
          if (size === 5) v128.store(to + 4 * out, e4, 16);
        }
      }
    }
    w += <usize>channels * KH * KW * 32;
  }
}

/**
 * dw[s, k] = sum over r, c of x[r SH + p DH, c SW + q DW, i] dy[r, c, k], where s = (p, q, i) is a tap of the kernel.
 * dw [KH][KW][channels][filters]; sources[s]: the bytes from a position to the number at that tap; mask[s, k]: 1 where
 * a weight exists, else 0; mask 0: all exist. `shape` as in direct.ts. Tile: 4 taps x 8 filters = 8 accumulators.
 */
export function imageConv2dBackwardKernel(
  x: usize,
  dy: usize,
  dw: usize,
  shape: Conv2dShape,
  sources: usize,
  mask: usize,
  count: i32,
  channels: i32,
  filters: i32,
  accumulate: i32,
): void {
  const W = <usize>shape.W;
  const SH = <usize>shape.SH;
  const SW = <usize>shape.SW;
  const OH = <usize>shape.OH;
  const OW = <usize>shape.OW;
  const position = positionBytes(channels);
  const out = positionBytes(filters);
  const line = OW * out;
  const right = SW * position;
  const down = SH * W * position;
  const zero = f32x4.splat(0);
  for (let s = 0; s < count; s += 4) {
    const taps = min(4, count - s);
    const at = sources + 4 * <usize>s;
    const t0 = <usize>load<i32>(at);
    const t1 = <usize>load<i32>(at + 4 * <usize>min(1, taps - 1));
    const t2 = <usize>load<i32>(at + 4 * <usize>min(2, taps - 1));
    const t3 = <usize>load<i32>(at + 4 * <usize>min(3, taps - 1));
    for (let k = 0; k < filters; k += 8) {
      let a0 = zero;
      let a1 = zero;
      let a2 = zero;
      let a3 = zero;
      let b0 = zero;
      let b1 = zero;
      let b2 = zero;
      let b3 = zero;
      let row = x;
      let g = dy + 4 * <usize>k;
      // A last tile of up to 4 filters has no second vector: the first one stands in, and its sums are not stored.
      const second: usize = k + 4 < filters ? 16 : 0;
      for (let r: usize = 0; r < OH; r++) {
        let q = row;
        const end = g + line;
        do {
          const g0 = v128.load(g);
          const g1 = v128.load(g + second);
          const x0 = splat(q + t0);
          const x1 = splat(q + t1);
          a0 = multiplyAdd(x0, g0, a0);
          b0 = multiplyAdd(x0, g1, b0);
          a1 = multiplyAdd(x1, g0, a1);
          b1 = multiplyAdd(x1, g1, b1);
          const x2 = splat(q + t2);
          const x3 = splat(q + t3);
          a2 = multiplyAdd(x2, g0, a2);
          b2 = multiplyAdd(x2, g1, b2);
          a3 = multiplyAdd(x3, g0, a3);
          b3 = multiplyAdd(x3, g1, b3);
          q += right;
          g += out;
        } while (g < end);
        row += down;
      }
      const width = <usize>filters * 4;
      const to = dw + <usize>s * width + 4 * <usize>k;
      const left = filters - k;
      storeLanes(to, a0, left, accumulate);
      storeLanes(to + 16, b0, left - 4, accumulate);
      if (taps > 1) {
        storeLanes(to + width, a1, left, accumulate);
        storeLanes(to + width + 16, b1, left - 4, accumulate);
      }
      if (taps > 2) {
        storeLanes(to + 2 * width, a2, left, accumulate);
        storeLanes(to + 2 * width + 16, b2, left - 4, accumulate);
      }
      if (taps > 3) {
        storeLanes(to + 3 * width, a3, left, accumulate);
        storeLanes(to + 3 * width + 16, b3, left - 4, accumulate);
      }
    }
  }
  if (!mask) return;
  const end = dw + 4 * <usize>(count * filters);
  for (; dw < end; dw += 4) {
    store<f32>(dw, load<f32>(dw) * load<f32>(mask));
    mask += 4;
  }
}

/** The reverse of zero padding: copies the inner part of y [paddedH][paddedW] into x [H][W]. */
export function imageCrop(y: usize, x: usize, channels: i32, H: i32, W: i32, paddedW: i32, top: i32, left: i32): void {
  const position = positionBytes(channels);
  const row = <usize>W * position;
  for (let r = 0; r < H; r++) {
    memory.copy(x, y + <usize>((r + top) * paddedW + left) * position, row);
    x += row;
  }
}

/**
 * Places the positions of x [H][W] at distances SH and SW in zeros, y [paddedH][paddedW], the first one at row top,
 * column left. The gradient of a convolution's input is the convolution of y with the kernel rotated by 180 degrees.
 */
export function imageSpread(
  x: usize,
  y: usize,
  channels: i32,
  H: i32,
  W: i32,
  SH: i32,
  SW: i32,
  paddedH: i32,
  paddedW: i32,
  top: i32,
  left: i32,
): void {
  const position = positionBytes(channels);
  memory.fill(y, 0, <usize>(paddedH * paddedW) * position);
  for (let r = 0; r < H; r++) {
    let to = y + <usize>((top + r * SH) * paddedW + left) * position;
    for (let c = 0; c < W; c++) {
      for (let k: usize = 0; k < position; k += 16) v128.store(to + k, v128.load(x + k));
      x += position;
      to += position * <usize>SW;
    }
  }
}
