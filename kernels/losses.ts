/**
 * Losses of a block, image by image, and their gradients. Scores and targets are [classes][16]. sampleWeights[n] is the
 * weight of image n in the gradient: its sample weight / batch size, 0 for an empty lane. `results` points to a
 * {@link Result} for each of the 16 images.
 */
import { exponential, logarithm } from "./elementary";
import { recordAfter, recordAt } from "./records";
import { GROUP_BYTES, LANES } from "./vector";

/** The numbers of one image; the host adds them up. */
@unmanaged
export class Result {
  /** The loss, without the sample weight. */
  loss: f32;
  /** The rank of the true class, from {@link rank}. */
  rank: f32;
}

/**
 * targets[k, n] = 1 where k is image n's label, else 0. labels: 16 i32. They were checked, but an array that the caller
 * shares may have changed since: a label that is no class writes nothing.
 */
export function oneHot(labels: usize, targets: usize, classes: i32): void {
  memory.fill(targets, 0, <usize>classes * GROUP_BYTES);
  for (let n: usize = 0; n < <usize>LANES; n++) {
    const label = load<u32>(labels + 4 * n);
    if (label < <u32>classes) store<f32>(targets + <usize>label * GROUP_BYTES + 4 * n, 1);
  }
}

/**
 * Categorical cross-entropy on logits z, stable: with p = softmax(z), loss = sum over k of t_k (ln sum_j e^z_j - z_k),
 * dz_k = (p_k sum_j t_j - t_k) sampleWeights[n].
 */
export function crossEntropyOfLogits(
  z: usize,
  targets: usize,
  sampleWeights: usize,
  dz: usize,
  results: Result,
  classes: i32,
): void {
  const end = <usize>classes * GROUP_BYTES;
  for (let n: usize = 0; n < GROUP_BYTES; n += 16) {
    let highest = v128.load(z + n);
    for (let k = GROUP_BYTES; k < end; k += GROUP_BYTES) highest = f32x4.max(highest, v128.load(z + n + k));
    let sum = f32x4.splat(0);
    let total = f32x4.splat(0);
    let dot = f32x4.splat(0);
    for (let k: usize = 0; k < end; k += GROUP_BYTES) {
      const shifted = f32x4.sub(v128.load(z + n + k), highest);
      const e = exponential(shifted);
      const t = v128.load(targets + n + k);
      sum = f32x4.add(sum, e);
      total = f32x4.add(total, t);
      // 0 times an infinite logit counts as 0.
      dot = f32x4.add(dot, v128.andnot(f32x4.mul(shifted, t), f32x4.eq(t, f32x4.splat(0))));
      if (dz) v128.store(dz + n + k, e);
    }
    storeLosses(recordAt(results, n / 4), sum, total, dot);
    if (dz) {
      const s = v128.load(sampleWeights + n);
      const factor = f32x4.div(total, sum);
      for (let k: usize = 0; k < end; k += GROUP_BYTES) {
        const p = f32x4.mul(v128.load(dz + n + k), factor);
        v128.store(dz + n + k, f32x4.mul(f32x4.sub(p, v128.load(targets + n + k)), s));
      }
    }
  }
}

/** total ln sum - dot for each of four images. */
function storeLosses(results: Result, sum: v128, total: v128, dot: v128): void {
  for (let i = 0; i < 4; i++) {
    const s = f32x4.extract_lane(sum, 0);
    const ln = s === s ? logarithm(<f64>s) : NaN;
    results.loss = <f32>(<f64>f32x4.extract_lane(total, 0) * ln - <f64>f32x4.extract_lane(dot, 0));
    results = recordAfter(results);
    sum = v128.shuffle<i32>(sum, sum, 1, 2, 3, 0);
    total = v128.shuffle<i32>(total, total, 1, 2, 3, 0);
    dot = v128.shuffle<i32>(dot, dot, 1, 2, 3, 0);
  }
}

/**
 * Second derivatives of categorical cross-entropy on logits z, p = softmax(z): h_k = p_k (1 - p_k) times the sum of
 * the targets and the sample weight.
 */
export function crossEntropyOfLogitsCurvature(
  z: usize,
  targets: usize,
  sampleWeights: usize,
  h: usize,
  classes: i32,
): void {
  const end = <usize>classes * GROUP_BYTES;
  for (let n: usize = 0; n < GROUP_BYTES; n += 16) {
    let highest = v128.load(z + n);
    for (let k = GROUP_BYTES; k < end; k += GROUP_BYTES) highest = f32x4.max(highest, v128.load(z + n + k));
    let sum = f32x4.splat(0);
    let total = f32x4.splat(0);
    for (let k: usize = 0; k < end; k += GROUP_BYTES) {
      const e = exponential(f32x4.sub(v128.load(z + n + k), highest));
      v128.store(h + n + k, e);
      sum = f32x4.add(sum, e);
      total = f32x4.add(total, v128.load(targets + n + k));
    }
    const factor = f32x4.mul(total, v128.load(sampleWeights + n));
    for (let k: usize = 0; k < end; k += GROUP_BYTES) {
      const p = f32x4.div(v128.load(h + n + k), sum);
      v128.store(h + n + k, f32x4.mul(f32x4.mul(p, f32x4.sub(f32x4.splat(1), p)), factor));
    }
  }
}

/**
 * Categorical cross-entropy on outputs y that are not a softmax, as in Keras: q = y / sum y, clipped to
 * [1e-7, 1 - 1e-7], loss = -sum over k of t_k ln q_k. With T the sum of the targets whose q is not clipped,
 * dy_j = (T - t_j / q_j) / sum y * sampleWeights[n], without t_j / q_j where q_j is clipped.
 */
export function crossEntropyOfOutputs(
  y: usize,
  targets: usize,
  sampleWeights: usize,
  dy: usize,
  results: Result,
  classes: i32,
): void {
  const end = <usize>classes * GROUP_BYTES;
  for (let n: usize = 0; n < GROUP_BYTES; n += 4) {
    let sum: f64 = 0;
    for (let k: usize = 0; k < end; k += GROUP_BYTES) sum += <f64>load<f32>(y + n + k);
    let loss: f64 = 0;
    let reached: f64 = 0;
    for (let k: usize = 0; k < end; k += GROUP_BYTES) {
      const t = <f64>load<f32>(targets + n + k);
      const q = <f64>load<f32>(y + n + k) / sum;
      if (t === 0) continue;
      loss -= t * (q === q ? logarithm(min(max(q, 1e-7), 1 - 1e-7)) : NaN);
      if (q > 1e-7 && q < 1 - 1e-7) reached += t;
    }
    recordAt(results, n / 4).loss = <f32>loss;
    if (!dy) continue;
    const s = <f64>load<f32>(sampleWeights + n);
    for (let k: usize = 0; k < end; k += GROUP_BYTES) {
      const t = <f64>load<f32>(targets + n + k);
      const q = <f64>load<f32>(y + n + k) / sum;
      const own = q > 1e-7 && q < 1 - 1e-7 ? t / q : 0;
      // In an empty lane the sum may be 0, and the quotient NaN.
      store<f32>(dy + n + k, s === 0 ? 0 : <f32>(((reached - own) / sum) * s));
    }
  }
}

/**
 * Second derivatives of categorical cross-entropy on outputs y: t_k / y_k^2 - T / (sum y)^2 where q = y / sum y is not
 * clipped, but at least 0; times the sample weight.
 */
export function crossEntropyOfOutputsCurvature(
  y: usize,
  targets: usize,
  sampleWeights: usize,
  h: usize,
  classes: i32,
): void {
  const end = <usize>classes * GROUP_BYTES;
  for (let n: usize = 0; n < GROUP_BYTES; n += 4) {
    let sum: f64 = 0;
    let reached: f64 = 0;
    for (let k: usize = 0; k < end; k += GROUP_BYTES) sum += <f64>load<f32>(y + n + k);
    for (let k: usize = 0; k < end; k += GROUP_BYTES) {
      const q = <f64>load<f32>(y + n + k) / sum;
      if (q > 1e-7 && q < 1 - 1e-7) reached += <f64>load<f32>(targets + n + k);
    }
    const s = <f64>load<f32>(sampleWeights + n);
    for (let k: usize = 0; k < end; k += GROUP_BYTES) {
      const q = <f64>load<f32>(y + n + k) / sum;
      const own = q > 1e-7 && q < 1 - 1e-7 ? <f64>load<f32>(targets + n + k) / (q * q) : 0;
      store<f32>(h + n + k, s === 0 ? 0 : <f32>((max(0, own - reached) / (sum * sum)) * s));
    }
  }
}

/** Mean squared error over `count` outputs: loss = mean (y - t)^2, dy = 2 (y - t) / count * sampleWeights[n]. */
export function meanSquaredError(
  y: usize,
  targets: usize,
  sampleWeights: usize,
  dy: usize,
  results: Result,
  count: i32,
): void {
  const end = <usize>count * GROUP_BYTES;
  for (let n: usize = 0; n < GROUP_BYTES; n += 4) {
    let sum: f64 = 0;
    const factor = (<f32>2 / <f32>count) * load<f32>(sampleWeights + n);
    for (let k: usize = 0; k < end; k += GROUP_BYTES) {
      const error = load<f32>(y + n + k) - load<f32>(targets + n + k);
      sum += <f64>error * <f64>error;
      if (dy) store<f32>(dy + n + k, error * factor);
    }
    recordAt(results, n / 4).loss = <f32>(sum / <f64>count);
  }
}

/** Second derivatives of the mean squared error: 2 / count, times the sample weight. */
export function meanSquaredErrorCurvature(sampleWeights: usize, h: usize, count: i32): void {
  const end = h + <usize>count * GROUP_BYTES;
  const factor = f32x4.splat(<f32>2 / <f32>count);
  for (; h < end; h += GROUP_BYTES) {
    for (let n: usize = 0; n < GROUP_BYTES; n += 16) v128.store(h + n, f32x4.mul(factor, v128.load(sampleWeights + n)));
  }
}

/**
 * The losses of 1998 on squared distances y. Eq. 8: loss = sum over k of t_k y_k. Eq. 9, with `competitive`, adds
 * (sum of t) ln(e^-j + sum over k of e^-y_k), relative to the largest exponent so that the sum cannot underflow. With
 * p_k = e^-y_k / (e^-j + sum): dy_k = (t_k - p_k) sampleWeights[n].
 */
export function distanceLoss(
  y: usize,
  targets: usize,
  sampleWeights: usize,
  dy: usize,
  results: Result,
  classes: i32,
  competitive: i32,
  j: f32,
): void {
  const end = <usize>classes * GROUP_BYTES;
  for (let n: usize = 0; n < GROUP_BYTES; n += 4) {
    let loss: f64 = 0;
    let total: f64 = 0;
    let nearest: f64 = <f64>j;
    for (let k: usize = 0; k < end; k += GROUP_BYTES) {
      const t = <f64>load<f32>(targets + n + k);
      const distance = <f64>load<f32>(y + n + k);
      loss += t * distance;
      total += t;
      nearest = min(nearest, distance);
    }
    let sum: f64 = 1;
    if (competitive) {
      sum = <f64>exponentialOf(<f32>(nearest - <f64>j));
      for (let k: usize = 0; k < end; k += GROUP_BYTES)
        sum += <f64>exponentialOf(<f32>(nearest - <f64>load<f32>(y + n + k)));
      loss += total * (sum === sum ? logarithm(sum) - nearest : NaN);
    }
    recordAt(results, n / 4).loss = <f32>loss;
    if (!dy) continue;
    const s = load<f32>(sampleWeights + n);
    for (let k: usize = 0; k < end; k += GROUP_BYTES) {
      const e = competitive ? <f64>exponentialOf(<f32>(nearest - <f64>load<f32>(y + n + k))) : 0;
      const p = <f32>((total * e) / sum);
      store<f32>(dy + n + k, (load<f32>(targets + n + k) - p) * s);
    }
  }
}

// @inline
function exponentialOf(x: f32): f32 {
  return f32x4.extract_lane(exponential(f32x4.splat(x)), 0);
}

/**
 * The rank of image n's true class (that of its largest target): the number of classes with a higher score, or with
 * `smallest` a lower score. Of equal scores, the lower class ranks first. Rank 0 is a correct prediction, a rank below
 * k is a correct one among the top k. Scores that are NaN rank last.
 */
export function rank(scores: usize, targets: usize, results: Result, classes: i32, smallest: i32): void {
  for (let n: usize = 0; n < <usize>LANES; n++) {
    let trueClass = 0;
    let largest = load<f32>(targets + 4 * n);
    for (let k = 1; k < classes; k++) {
      const t = load<f32>(targets + <usize>k * GROUP_BYTES + 4 * n);
      if (t > largest) {
        largest = t;
        trueClass = k;
      }
    }
    const own = load<f32>(scores + <usize>trueClass * GROUP_BYTES + 4 * n);
    let above: i32 = own === own ? 0 : classes;
    for (let k = 0; k < classes; k++) {
      const score = load<f32>(scores + <usize>k * GROUP_BYTES + 4 * n);
      if ((smallest ? score < own : score > own) || (score === own && k < trueClass)) above++;
    }
    recordAt(results, n).rank = <f32>above;
  }
}
