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

/** The moments of this block over its positions and images, in two passes. */
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
  for (let c = 0; c < channels; c++) {
    let sum = f32x4.splat(0);
    for (let n: usize = 0; n < bytes; n += 16) sum = multiplyAdd(v128.load(x + n), v128.load(mask + (n & 48)), sum);
    const mean = sumLanes(sum) / count;
    const m = f32x4.splat(mean);
    let squares = f32x4.splat(0);
    for (let n: usize = 0; n < bytes; n += 16) {
      const d = f32x4.mul(f32x4.sub(v128.load(x + n), m), v128.load(mask + (n & 48)));
      squares = multiplyAdd(d, d, squares);
    }
    moments.mean = mean;
    moments.squares = sumLanes(squares);
    moments = recordAfter(moments);
    x += bytes;
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
    const offset = beta ? <f64>load<f32>(beta + c) : 0;
    store<f32>(scale + c, <f32>factor);
    store<f32>(shift + c, <f32>(offset - factor * <f64>load<f32>(movingMean + c)));
  }
}

/** y = gamma (x - mean) / sqrt(variance + epsilon) + beta; gamma 0: 1, beta 0: 0. */
export function normalize(
  x: usize,
  y: usize,
  statistics: ChannelStatistics,
  gamma: usize,
  beta: usize,
  channels: i32,
  positions: i32,
): void {
  const bytes = <usize>positions * GROUP_BYTES;
  for (let c: usize = 0; c < <usize>channels; c++) {
    const mean = f32x4.splat(statistics.mean);
    let scale = f32x4.splat(statistics.scale);
    if (gamma) scale = f32x4.mul(scale, splat(gamma + 4 * c));
    const shift = beta ? splat(beta + 4 * c) : f32x4.splat(0);
    for (let n: usize = 0; n < bytes; n += 16) {
      v128.store(y + n, multiplyAdd(f32x4.sub(v128.load(x + n), mean), scale, shift));
    }
    statistics = recordAfter(statistics);
    x += bytes;
    y += bytes;
  }
}

/** The sums of this block. */
export function blockGradientSums(
  x: usize,
  dy: usize,
  statistics: ChannelStatistics,
  sums: GradientSums,
  channels: i32,
  positions: i32,
): void {
  const bytes = <usize>positions * GROUP_BYTES;
  for (let c = 0; c < channels; c++) {
    const mean = f32x4.splat(statistics.mean);
    const scale = f32x4.splat(statistics.scale);
    let sum = f32x4.splat(0);
    let product = f32x4.splat(0);
    for (let n: usize = 0; n < bytes; n += 16) {
      const g = v128.load(dy + n);
      sum = f32x4.add(sum, g);
      product = multiplyAdd(g, f32x4.mul(f32x4.sub(v128.load(x + n), mean), scale), product);
    }
    sums.dy = sumLanes(sum);
    sums.product = sumLanes(product);
    statistics = recordAfter(statistics);
    sums = recordAfter(sums);
    x += bytes;
    dy += bytes;
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

/** dx = gamma / sqrt(variance + epsilon) (dy - mean of dy - h mean of dy h); 0 in empty lanes. dx may be dy. */
export function normalizeBackward(
  x: usize,
  dy: usize,
  dx: usize,
  statistics: ChannelStatistics,
  gamma: usize,
  joined: GradientSums,
  mask: usize,
  channels: i32,
  positions: i32,
  images: i32,
): void {
  const bytes = <usize>positions * GROUP_BYTES;
  const inverseCount = <f32>1 / <f32>(positions * images);
  for (let c: usize = 0; c < <usize>channels; c++) {
    const mean = f32x4.splat(statistics.mean);
    const inverseDeviation = f32x4.splat(statistics.scale);
    const scale = gamma ? f32x4.mul(inverseDeviation, splat(gamma + 4 * c)) : inverseDeviation;
    const meanDy = f32x4.splat(joined.dy * inverseCount);
    const meanProduct = f32x4.splat(joined.product * inverseCount);
    for (let n: usize = 0; n < bytes; n += 16) {
      const h = f32x4.mul(f32x4.sub(v128.load(x + n), mean), inverseDeviation);
      const d = f32x4.sub(f32x4.sub(v128.load(dy + n), meanDy), f32x4.mul(h, meanProduct));
      v128.store(dx + n, f32x4.mul(f32x4.mul(d, scale), v128.load(mask + (n & 48))));
    }
    statistics = recordAfter(statistics);
    joined = recordAfter(joined);
    x += bytes;
    dy += bytes;
    dx += bytes;
  }
}
