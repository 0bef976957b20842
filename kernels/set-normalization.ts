/**
 * Normalization of sets of one image's numbers: of the channels of each position (layer normalization), or of groups of
 * channels with all their positions (group normalization). h = (x - mean) / sqrt(variance + epsilon), over a set.
 *
 * x, y [channels][positions][16]. statistics [sets][2][16]: mean and 1 / sqrt(variance + epsilon) of each image. gamma
 * and beta have one number for each channel; 0: none.
 */
import { positionBytes } from "./one-image";
import { GROUP_BYTES, multiplyAdd, splat, storeSum, sumLanes } from "./vector";

/** The sets: their channels and positions, and where they are. */
@unmanaged
export class SetShape {
  /** The number of sets. */
  sets: i32;
  /** Channels of a set. */
  channels: i32;
  /** Positions of each of these channels. */
  positions: i32;
  /** Groups (in the layout of one image: positions x channels, in floats) from one set to the next. */
  setStep: i32;
  /** The same from one channel of a set to the next. */
  channelStep: i32;
  /** Channels from the first one of a set to that of the next: 0 where all sets have the same channels. */
  weightStep: i32;
}

/** y = gamma h + beta, and the statistics. */
export function normalizeSets(
  x: usize,
  y: usize,
  statistics: usize,
  gamma: usize,
  beta: usize,
  shape: SetShape,
  epsilon: f32,
): void {
  const channels = <usize>shape.channels;
  const run = <usize>shape.positions * GROUP_BYTES;
  const channelBytes = <usize>shape.channelStep * GROUP_BYTES;
  const inverseCount = f32x4.splat(<f32>1 / <f32>(shape.channels * shape.positions));
  for (let set: usize = 0; set < <usize>shape.sets; set++) {
    const first = set * <usize>shape.setStep * GROUP_BYTES;
    const weights = set * <usize>shape.weightStep * 4;
    for (let n: usize = 0; n < GROUP_BYTES; n += 16) {
      let sum = f32x4.splat(0);
      let plane = x + first + n;
      for (let c: usize = 0; c < channels; c++) {
        for (let p: usize = 0; p < run; p += GROUP_BYTES) sum = f32x4.add(sum, v128.load(plane + p));
        plane += channelBytes;
      }
      const mean = f32x4.mul(sum, inverseCount);
      let squares = f32x4.splat(0);
      plane = x + first + n;
      for (let c: usize = 0; c < channels; c++) {
        for (let p: usize = 0; p < run; p += GROUP_BYTES) {
          const d = f32x4.sub(v128.load(plane + p), mean);
          squares = multiplyAdd(d, d, squares);
        }
        plane += channelBytes;
      }
      const variance = f32x4.mul(squares, inverseCount);
      const inverse = f32x4.div(f32x4.splat(1), f32x4.sqrt(f32x4.add(variance, f32x4.splat(epsilon))));
      v128.store(statistics + n, mean);
      v128.store(statistics + GROUP_BYTES + n, inverse);
      let at = first + n;
      for (let c: usize = 0; c < channels; c++) {
        const scale = gamma ? f32x4.mul(inverse, splat(gamma + weights + 4 * c)) : inverse;
        const shift = beta ? splat(beta + weights + 4 * c) : f32x4.splat(0);
        for (let p = at; p < at + run; p += GROUP_BYTES) {
          v128.store(y + p, multiplyAdd(f32x4.sub(v128.load(x + p), mean), scale, shift));
        }
        at += channelBytes;
      }
    }
    statistics += 2 * GROUP_BYTES;
  }
}

/** dx = (g - mean of g - h mean of g h) / sqrt(variance + epsilon) with g = gamma dy. */
export function normalizeSetsBackward(
  x: usize,
  dy: usize,
  dx: usize,
  statistics: usize,
  gamma: usize,
  shape: SetShape,
): void {
  const channels = <usize>shape.channels;
  const run = <usize>shape.positions * GROUP_BYTES;
  const channelBytes = <usize>shape.channelStep * GROUP_BYTES;
  const inverseCount = f32x4.splat(<f32>1 / <f32>(shape.channels * shape.positions));
  for (let set: usize = 0; set < <usize>shape.sets; set++) {
    const first = set * <usize>shape.setStep * GROUP_BYTES;
    const weights = set * <usize>shape.weightStep * 4;
    for (let n: usize = 0; n < GROUP_BYTES; n += 16) {
      const mean = v128.load(statistics + n);
      const inverse = v128.load(statistics + GROUP_BYTES + n);
      let sum = f32x4.splat(0);
      let product = f32x4.splat(0);
      let at = first + n;
      for (let c: usize = 0; c < channels; c++) {
        const scale = gamma ? splat(gamma + weights + 4 * c) : f32x4.splat(1);
        for (let p = at; p < at + run; p += GROUP_BYTES) {
          const g = f32x4.mul(v128.load(dy + p), scale);
          sum = f32x4.add(sum, g);
          product = multiplyAdd(g, f32x4.mul(f32x4.sub(v128.load(x + p), mean), inverse), product);
        }
        at += channelBytes;
      }
      const meanG = f32x4.mul(sum, inverseCount);
      const meanProduct = f32x4.mul(product, inverseCount);
      at = first + n;
      for (let c: usize = 0; c < channels; c++) {
        const scale = gamma ? splat(gamma + weights + 4 * c) : f32x4.splat(1);
        for (let p = at; p < at + run; p += GROUP_BYTES) {
          const g = f32x4.mul(v128.load(dy + p), scale);
          const h = f32x4.mul(f32x4.sub(v128.load(x + p), mean), inverse);
          v128.store(dx + p, f32x4.mul(f32x4.sub(f32x4.sub(g, meanG), f32x4.mul(h, meanProduct)), inverse));
        }
        at += channelBytes;
      }
    }
    statistics += 2 * GROUP_BYTES;
  }
}

/**
 * Second derivatives: the same sums with each derivative squared. With g = gamma^2 dy and N numbers in a set, dx[i] =
 * (sum over j of g[j] (1 + h[i] h[j])^2 / N^2 + g[i] (1 - 2 (1 + h[i]^2) / N)) / (variance + epsilon).
 */
export function normalizeSetsCurvature(
  x: usize,
  dy: usize,
  dx: usize,
  statistics: usize,
  gamma: usize,
  shape: SetShape,
): void {
  const channels = <usize>shape.channels;
  const run = <usize>shape.positions * GROUP_BYTES;
  const channelBytes = <usize>shape.channelStep * GROUP_BYTES;
  const inverseCount = f32x4.splat(<f32>1 / <f32>(shape.channels * shape.positions));
  const one = f32x4.splat(1);
  for (let set: usize = 0; set < <usize>shape.sets; set++) {
    const first = set * <usize>shape.setStep * GROUP_BYTES;
    const weights = set * <usize>shape.weightStep * 4;
    for (let n: usize = 0; n < GROUP_BYTES; n += 16) {
      const mean = v128.load(statistics + n);
      const inverse = v128.load(statistics + GROUP_BYTES + n);
      let sum = f32x4.splat(0);
      let product = f32x4.splat(0);
      let square = f32x4.splat(0);
      let at = first + n;
      for (let c: usize = 0; c < channels; c++) {
        const scale = gamma ? splat(gamma + weights + 4 * c) : one;
        for (let p = at; p < at + run; p += GROUP_BYTES) {
          const g = f32x4.mul(v128.load(dy + p), f32x4.mul(scale, scale));
          const h = f32x4.mul(f32x4.sub(v128.load(x + p), mean), inverse);
          const gh = f32x4.mul(g, h);
          sum = f32x4.add(sum, g);
          product = f32x4.add(product, gh);
          square = multiplyAdd(gh, h, square);
        }
        at += channelBytes;
      }
      const inverseSquare = f32x4.mul(inverse, inverse);
      at = first + n;
      for (let c: usize = 0; c < channels; c++) {
        const scale = gamma ? splat(gamma + weights + 4 * c) : one;
        for (let p = at; p < at + run; p += GROUP_BYTES) {
          const g = f32x4.mul(v128.load(dy + p), f32x4.mul(scale, scale));
          const h = f32x4.mul(f32x4.sub(v128.load(x + p), mean), inverse);
          const h2 = f32x4.mul(h, h);
          const all = f32x4.add(f32x4.add(sum, f32x4.mul(f32x4.add(h, h), product)), f32x4.mul(h2, square));
          const part = f32x4.mul(f32x4.add(one, h2), inverseCount);
          const own = f32x4.mul(g, f32x4.sub(one, f32x4.add(part, part)));
          const total = f32x4.add(f32x4.mul(f32x4.mul(all, inverseCount), inverseCount), own);
          // Rounding must not make the sum of squares negative.
          v128.store(dx + p, f32x4.mul(f32x4.max(total, f32x4.splat(0)), inverseSquare));
        }
        at += channelBytes;
      }
    }
    statistics += 2 * GROUP_BYTES;
  }
}

/** dgamma = sum of dy h (with `squared` of dy h^2) over the sets of a channel, its positions and the images. */
export function normalizeSetsGammaGradient(
  x: usize,
  dy: usize,
  statistics: usize,
  dgamma: usize,
  shape: SetShape,
  squared: i32,
  accumulate: i32,
): void {
  const step = shape.weightStep;
  const sets = shape.sets;
  const total = step ? sets * step : shape.channels;
  const run = <usize>shape.positions * GROUP_BYTES;
  for (let channel = 0; channel < total; channel++) {
    const firstSet = step ? channel / step : 0;
    const endSet = step ? firstSet + 1 : sets;
    let sum = f32x4.splat(0);
    for (let set = firstSet; set < endSet; set++) {
      const own = statistics + <usize>set * 2 * GROUP_BYTES;
      const at = <usize>(set * shape.setStep + (channel - firstSet * step) * shape.channelStep) * GROUP_BYTES;
      for (let n: usize = 0; n < GROUP_BYTES; n += 16) {
        const mean = v128.load(own + n);
        const inverse = v128.load(own + GROUP_BYTES + n);
        for (let p = at + n; p < at + run; p += GROUP_BYTES) {
          let h = f32x4.mul(f32x4.sub(v128.load(x + p), mean), inverse);
          if (squared) h = f32x4.mul(h, h);
          sum = multiplyAdd(v128.load(dy + p), h, sum);
        }
      }
    }
    storeSum(dgamma + 4 * <usize>channel, sumLanes(sum), accumulate);
  }
}

/** One image by itself: y = gamma h + beta. The steps of `shape` are in floats; `width`: its channels. */
export function imageNormalizeSets(
  x: usize,
  y: usize,
  gamma: usize,
  beta: usize,
  shape: SetShape,
  width: i32,
  epsilon: f32,
): void {
  const channels = <usize>shape.channels;
  const positions = <usize>shape.positions;
  const position = positionBytes(width);
  const inverseCount = <f32>1 / <f32>(shape.channels * shape.positions);
  for (let set: usize = 0; set < <usize>shape.sets; set++) {
    const first = set * <usize>shape.setStep * 4;
    const weights = set * <usize>shape.weightStep * 4;
    let sum: f32 = 0;
    for (let c: usize = 0; c < channels; c++) {
      for (let p: usize = 0; p < positions; p++) sum += load<f32>(x + first + 4 * c + p * position);
    }
    const mean = sum * inverseCount;
    let squares: f32 = 0;
    for (let c: usize = 0; c < channels; c++) {
      for (let p: usize = 0; p < positions; p++) {
        const d = load<f32>(x + first + 4 * c + p * position) - mean;
        squares += d * d;
      }
    }
    const inverse = <f32>1 / sqrt<f32>(squares * inverseCount + epsilon);
    for (let c: usize = 0; c < channels; c++) {
      const scale = gamma ? inverse * load<f32>(gamma + weights + 4 * c) : inverse;
      const shift = beta ? load<f32>(beta + weights + 4 * c) : <f32>0;
      for (let p: usize = 0; p < positions; p++) {
        const at = first + 4 * c + p * position;
        store<f32>(y + at, (load<f32>(x + at) - mean) * scale + shift);
      }
    }
  }
}
