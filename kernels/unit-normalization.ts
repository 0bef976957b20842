/**
 * y = x / |x| over the channels of each position, |x| the length of the vector, at least 1e-12.
 * x, y [channels][positions][16]; inverses [positions][16]: 1 / |x|.
 */
import { positionBytes } from "./one-image";
import { GROUP_BYTES, multiplyAdd } from "./vector";

/** 1 / |x| for the shortest |x|. */
const LONGEST: f32 = 1e12;

export function unitNormalize(x: usize, y: usize, inverses: usize, channels: i32, positions: i32): void {
  const plane = <usize>positions * GROUP_BYTES;
  const end = <usize>channels * plane;
  for (let n: usize = 0; n < plane; n += 16) {
    let squares = f32x4.splat(0);
    for (let c = n; c < end; c += plane) {
      const v = v128.load(x + c);
      squares = multiplyAdd(v, v, squares);
    }
    const inverse = f32x4.min(f32x4.div(f32x4.splat(1), f32x4.sqrt(squares)), f32x4.splat(LONGEST));
    v128.store(inverses + n, inverse);
    for (let c = n; c < end; c += plane) v128.store(y + c, f32x4.mul(v128.load(x + c), inverse));
  }
}

/** dx = (dy - y sum of dy y) / |x|; dy / |x| where |x| is not above 1e-12. */
export function unitNormalizeBackward(
  y: usize,
  dy: usize,
  dx: usize,
  inverses: usize,
  channels: i32,
  positions: i32,
): void {
  const plane = <usize>positions * GROUP_BYTES;
  const end = <usize>channels * plane;
  for (let n: usize = 0; n < plane; n += 16) {
    const inverse = v128.load(inverses + n);
    let dot = f32x4.splat(0);
    for (let c = n; c < end; c += plane) dot = multiplyAdd(v128.load(dy + c), v128.load(y + c), dot);
    dot = v128.andnot(dot, f32x4.ge(inverse, f32x4.splat(LONGEST)));
    for (let c = n; c < end; c += plane) {
      const d = f32x4.sub(v128.load(dy + c), f32x4.mul(v128.load(y + c), dot));
      v128.store(dx + c, f32x4.mul(d, inverse));
    }
  }
}

/** Second derivatives: dx[i] = (y[i]^2 sum over j of dy[j] y[j]^2 + dy[i] (1 - 2 y[i]^2)) / |x|^2. */
export function unitNormalizeCurvature(
  y: usize,
  dy: usize,
  dx: usize,
  inverses: usize,
  channels: i32,
  positions: i32,
): void {
  const plane = <usize>positions * GROUP_BYTES;
  const end = <usize>channels * plane;
  for (let n: usize = 0; n < plane; n += 16) {
    const inverse = v128.load(inverses + n);
    const isShort = f32x4.ge(inverse, f32x4.splat(LONGEST));
    let sum = f32x4.splat(0);
    for (let c = n; c < end; c += plane) {
      const v = v128.load(y + c);
      sum = multiplyAdd(f32x4.mul(v, v), v128.load(dy + c), sum);
    }
    for (let c = n; c < end; c += plane) {
      const v = v128.load(y + c);
      const square = v128.andnot(f32x4.mul(v, v), isShort);
      const own = f32x4.mul(v128.load(dy + c), f32x4.sub(f32x4.splat(1), f32x4.add(square, square)));
      // Rounding must not make the sum of squares negative.
      const total = f32x4.max(f32x4.add(f32x4.mul(square, sum), own), f32x4.splat(0));
      v128.store(dx + c, f32x4.mul(f32x4.mul(total, inverse), inverse));
    }
  }
}

/** One image by itself. */
export function imageUnitNormalize(x: usize, y: usize, channels: i32, positions: i32): void {
  const position = positionBytes(channels);
  const end = <usize>channels * 4;
  for (; positions > 0; positions--) {
    let squares: f32 = 0;
    for (let c: usize = 0; c < end; c += 4) squares += load<f32>(x + c) * load<f32>(x + c);
    const inverse = min<f32>(<f32>1 / sqrt<f32>(squares), LONGEST);
    for (let c: usize = 0; c < end; c += 4) store<f32>(y + c, load<f32>(x + c) * inverse);
    x += position;
    y += position;
  }
}
