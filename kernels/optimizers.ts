/**
 * One step of an optimizer on `count` weights that follow one another (a multiple of 4), with Keras's formulas.
 * What all optimizers share is in update.ts.
 */
import { splat } from "./vector";

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
 * v the second and corrected = rate sqrt(1 - beta2^t) / (1 - beta1^t). With `largest` (0: none), largest =
 * max(largest, v) replaces v in the step (AMSGrad).
 */
export function adam(
  w: usize,
  g: usize,
  firstMoment: usize,
  secondMoment: usize,
  largest: usize,
  count: i32,
  corrected: usize,
  beta1: f32,
  beta2: f32,
  epsilon: f32,
): void {
  const bytes = <usize>count * 4;
  const c = splat(corrected);
  const first = f32x4.splat(1 - beta1);
  const second = f32x4.splat(1 - beta2);
  const e = f32x4.splat(epsilon);
  for (let n: usize = 0; n < bytes; n += 16) {
    const gn = v128.load(g + n);
    let m = v128.load(firstMoment + n);
    let v = v128.load(secondMoment + n);
    m = f32x4.add(m, f32x4.mul(f32x4.sub(gn, m), first));
    v = f32x4.add(v, f32x4.mul(f32x4.sub(f32x4.mul(gn, gn), v), second));
    v128.store(firstMoment + n, m);
    v128.store(secondMoment + n, v);
    if (largest) {
      v = f32x4.max(v128.load(largest + n), v);
      v128.store(largest + n, v);
    }
    const step = f32x4.div(f32x4.mul(m, c), f32x4.add(f32x4.sqrt(v), e));
    v128.store(w + n, f32x4.sub(v128.load(w + n), step));
  }
}

/**
 * m += (g - m) take1, v += (g^2 - v) take2, w -= (ofMoment m + ofGradient g) / (sqrt(v / correction) + epsilon): the
 * numbers at ofMoment, ofGradient and correction depend on the step.
 */
export function nadam(
  w: usize,
  g: usize,
  firstMoment: usize,
  secondMoment: usize,
  count: i32,
  ofMoment: usize,
  ofGradient: usize,
  correction: usize,
  take1: f32,
  take2: f32,
  epsilon: f32,
): void {
  const bytes = <usize>count * 4;
  const cm = splat(ofMoment);
  const cg = splat(ofGradient);
  const cv = splat(correction);
  const first = f32x4.splat(take1);
  const second = f32x4.splat(take2);
  const e = f32x4.splat(epsilon);
  for (let n: usize = 0; n < bytes; n += 16) {
    const gn = v128.load(g + n);
    let m = v128.load(firstMoment + n);
    let v = v128.load(secondMoment + n);
    m = f32x4.add(m, f32x4.mul(f32x4.sub(gn, m), first));
    v = f32x4.add(v, f32x4.mul(f32x4.sub(f32x4.mul(gn, gn), v), second));
    v128.store(firstMoment + n, m);
    v128.store(secondMoment + n, v);
    const ahead = f32x4.add(f32x4.mul(cm, m), f32x4.mul(cg, gn));
    const step = f32x4.div(ahead, f32x4.add(f32x4.sqrt(f32x4.div(v, cv)), e));
    v128.store(w + n, f32x4.sub(v128.load(w + n), step));
  }
}

/** m += (g - m)(1 - beta1), norm = max(beta2 norm, |g|), w -= corrected m / (norm + epsilon). */
export function adamax(
  w: usize,
  g: usize,
  firstMoment: usize,
  norm: usize,
  count: i32,
  corrected: usize,
  beta1: f32,
  beta2: f32,
  epsilon: f32,
): void {
  const bytes = <usize>count * 4;
  const c = splat(corrected);
  const first = f32x4.splat(1 - beta1);
  const keep = f32x4.splat(beta2);
  const e = f32x4.splat(epsilon);
  for (let n: usize = 0; n < bytes; n += 16) {
    const gn = v128.load(g + n);
    let m = v128.load(firstMoment + n);
    m = f32x4.add(m, f32x4.mul(f32x4.sub(gn, m), first));
    const u = f32x4.max(f32x4.mul(keep, v128.load(norm + n)), f32x4.abs(gn));
    v128.store(firstMoment + n, m);
    v128.store(norm + n, u);
    v128.store(w + n, f32x4.sub(v128.load(w + n), f32x4.div(f32x4.mul(c, m), f32x4.add(u, e))));
  }
}

/** sums += g^2, w -= rate g / sqrt(sums + epsilon). */
export function adagrad(w: usize, g: usize, sums: usize, count: i32, rate: usize, epsilon: f32): void {
  const bytes = <usize>count * 4;
  const r = splat(rate);
  const e = f32x4.splat(epsilon);
  for (let n: usize = 0; n < bytes; n += 16) {
    const gn = v128.load(g + n);
    const s = f32x4.add(v128.load(sums + n), f32x4.mul(gn, gn));
    v128.store(sums + n, s);
    v128.store(w + n, f32x4.sub(v128.load(w + n), f32x4.div(f32x4.mul(r, gn), f32x4.sqrt(f32x4.add(s, e)))));
  }
}

/**
 * s = rho s + (1 - rho) g^2, step = sqrt(d + epsilon) g / sqrt(s + epsilon), d = rho d + (1 - rho) step^2,
 * w -= rate step, with s the mean square of gradients and d that of steps.
 */
export function adadelta(
  w: usize,
  g: usize,
  meanSquare: usize,
  meanStep: usize,
  count: i32,
  rate: usize,
  rho: f32,
  epsilon: f32,
): void {
  const bytes = <usize>count * 4;
  const r = splat(rate);
  const keep = f32x4.splat(rho);
  const take = f32x4.splat(1 - rho);
  const e = f32x4.splat(epsilon);
  for (let n: usize = 0; n < bytes; n += 16) {
    const gn = v128.load(g + n);
    const d = v128.load(meanStep + n);
    const s = f32x4.add(f32x4.mul(keep, v128.load(meanSquare + n)), f32x4.mul(take, f32x4.mul(gn, gn)));
    const step = f32x4.div(f32x4.mul(f32x4.sqrt(f32x4.add(d, e)), gn), f32x4.sqrt(f32x4.add(s, e)));
    v128.store(meanSquare + n, s);
    v128.store(meanStep + n, f32x4.add(f32x4.mul(keep, d), f32x4.mul(take, f32x4.mul(step, step))));
    v128.store(w + n, f32x4.sub(v128.load(w + n), f32x4.mul(r, step)));
  }
}

/** w -= rate sign(beta1 m + (1 - beta1) g), then m = beta2 m + (1 - beta2) g; the sign of 0 is 0. */
export function lion(w: usize, g: usize, moment: usize, count: i32, rate: usize, beta1: f32, beta2: f32): void {
  const bytes = <usize>count * 4;
  const r = splat(rate);
  const zero = f32x4.splat(0);
  const keep1 = f32x4.splat(beta1);
  const take1 = f32x4.splat(1 - beta1);
  const keep2 = f32x4.splat(beta2);
  const take2 = f32x4.splat(1 - beta2);
  for (let n: usize = 0; n < bytes; n += 16) {
    const gn = v128.load(g + n);
    const m = v128.load(moment + n);
    const way = f32x4.add(f32x4.mul(m, keep1), f32x4.mul(gn, take1));
    const step = f32x4.sub(v128.and(r, f32x4.gt(way, zero)), v128.and(r, f32x4.lt(way, zero)));
    // The sign of NaN is NaN.
    const notNumber = v128.andnot(way, f32x4.eq(way, way));
    v128.store(moment + n, f32x4.add(f32x4.mul(m, keep2), f32x4.mul(gn, take2)));
    v128.store(w + n, f32x4.sub(v128.load(w + n), v128.or(step, notNumber)));
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
