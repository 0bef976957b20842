/**
 * What every optimizer shares: the steps between the sum of the shards' gradients and the new weights, in Keras's order
 * (keras/src/optimizers/base_optimizer.py). Each works on `count` numbers that follow one another, a multiple of 4
 * where nothing else is said. The padding of a weight may hold anything and adds to no sum.
 */
import { GROUP_BYTES, splat } from "./vector";

/**
 * gradients[0] += gradients[1] + ... + gradients[shards - 1], `stride` bytes apart; squares (f64) = their sum of
 * squares. Works on whole groups; the padding of the last one is 0.
 */
export function sumShards(gradients: usize, stride: i32, shards: i32, count: i32, squares: usize): void {
  const bytes = <usize>((count + 15) & ~15) * 4;
  const zero = f32x4.splat(0);
  let q0 = zero;
  let q1 = zero;
  let q2 = zero;
  let q3 = zero;
  for (let n: usize = 0; n < bytes; n += GROUP_BYTES) {
    let at = gradients + n;
    let s0 = v128.load(at);
    let s1 = v128.load(at, 16);
    let s2 = v128.load(at, 32);
    let s3 = v128.load(at, 48);
    for (let s = 1; s < shards; s++) {
      at += stride;
      s0 = f32x4.add(s0, v128.load(at));
      s1 = f32x4.add(s1, v128.load(at, 16));
      s2 = f32x4.add(s2, v128.load(at, 32));
      s3 = f32x4.add(s3, v128.load(at, 48));
    }
    at = gradients + n;
    if (shards > 1) {
      v128.store(at, s0);
      v128.store(at, s1, 16);
      v128.store(at, s2, 32);
      v128.store(at, s3, 48);
    }
    q0 = f32x4.add(q0, f32x4.mul(s0, s0));
    q1 = f32x4.add(q1, f32x4.mul(s1, s1));
    q2 = f32x4.add(q2, f32x4.mul(s2, s2));
    q3 = f32x4.add(q3, f32x4.mul(s3, s3));
  }
  const q = f32x4.add(f32x4.add(q0, q1), f32x4.add(q2, q3));
  const low = f64x2.promote_low_f32x4(q);
  const high = f64x2.promote_low_f32x4(v128.shuffle<i32>(q, q, 2, 3, 0, 1));
  const total = f64x2.add(low, high);
  store<f64>(squares, f64x2.extract_lane(total, 0) + f64x2.extract_lane(total, 1));
}

/**
 * The penalty l1 sum|w| + l2 sum w^2 (f64) of a weight's numbers, its derivative l1 sign w + 2 l2 w added to g, and the
 * sum of squares of the new g (f64). `count` is any number.
 */
export function addPenalty(w: usize, g: usize, count: i32, l1: f64, l2: f64, penalty: usize, squares: usize): void {
  let absolute: f64 = 0;
  let square: f64 = 0;
  let gradients: f64 = 0;
  const a = <f32>l1;
  const b = <f32>(2 * l2);
  for (let n: usize = 0, end = <usize>count * 4; n < end; n += 4) {
    const wn = load<f32>(w + n);
    const sign: f32 = wn > 0 ? a : wn < 0 ? -a : 0;
    const gn = load<f32>(g + n) + (sign + b * wn);
    store<f32>(g + n, gn);
    absolute += <f64>abs(wn);
    square += <f64>wn * <f64>wn;
    gradients += <f64>gn * <f64>gn;
  }
  store<f64>(penalty, l1 * absolute + l2 * square);
  store<f64>(squares, gradients);
}

/**
 * Where the word at `updates` is 0: sums += g. Elsewhere: g = (g + sums) / steps, its sum of squares (f64), sums = 0.
 */
export function accumulateGradient(
  g: usize,
  sums: usize,
  count: i32,
  updates: usize,
  steps: f32,
  squares: usize,
): void {
  const end = <usize>count * 4;
  if (!load<i32>(updates)) {
    for (let n: usize = 0; n < end; n += 16) v128.store(sums + n, f32x4.add(v128.load(sums + n), v128.load(g + n)));
    return;
  }
  const s = f32x4.splat(steps);
  const zero = f32x4.splat(0);
  let low = f64x2.splat(0);
  let high = f64x2.splat(0);
  for (let n: usize = 0; n < end; n += 16) {
    const mean = f32x4.div(f32x4.add(v128.load(g + n), v128.load(sums + n)), s);
    v128.store(g + n, mean);
    v128.store(sums + n, zero);
    const a = f64x2.promote_low_f32x4(mean);
    const b = f64x2.promote_low_f32x4(v128.shuffle<i32>(mean, mean, 2, 3, 0, 1));
    low = f64x2.add(low, f64x2.mul(a, a));
    high = f64x2.add(high, f64x2.mul(b, b));
  }
  const total = f64x2.add(low, high);
  store<f64>(squares, f64x2.extract_lane(total, 0) + f64x2.extract_lane(total, 1));
}

/**
 * Scales g where the norm of a whole gradient is above `limit`, so that it becomes `limit`. `squares` are the sums of
 * squares of its `parts` parts (f64, a group apart). With `whole`, the norm is that of all weights, and one that is
 * infinite makes every g NaN, as in Keras.
 */
export function clipNorm(g: usize, count: i32, squares: usize, parts: i32, limit: f64, whole: i32): void {
  let total: f64 = 0;
  for (let part: usize = 0; part < <usize>parts; part++) total += load<f64>(squares + part * GROUP_BYTES);
  const norm = Math.sqrt(total);
  if (norm <= limit) return;
  const s = f32x4.splat(<f32>(limit / norm + (whole ? norm - norm : 0)));
  for (let n: usize = 0, end = <usize>count * 4; n < end; n += 16) v128.store(g + n, f32x4.mul(v128.load(g + n), s));
}

/** g brought into [-limit, limit]. */
export function clipValue(g: usize, count: i32, limit: f32): void {
  const high = f32x4.splat(limit);
  const low = f32x4.splat(-limit);
  for (let n: usize = 0, end = <usize>count * 4; n < end; n += 16) {
    v128.store(g + n, f32x4.max(f32x4.min(v128.load(g + n), high), low));
  }
}

/** w -= rate decay w. */
export function decayWeights(w: usize, count: i32, rate: usize, decay: f32): void {
  const keep = f32x4.splat(1 - load<f32>(rate) * decay);
  for (let n: usize = 0, end = <usize>count * 4; n < end; n += 16) v128.store(w + n, f32x4.mul(v128.load(w + n), keep));
}

/** average = keep average + (1 - keep) w; where the word at `overwrites` is not 0, then w = average. */
export function averageWeights(w: usize, average: usize, count: i32, keep: usize, overwrites: usize): void {
  const k = splat(keep);
  const take = f32x4.sub(f32x4.splat(1), k);
  const overwrite = load<i32>(overwrites);
  for (let n: usize = 0, end = <usize>count * 4; n < end; n += 16) {
    const a = f32x4.add(f32x4.mul(k, v128.load(average + n)), f32x4.mul(take, v128.load(w + n)));
    v128.store(average + n, a);
    if (overwrite) v128.store(w + n, a);
  }
}

/** w = max(w, 0). */
export function nonNegative(w: usize, count: i32): void {
  const zero = f32x4.splat(0);
  for (let n: usize = 0, end = <usize>count * 4; n < end; n += 16) v128.store(w + n, f32x4.max(v128.load(w + n), zero));
}

/**
 * Multiplies each group of numbers of w by desired / (1e-7 + norm), with desired = rate clip(norm, lowest, highest) +
 * (1 - rate) norm. `order`: the positions in w of [groups][members].
 */
export function constrainNorms(
  w: usize,
  order: usize,
  groups: i32,
  members: i32,
  lowest: f64,
  highest: f64,
  rate: f64,
): void {
  for (let group = 0; group < groups; group++) {
    const end = order + 4 * <usize>members;
    let total: f64 = 0;
    for (let at = order; at < end; at += 4) {
      const value = <f64>load<f32>(w + 4 * <usize>load<i32>(at));
      total += value * value;
    }
    const norm = Math.sqrt(total);
    const desired = rate * Math.min(Math.max(norm, lowest), highest) + (1 - rate) * norm;
    const scale = <f32>(desired / (1e-7 + norm));
    for (let at = order; at < end; at += 4) {
      const place = w + 4 * <usize>load<i32>(at);
      store<f32>(place, load<f32>(place) * scale);
    }
    order = end;
  }
}
