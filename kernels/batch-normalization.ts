/**
 * Batch normalization over channels, with statistics of the whole batch. Each block first computes sums over its own
 * images. One call then joins the blocks in a fixed order, and a later phase applies the result to each block.
 *
 * x, y [channels][positions][16]. mask [16]: 1 for an image, 0 for an empty lane. `moments`, `statistics`, `sums` and
 * `joined` point to one record for each channel.
 */
import { recordAfter, recordAt } from "./records";
import { GROUP_BYTES, LANES, multiplyAdd, splat, storeSum, sumLanes } from "./vector";

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

/** Sums over the gradient of a channel, with h = (x - mean) / sqrt(variance + epsilon). */
@unmanaged
export class GradientSums {
  /** The sum of dy. */
  dy: f32;
  /** The sum of dy h. */
  product: f32;
}

/** The positions of a channel from whose mean {@link blockMoments} measures distances. */
const SAMPLED: i32 = 8;

/**
 * The moments of this block over its positions and images, in one pass over x: from the sums of d and d^2, d the distance
 * from the mean of some positions. Its squared distance from the channel's mean is less than the variance times
 * positions / SAMPLED, which bounds what the difference of sums loses.
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
 * The moving statistics as one multiply-add for each channel: gamma (x - mean) / sqrt(variance + epsilon) + beta = scale x
 * + shift; gamma 0: 1, beta 0: 0.
 */
export function movingNormalization(
  movingMean: usize,
  movingVariance: usize,
  gamma: usize,
  beta: usize,
  scale: usize,
  shift: usize,
  channels: i32,
  epsilon: f32,
): void {
  for (let c: usize = 0; c < 4 * <usize>channels; c += 4) {
    const inverse = 1 / sqrt(<f64>load<f32>(movingVariance + c) + <f64>epsilon);
    const factor = gamma ? inverse * <f64>load<f32>(gamma + c) : inverse;
    const offset: f64 = beta ? <f64>load<f32>(beta + c) : 0;
    store<f32>(scale + c, <f32>factor);
    store<f32>(shift + c, <f32>(offset - factor * <f64>load<f32>(movingMean + c)));
  }
}

/**
 * y = gamma (x - mean) / sqrt(variance + epsilon) + beta, where `rectified` (ReLU) at least 0; gamma 0: 1, beta 0: 0.
 */
export function normalize(
  x: usize,
  y: usize,
  statistics: ChannelStatistics,
  gamma: usize,
  beta: usize,
  channels: i32,
  positions: i32,
  rectified: i32,
): void {
  const bytes = <usize>positions * GROUP_BYTES;
  const lowest = f32x4.splat(rectified ? 0 : <f32>-Infinity);
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

/** dy where {@link normalize} gave more than 0 before ReLU, else 0; dy everywhere with all bits of `plain` set. */
// @inline
function passed(dy: v128, d: v128, scale: v128, shift: v128, plain: v128): v128 {
  return v128.and(dy, v128.or(f32x4.gt(multiplyAdd(d, scale, shift), f32x4.splat(0)), plain));
}

/** The sums of this block; `rectified`: dy is the gradient after ReLU. */
export function blockGradientSums(
  x: usize,
  dy: usize,
  statistics: ChannelStatistics,
  gamma: usize,
  beta: usize,
  sums: GradientSums,
  channels: i32,
  positions: i32,
  rectified: i32,
): void {
  const bytes = <usize>positions * GROUP_BYTES;
  const plain = i32x4.splat(rectified ? 0 : -1);
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
 * dx = gamma / sqrt(variance + epsilon) (dy - mean of dy - h mean of dy h); 0 in empty lanes. dx may be dy. `rectified`: dy
 * is the gradient after ReLU.
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
  rectified: i32,
): void {
  const bytes = <usize>positions * GROUP_BYTES;
  const inverseCount = <f32>1 / <f32>(positions * images);
  const plain = i32x4.splat(rectified ? 0 : -1);
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

/**
 * Weights of a linear operation that normalizes its result by moving statistics: folded = kernel gamma / sqrt(variance +
 * epsilon), foldedBias = (bias - mean) gamma / sqrt(variance + epsilon) + beta. kernel [rows][channels][columns], by the
 * channels of the result; bias 0: 0, gamma 0: 1, beta 0: 0.
 */
export function foldNormalization(
  kernel: usize,
  bias: usize,
  movingMean: usize,
  movingVariance: usize,
  gamma: usize,
  beta: usize,
  folded: usize,
  foldedBias: usize,
  rows: i32,
  channels: i32,
  columns: i32,
  epsilon: f32,
): void {
  const run = <usize>columns * 4;
  const row = <usize>channels * run;
  const end = <usize>rows * row;
  for (let c: usize = 0; c < <usize>channels; c++) {
    const inverse = 1 / sqrt(<f64>load<f32>(movingVariance + 4 * c) + <f64>epsilon);
    const factor = gamma ? inverse * <f64>load<f32>(gamma + 4 * c) : inverse;
    for (let at = c * run; at < end; at += row) {
      for (let n = at; n < at + run; n += 4) store<f32>(folded + n, <f32>(<f64>load<f32>(kernel + n) * factor));
    }
    const own: f64 = bias ? <f64>load<f32>(bias + 4 * c) : 0;
    const shift: f64 = beta ? <f64>load<f32>(beta + 4 * c) : 0;
    store<f32>(foldedBias + 4 * c, <f32>((own - <f64>load<f32>(movingMean + 4 * c)) * factor + shift));
  }
}
