/**
 * Batch normalization over channels, with statistics of the whole batch. Blocks first sum up for themselves; one call
 * then joins the blocks in a fixed order; a later phase applies the result to each block.
 *
 * x, y [channels][positions][16]. mask [16]: 1 for an image, 0 for an empty lane.
 * A block's moments are [channels][2] floats; the joined statistics [channels][2]: mean, 1 / sqrt(variance + epsilon).
 */
import { GROUP_BYTES, LANES, multiplyAdd, splat, storeSum, sumLanes } from "./vector";

/** moments[c] = mean and sum of squared distances from it, over the positions and images of this block (two passes). */
export function blockMoments(x: usize, mask: usize, moments: usize, channels: i32, positions: i32, images: i32): void {
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
    store<f32>(moments, mean);
    store<f32>(moments, sumLanes(squares), 4);
    moments += 8;
    x += bytes;
  }
}

/**
 * Joins the blocks' moments (`stride` bytes apart; Chan's formula, float64) into the batch's statistics and moves the
 * running ones: moving = moving momentum + batch (1 - momentum), with the biased variance, as Keras.
 */
export function joinMoments(
  moments: usize,
  stride: i32,
  images: i32,
  positions: i32,
  channels: i32,
  epsilon: f32,
  momentum: f32,
  statistics: usize,
  movingMean: usize,
  movingVariance: usize,
): void {
  for (let c = 0; c < channels; c++) {
    let count: f64 = 0;
    let mean: f64 = 0;
    let squares: f64 = 0;
    let at = moments + 8 * <usize>c;
    for (let left = images; left > 0; left -= LANES) {
      const n = <f64>(min(left, LANES) * positions);
      const distance = <f64>load<f32>(at) - mean;
      const total = count + n;
      mean += (distance * n) / total;
      squares += <f64>load<f32>(at, 4) + (distance * distance * count * n) / total;
      count = total;
      at += stride;
    }
    const variance = squares / count;
    store<f32>(statistics, <f32>mean);
    store<f32>(statistics, <f32>(1 / sqrt(variance + <f64>epsilon)), 4);
    statistics += 8;
    move(movingMean + 4 * <usize>c, <f32>mean, momentum);
    move(movingVariance + 4 * <usize>c, <f32>variance, momentum);
  }
}

// @inline
function move(pointer: usize, value: f32, momentum: f32): void {
  store<f32>(pointer, load<f32>(pointer) * momentum + value * (1 - momentum));
}

/** statistics from the running mean and variance, for inference. */
export function movingStatistics(
  movingMean: usize,
  movingVariance: usize,
  statistics: usize,
  channels: i32,
  epsilon: f32,
): void {
  for (let c: usize = 0; c < <usize>channels; c++) {
    store<f32>(statistics + 8 * c, load<f32>(movingMean + 4 * c));
    store<f32>(statistics + 8 * c, <f32>(1 / sqrt(<f64>load<f32>(movingVariance + 4 * c) + <f64>epsilon)), 4);
  }
}

/** y = gamma (x - mean) / sqrt(variance + epsilon) + beta; gamma 0: 1, beta 0: 0. */
export function normalize(
  x: usize,
  y: usize,
  statistics: usize,
  gamma: usize,
  beta: usize,
  channels: i32,
  positions: i32,
): void {
  const bytes = <usize>positions * GROUP_BYTES;
  for (let c: usize = 0; c < <usize>channels; c++) {
    const mean = splat(statistics + 8 * c);
    let scale = splat(statistics + 8 * c + 4);
    if (gamma) scale = f32x4.mul(scale, splat(gamma + 4 * c));
    const shift = beta ? splat(beta + 4 * c) : f32x4.splat(0);
    for (let n: usize = 0; n < bytes; n += 16) {
      v128.store(y + n, multiplyAdd(f32x4.sub(v128.load(x + n), mean), scale, shift));
    }
    x += bytes;
    y += bytes;
  }
}

/** sums[c] = sum of dy and sum of dy h over this block, h = (x - mean) / sqrt(variance + epsilon). */
export function blockGradientSums(
  x: usize,
  dy: usize,
  statistics: usize,
  sums: usize,
  channels: i32,
  positions: i32,
): void {
  const bytes = <usize>positions * GROUP_BYTES;
  for (let c = 0; c < channels; c++) {
    const mean = splat(statistics);
    const scale = splat(statistics + 4);
    let sum = f32x4.splat(0);
    let product = f32x4.splat(0);
    for (let n: usize = 0; n < bytes; n += 16) {
      const g = v128.load(dy + n);
      sum = f32x4.add(sum, g);
      product = multiplyAdd(g, f32x4.mul(f32x4.sub(v128.load(x + n), mean), scale), product);
    }
    store<f32>(sums, sumLanes(sum));
    store<f32>(sums, sumLanes(product), 4);
    statistics += 8;
    sums += 8;
    x += bytes;
    dy += bytes;
  }
}

/**
 * Joins the blocks' sums (`stride` bytes apart) into [channels][2]: dbeta = sum dy, dgamma = sum dy h, which are
 * already those of the whole batch and go to the first shard's gradient (0: no such weight). accumulate is 1 where the
 * layer was used before.
 */
export function joinGradientSums(
  sums: usize,
  stride: i32,
  images: i32,
  channels: i32,
  joined: usize,
  dgamma: usize,
  dbeta: usize,
  accumulate: i32,
): void {
  for (let c: usize = 0; c < <usize>channels; c++) {
    let sum: f64 = 0;
    let product: f64 = 0;
    let at = sums + 8 * c;
    for (let left = images; left > 0; left -= LANES) {
      sum += <f64>load<f32>(at);
      product += <f64>load<f32>(at, 4);
      at += stride;
    }
    store<f32>(joined + 8 * c, <f32>sum);
    store<f32>(joined + 8 * c, <f32>product, 4);
    if (dbeta) storeSum(dbeta + 4 * c, <f32>sum, accumulate);
    if (dgamma) storeSum(dgamma + 4 * c, <f32>product, accumulate);
  }
}

/** dx = gamma / sqrt(variance + epsilon) (dy - mean of dy - h mean of dy h); 0 in empty lanes. dx may be dy. */
export function normalizeBackward(
  x: usize,
  dy: usize,
  dx: usize,
  statistics: usize,
  gamma: usize,
  joined: usize,
  mask: usize,
  channels: i32,
  positions: i32,
  images: i32,
): void {
  const bytes = <usize>positions * GROUP_BYTES;
  const share = <f32>1 / <f32>(positions * images);
  for (let c: usize = 0; c < <usize>channels; c++) {
    const mean = splat(statistics + 8 * c);
    const deviation = splat(statistics + 8 * c + 4);
    const scale = gamma ? f32x4.mul(deviation, splat(gamma + 4 * c)) : deviation;
    const meanDy = f32x4.splat(load<f32>(joined + 8 * c) * share);
    const meanProduct = f32x4.splat(load<f32>(joined + 8 * c, 4) * share);
    for (let n: usize = 0; n < bytes; n += 16) {
      const h = f32x4.mul(f32x4.sub(v128.load(x + n), mean), deviation);
      const d = f32x4.sub(f32x4.sub(v128.load(dy + n), meanDy), f32x4.mul(h, meanProduct));
      v128.store(dx + n, f32x4.mul(f32x4.mul(d, scale), v128.load(mask + (n & 48))));
    }
    x += bytes;
    dy += bytes;
    dx += bytes;
  }
}
