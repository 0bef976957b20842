/** The gradient of batch normalization, from sums over each block, then over the batch: see batch-normalization.ts. */
import { ChannelStatistics } from "./batch-normalization";
import { recordAfter, recordAt } from "./records";
import { GROUP_BYTES, LANES, multiplyAdd, splat, storeSum, sumLanes } from "./vector";

/** Sums over the gradient of a channel, with h = (x - mean) / sqrt(variance + epsilon). */
@unmanaged
export class GradientSums {
  /** The sum of dy. */
  dy: f32;
  /** The sum of dy h. */
  product: f32;
}

/** dy where {@link normalize} gave more than 0 before ReLU, else 0; dy everywhere with all bits of `plain` set. */
// @inline
function passed(dy: v128, d: v128, scale: v128, shift: v128, plain: v128): v128 {
  return v128.and(dy, v128.or(f32x4.gt(multiplyAdd(d, scale, shift), f32x4.splat(0)), plain));
}

/** The sums of this block; `withRelu`: dy is the gradient after ReLU. */
export function blockGradientSums(
  x: usize,
  dy: usize,
  statistics: ChannelStatistics,
  gamma: usize,
  beta: usize,
  sums: GradientSums,
  channels: i32,
  positions: i32,
  withRelu: i32,
): void {
  const bytes = <usize>positions * GROUP_BYTES;
  const plain = i32x4.splat(withRelu ? 0 : -1);
  const zero = f32x4.splat(0);
  for (let c: usize = 0; c < <usize>channels; c++) {
    const mean = f32x4.splat(statistics.mean);
    const scale = f32x4.splat(gamma ? statistics.scale * load<f32>(gamma + 4 * c) : statistics.scale);
    const shift = beta ? splat(beta + 4 * c) : zero;
    let s0 = zero;
    let s1 = zero;
    let p0 = zero;
    let p1 = zero;
    const end = x + bytes;
    while (x < end) {
      for (let n: usize = 0; n < GROUP_BYTES; n += 32) {
        const d0 = f32x4.sub(v128.load(x + n), mean);
        const d1 = f32x4.sub(v128.load(x + n, 16), mean);
        const g0 = passed(v128.load(dy + n), d0, scale, shift, plain);
        const g1 = passed(v128.load(dy + n, 16), d1, scale, shift, plain);
        s0 = f32x4.add(s0, g0);
        s1 = f32x4.add(s1, g1);
        p0 = multiplyAdd(g0, d0, p0);
        p1 = multiplyAdd(g1, d1, p1);
      }
      x += GROUP_BYTES;
      dy += GROUP_BYTES;
    }
    sums.dy = sumLanes(f32x4.add(s0, s1));
    sums.product = sumLanes(f32x4.add(p0, p1)) * statistics.scale;
    statistics = recordAfter(statistics);
    sums = recordAfter(sums);
  }
}

/**
 * Joins the blocks' sums (`stride` bytes apart) into `joined`. They are dbeta and dgamma of the whole batch already,
 * and go to the first shard's gradient (0: no such weight). accumulate is 1 where the layer was used before.
 */
export function joinGradientSums(
  sums: GradientSums,
  stride: i32,
  images: i32,
  channels: i32,
  joined: GradientSums,
  dgamma: usize,
  dbeta: usize,
  accumulate: i32,
): void {
  for (let c: usize = 0; c < <usize>channels; c++) {
    let sum: f64 = 0;
    let product: f64 = 0;
    let block = changetype<usize>(recordAt(sums, c));
    for (let left = images; left > 0; left -= LANES) {
      const own = changetype<GradientSums>(block);
      sum += <f64>own.dy;
      product += <f64>own.product;
      block += stride;
    }
    joined.dy = <f32>sum;
    joined.product = <f32>product;
    joined = recordAfter(joined);
    if (dbeta) storeSum(dbeta + 4 * c, <f32>sum, accumulate);
    if (dgamma) storeSum(dgamma + 4 * c, <f32>product, accumulate);
  }
}

/**
 * dx = gamma / sqrt(variance + epsilon) (dy - mean of dy - h mean of dy h); 0 in empty lanes. dx may be dy.
 * `withRelu`: dy is the gradient after ReLU.
 */
export function normalizeBackward(
  x: usize,
  dy: usize,
  dx: usize,
  statistics: ChannelStatistics,
  gamma: usize,
  beta: usize,
  joined: GradientSums,
  mask: usize,
  channels: i32,
  positions: i32,
  images: i32,
  withRelu: i32,
): void {
  const bytes = <usize>positions * GROUP_BYTES;
  const inverseCount = <f32>1 / <f32>(positions * images);
  const plain = i32x4.splat(withRelu ? 0 : -1);
  const zero = f32x4.splat(0);
  for (let c: usize = 0; c < <usize>channels; c++) {
    const mean = f32x4.splat(statistics.mean);
    const factor = gamma ? statistics.scale * load<f32>(gamma + 4 * c) : statistics.scale;
    const scale = f32x4.splat(factor);
    const shift = beta ? splat(beta + 4 * c) : zero;
    const meanDy = f32x4.splat(joined.dy * inverseCount);
    // h mean of dy h = -slope (x - mean)
    const slope = f32x4.splat(-(joined.product * inverseCount) * statistics.scale);
    for (let n: usize = 0; n < bytes; n += 16) {
      const d = f32x4.sub(v128.load(x + n), mean);
      const g = passed(v128.load(dy + n), d, scale, shift, plain);
      const t = multiplyAdd(d, slope, f32x4.sub(g, meanDy));
      v128.store(dx + n, f32x4.mul(t, f32x4.mul(scale, v128.load(mask + (n & 48)))));
    }
    statistics = recordAfter(statistics);
    joined = recordAfter(joined);
    x += bytes;
    dy += bytes;
    dx += bytes;
  }
}
