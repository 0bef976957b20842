/**
 * Batch normalization over channels, with statistics of the whole batch. Each block first computes sums over its own
 * images. One call then joins the blocks in a fixed order, and a later phase applies the result to each block. So does
 * the gradient (batch-normalization-gradient.ts).
 *
 * x, y [channels][positions][16]. mask [16]: 1 for an image, 0 for an empty lane. `moments`, `statistics`, `sums` and
 * `joined` point to one record for each channel.
 */
import { recordAfter, recordAt } from "./records";
import { GROUP_BYTES, LANES, multiplyAdd, splat, sumLanes } from "./vector";

/** The moments of a channel in one block. */
@unmanaged
export class BlockMoments {
  mean: f32;
  /** The sum of squared distances from the mean. */
  squares: f32;
}

/** The statistics of a channel, of the batch. */
@unmanaged
export class ChannelStatistics {
  mean: f32;
  /** 1 / sqrt(variance + epsilon). */
  scale: f32;
}

/** The positions of a channel from whose mean {@link blockMoments} measures distances. */
const SAMPLED: i32 = 8;

/**
 * The moments of this block over its positions and images, in one pass over x: from the sums of d and d^2, d the
 * distance from the mean of some positions. Its squared distance from the channel's mean is less than the variance
 * times positions / SAMPLED, which bounds what the difference of sums loses.
 */
export function blockMoments(
  x: usize,
  mask: usize,
  moments: BlockMoments,
  channels: i32,
  positions: i32,
  images: i32,
): void {
  const bytes = <usize>positions * GROUP_BYTES;
  const count = <f32>(positions * images);
  const m0 = v128.load(mask);
  const m1 = v128.load(mask, 16);
  const m2 = v128.load(mask, 32);
  const m3 = v128.load(mask, 48);
  const zero = f32x4.splat(0);
  const sampled = min(SAMPLED, positions);
  const step = <usize>(positions / sampled) * GROUP_BYTES;
  for (let c = 0; c < channels; c++) {
    let some = zero;
    for (let n = 0; n < sampled; n++) {
      const q = x + <usize>n * step;
      some = multiplyAdd(v128.load(q), m0, some);
      some = multiplyAdd(v128.load(q, 16), m1, some);
      some = multiplyAdd(v128.load(q, 32), m2, some);
      some = multiplyAdd(v128.load(q, 48), m3, some);
    }
    const near = sumLanes(some) / <f32>(sampled * images);
    const middle = f32x4.splat(near);
    let s0 = zero;
    let s1 = zero;
    let s2 = zero;
    let s3 = zero;
    let q0 = zero;
    let q1 = zero;
    let q2 = zero;
    let q3 = zero;
    const end = x + bytes;
    for (; x < end; x += GROUP_BYTES) {
      const d0 = f32x4.mul(f32x4.sub(v128.load(x), middle), m0);
      const d1 = f32x4.mul(f32x4.sub(v128.load(x, 16), middle), m1);
      const d2 = f32x4.mul(f32x4.sub(v128.load(x, 32), middle), m2);
      const d3 = f32x4.mul(f32x4.sub(v128.load(x, 48), middle), m3);
      s0 = f32x4.add(s0, d0);
      s1 = f32x4.add(s1, d1);
      s2 = f32x4.add(s2, d2);
      s3 = f32x4.add(s3, d3);
      q0 = multiplyAdd(d0, d0, q0);
      q1 = multiplyAdd(d1, d1, q1);
      q2 = multiplyAdd(d2, d2, q2);
      q3 = multiplyAdd(d3, d3, q3);
    }
    const distance = sumLanes(f32x4.add(f32x4.add(s0, s1), f32x4.add(s2, s3)));
    const squares = sumLanes(f32x4.add(f32x4.add(q0, q1), f32x4.add(q2, q3)));
    moments.mean = near + distance / count;
    // Rounding must not make a sum of squares negative; NaN stays.
    const spread = squares - (distance / count) * distance;
    moments.squares = spread < 0 ? 0 : spread;
    moments = recordAfter(moments);
  }
}

/**
 * Joins the blocks' moments (`stride` bytes apart; Chan's formula, float64) into the batch's statistics, and updates
 * the moving ones: moving = moving momentum + batch (1 - momentum), with the biased variance, as in Keras.
 */
export function joinMoments(
  moments: BlockMoments,
  stride: i32,
  images: i32,
  positions: i32,
  channels: i32,
  epsilon: f32,
  momentum: f32,
  statistics: ChannelStatistics,
  movingMean: usize,
  movingVariance: usize,
): void {
  for (let c = 0; c < channels; c++) {
    let count: f64 = 0;
    let mean: f64 = 0;
    let squares: f64 = 0;
    let block = changetype<usize>(recordAt(moments, c));
    for (let left = images; left > 0; left -= LANES) {
      const own = changetype<BlockMoments>(block);
      const n = <f64>(min(left, LANES) * positions);
      const distance = <f64>own.mean - mean;
      const total = count + n;
      mean += (distance * n) / total;
      squares += <f64>own.squares + (distance * distance * count * n) / total;
      count = total;
      block += stride;
    }
    const variance = squares / count;
    statistics.mean = <f32>mean;
    statistics.scale = <f32>(1 / sqrt(variance + <f64>epsilon));
    statistics = recordAfter(statistics);
    updateMoving(movingMean + 4 * <usize>c, <f32>mean, momentum);
    updateMoving(movingVariance + 4 * <usize>c, <f32>variance, momentum);
  }
}

// @inline
function updateMoving(pointer: usize, value: f32, momentum: f32): void {
  store<f32>(pointer, load<f32>(pointer) * momentum + value * (1 - momentum));
}

/**
 * y = gamma (x - mean) / sqrt(variance + epsilon) + beta, `withRelu` at least 0; gamma 0: 1, beta 0: 0.
 */
export function normalize(
  x: usize,
  y: usize,
  statistics: ChannelStatistics,
  gamma: usize,
  beta: usize,
  channels: i32,
  positions: i32,
  withRelu: i32,
): void {
  const bytes = <usize>positions * GROUP_BYTES;
  const lowest = f32x4.splat(withRelu ? 0 : <f32>-Infinity);
  for (let c: usize = 0; c < <usize>channels; c++) {
    const mean = f32x4.splat(statistics.mean);
    const scale = f32x4.splat(gamma ? statistics.scale * load<f32>(gamma + 4 * c) : statistics.scale);
    const shift = beta ? splat(beta + 4 * c) : f32x4.splat(0);
    const end = x + bytes;
    while (x < end) {
      const y0 = multiplyAdd(f32x4.sub(v128.load(x), mean), scale, shift);
      const y1 = multiplyAdd(f32x4.sub(v128.load(x, 16), mean), scale, shift);
      const y2 = multiplyAdd(f32x4.sub(v128.load(x, 32), mean), scale, shift);
      const y3 = multiplyAdd(f32x4.sub(v128.load(x, 48), mean), scale, shift);
      v128.store(y, f32x4.pmax(y0, lowest));
      v128.store(y, f32x4.pmax(y1, lowest), 16);
      v128.store(y, f32x4.pmax(y2, lowest), 32);
      v128.store(y, f32x4.pmax(y3, lowest), 48);
      x += GROUP_BYTES;
      y += GROUP_BYTES;
    }
    statistics = recordAfter(statistics);
  }
}
