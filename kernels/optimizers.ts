/**
 * One step of an optimizer on `count` weights that follow one another (a multiple of 4), with Keras's formulas. The
 * gradient is first summed over the shards of the batch, always in the same order.
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

/** w -= rate g. */
export function sgd(w: usize, g: usize, count: i32, rate: usize): void {
  const bytes = <usize>count * 4;
  const r = splat(rate);
  for (let n: usize = 0; n < bytes; n += 16) {
    v128.store(w + n, f32x4.sub(v128.load(w + n), f32x4.mul(v128.load(g + n), r)));
  }
}

/** velocity = momentum velocity - rate g; w += velocity, or with Nesterov w += momentum velocity - rate g. */
export function sgdMomentum(
  w: usize,
  g: usize,
  velocity: usize,
  count: i32,
  rate: usize,
  momentum: f32,
  nesterov: i32,
): void {
  const bytes = <usize>count * 4;
  const r = splat(rate);
  const m = f32x4.splat(momentum);
  for (let n: usize = 0; n < bytes; n += 16) {
    const push = f32x4.mul(v128.load(g + n), r);
    const v = f32x4.sub(f32x4.mul(v128.load(velocity + n), m), push);
    v128.store(velocity + n, v);
    const step = nesterov ? f32x4.sub(f32x4.mul(v, m), push) : v;
    v128.store(w + n, f32x4.add(v128.load(w + n), step));
  }
}

/** w -= rate g / (mu + h), h the Gauss-Newton diagonal: each weight has a rate of its own (1998, eq. 21). */
export function diagonalLevenbergMarquardt(w: usize, g: usize, h: usize, count: i32, rate: usize, mu: f32): void {
  const bytes = <usize>count * 4;
  const r = splat(rate);
  const m = f32x4.splat(mu);
  for (let n: usize = 0; n < bytes; n += 16) {
    const step = f32x4.div(f32x4.mul(v128.load(g + n), r), f32x4.add(v128.load(h + n), m));
    v128.store(w + n, f32x4.sub(v128.load(w + n), step));
  }
}

/**
 * m += (g - m)(1 - beta1), v += (g^2 - v)(1 - beta2), w -= corrected m / (sqrt v + epsilon), with m the first moment,
 * v the second and corrected = rate sqrt(1 - beta2^t) / (1 - beta1^t). Before that, decay > 0 shrinks w by
 * rate decay w (AdamW).
 */
export function adam(
  w: usize,
  g: usize,
  firstMoment: usize,
  secondMoment: usize,
  count: i32,
  rate: usize,
  corrected: usize,
  beta1: f32,
  beta2: f32,
  epsilon: f32,
  decay: f32,
): void {
  const bytes = <usize>count * 4;
  const c = splat(corrected);
  const first = f32x4.splat(1 - beta1);
  const second = f32x4.splat(1 - beta2);
  const e = f32x4.splat(epsilon);
  const keep = f32x4.splat(1 - load<f32>(rate) * decay);
  for (let n: usize = 0; n < bytes; n += 16) {
    const gn = v128.load(g + n);
    let m = v128.load(firstMoment + n);
    let v = v128.load(secondMoment + n);
    m = f32x4.add(m, f32x4.mul(f32x4.sub(gn, m), first));
    v = f32x4.add(v, f32x4.mul(f32x4.sub(f32x4.mul(gn, gn), v), second));
    v128.store(firstMoment + n, m);
    v128.store(secondMoment + n, v);
    const step = f32x4.div(f32x4.mul(m, c), f32x4.add(f32x4.sqrt(v), e));
    v128.store(w + n, f32x4.sub(f32x4.mul(v128.load(w + n), keep), step));
  }
}

/**
 * s = rho s + (1 - rho) g^2 and step = rate g / sqrt(s + epsilon), with s the mean square. When centered, s - a^2
 * replaces s in the step, with the mean gradient a = rho a + (1 - rho) g. With momentum > 0, velocity =
 * momentum velocity + step and w -= velocity; else w -= step.
 */
export function rmsprop(
  w: usize,
  g: usize,
  meanSquare: usize,
  velocity: usize,
  meanGradient: usize,
  count: i32,
  rate: usize,
  rho: f32,
  momentum: f32,
  epsilon: f32,
  centered: i32,
): void {
  const bytes = <usize>count * 4;
  const r = splat(rate);
  const keep = f32x4.splat(rho);
  const take = f32x4.splat(1 - rho);
  const e = f32x4.splat(epsilon);
  const mu = f32x4.splat(momentum);
  for (let n: usize = 0; n < bytes; n += 16) {
    const gn = v128.load(g + n);
    const square = f32x4.add(f32x4.mul(keep, v128.load(meanSquare + n)), f32x4.mul(take, f32x4.mul(gn, gn)));
    v128.store(meanSquare + n, square);
    let variance = square;
    if (centered) {
      const mean = f32x4.add(f32x4.mul(keep, v128.load(meanGradient + n)), f32x4.mul(take, gn));
      v128.store(meanGradient + n, mean);
      variance = f32x4.sub(square, f32x4.mul(mean, mean));
    }
    let step = f32x4.div(f32x4.mul(r, gn), f32x4.sqrt(f32x4.add(variance, e)));
    if (momentum > 0) {
      step = f32x4.add(f32x4.mul(mu, v128.load(velocity + n)), step);
      v128.store(velocity + n, step);
    }
    v128.store(w + n, f32x4.sub(v128.load(w + n), step));
  }
}
