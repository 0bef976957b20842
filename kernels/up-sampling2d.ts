/**
 * Larger images. x [planes][H][W], y [planes][OH][OW], each position `bytes` bytes (whole vectors): a plane is a
 * channel of a block, or all channels of one image by itself.
 */
import { multiplyAdd } from "./vector";

/** Each position becomes SH x SW equal ones. */
export function repeatPositions(x: usize, y: usize, planes: i32, H: i32, W: i32, SH: i32, SW: i32, bytes: i32): void {
  const row = <usize>(W * SW * bytes);
  for (let rows = planes * H; rows > 0; rows--) {
    let to = y;
    for (let c = 0; c < W; c++) {
      for (let n = 0; n < SW; n++) {
        memory.copy(to, x, <usize>bytes);
        to += <usize>bytes;
      }
      x += <usize>bytes;
    }
    for (let n = 1; n < SH; n++) {
      memory.copy(to, y, row);
      to += row;
    }
    y = to;
  }
}

/** The gradient of {@link repeatPositions}: dx = the sum of dy over the equal positions. */
export function repeatPositionsBackward(
  dy: usize,
  dx: usize,
  planes: i32,
  H: i32,
  W: i32,
  SH: i32,
  SW: i32,
  bytes: i32,
): void {
  const position = <usize>bytes;
  const row = <usize>(W * SW) * position;
  for (let rows = planes * H; rows > 0; rows--) {
    for (let c = 0; c < W; c++) {
      for (let k: usize = 0; k < position; k += 16) {
        let sum = f32x4.splat(0);
        let line = dy + k;
        for (let r = 0; r < SH; r++) {
          let q = line;
          for (let n = 0; n < SW; n++) {
            sum = f32x4.add(sum, v128.load(q));
            q += position;
          }
          line += row;
        }
        v128.store(dx + k, sum);
      }
      dy += <usize>SW * position;
      dx += position;
    }
    dy += <usize>(SH - 1) * row;
  }
}

/** Where an output row (or column) lies: between two of the input, as far from the lower one as the share says. */
@unmanaged
export class Between {
  low: i32;
  high: i32;
  /** A float32's bits. */
  share: i32;
}

// @inline
function between(list: usize, index: usize): Between {
  return changetype<Between>(list + index * offsetof<Between>());
}

/**
 * Bilinear interpolation: y[r, c] = the mean of the four positions around it, weighted by the shares of `rows` [OH] and
 * `columns` [OW], lists of {@link Between}.
 */
export function interpolate(
  x: usize,
  y: usize,
  rows: usize,
  columns: usize,
  planes: i32,
  plane: i32,
  W: i32,
  OH: i32,
  OW: i32,
  bytes: i32,
): void {
  const position = <usize>bytes;
  for (; planes > 0; planes--) {
    for (let r: usize = 0; r < <usize>OH; r++) {
      const row = between(rows, r);
      const upper = x + <usize>(row.low * W) * position;
      const lower = x + <usize>(row.high * W) * position;
      const down = f32x4.splat(reinterpret<f32>(row.share));
      const up = f32x4.sub(f32x4.splat(1), down);
      for (let c: usize = 0; c < <usize>OW; c++) {
        const column = between(columns, c);
        const left = <usize>column.low * position;
        const right = <usize>column.high * position;
        const toRight = f32x4.splat(reinterpret<f32>(column.share));
        const toLeft = f32x4.sub(f32x4.splat(1), toRight);
        const w00 = f32x4.mul(up, toLeft);
        const w01 = f32x4.mul(up, toRight);
        const w10 = f32x4.mul(down, toLeft);
        const w11 = f32x4.mul(down, toRight);
        for (let k: usize = 0; k < position; k += 16) {
          let v = f32x4.mul(v128.load(upper + left + k), w00);
          v = multiplyAdd(v128.load(upper + right + k), w01, v);
          v = multiplyAdd(v128.load(lower + left + k), w10, v);
          v128.store(y + k, multiplyAdd(v128.load(lower + right + k), w11, v));
        }
        y += position;
      }
    }
    x += <usize>plane * position;
  }
}

/** The gradient of {@link interpolate}; with `squared`, each weight is squared, for second derivatives. */
export function interpolateBackward(
  dy: usize,
  dx: usize,
  rows: usize,
  columns: usize,
  planes: i32,
  plane: i32,
  W: i32,
  OH: i32,
  OW: i32,
  bytes: i32,
  squared: i32,
): void {
  const position = <usize>bytes;
  memory.fill(dx, 0, <usize>(planes * plane) * position);
  for (; planes > 0; planes--) {
    for (let r: usize = 0; r < <usize>OH; r++) {
      const row = between(rows, r);
      const upper = dx + <usize>(row.low * W) * position;
      const lower = dx + <usize>(row.high * W) * position;
      let down = f32x4.splat(reinterpret<f32>(row.share));
      let up = f32x4.sub(f32x4.splat(1), down);
      if (squared) {
        down = f32x4.mul(down, down);
        up = f32x4.mul(up, up);
      }
      for (let c: usize = 0; c < <usize>OW; c++) {
        const column = between(columns, c);
        const left = <usize>column.low * position;
        const right = <usize>column.high * position;
        let toRight = f32x4.splat(reinterpret<f32>(column.share));
        let toLeft = f32x4.sub(f32x4.splat(1), toRight);
        if (squared) {
          toRight = f32x4.mul(toRight, toRight);
          toLeft = f32x4.mul(toLeft, toLeft);
        }
        for (let k: usize = 0; k < position; k += 16) {
          const g = v128.load(dy + k);
          const below = f32x4.mul(g, down);
          const above = f32x4.mul(g, up);
          addTo(upper + left + k, f32x4.mul(above, toLeft));
          addTo(upper + right + k, f32x4.mul(above, toRight));
          addTo(lower + left + k, f32x4.mul(below, toLeft));
          addTo(lower + right + k, f32x4.mul(below, toRight));
        }
        dy += position;
      }
    }
    dx += <usize>plane * position;
  }
}

// @inline
function addTo(pointer: usize, v: v128): void {
  v128.store(pointer, f32x4.add(v128.load(pointer), v));
}
