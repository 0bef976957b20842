/**
 * 2-D convolution, "valid", in the three directions of training. Which input channels an output map sees is data: a
 * list of jobs, so that a connection table costs nothing for what it leaves out.
 *
 * Tile: 2 channels x 4 vectors = 8 accumulators, in a loop over one tap that is left rolled: with 15 or fewer live
 * vectors nothing spills, and V8 unrolls small loops itself.
 */
import { firstOf, List } from "./records";
import { CELL, multiplyAdd, splat, storeSum, sumLanes } from "./vector";

/** Sizes of a convolution. */
@unmanaged
export class Conv2dShape {
  /** Input. */
  H: i32;
  W: i32;
  /** Kernel. */
  KH: i32;
  KW: i32;
  /** Strides. */
  SH: i32;
  SW: i32;
  /** Output. */
  OH: i32;
  OW: i32;
}

/** Computes channels a and b of the result from a list of channels of the source, which follows the record. */
@unmanaged
export class Conv2dJob {
  a: i32;
  /** A channel without a partner has b = a: the tile then works on a second copy, which is stored first and overwritten. */
  b: i32;
  /** Where the job's weights start, in floats. */
  weights: i32;
  /** 1: start from the bias, 0: add to the result. */
  first: i32;
  /** How many source channels follow, one word each. */
  count: i32;
}

/** An input channel and two maps that see it (b = a: one map). */
@unmanaged
export class Conv2dPair {
  channel: i32;
  a: i32;
  b: i32;
}

/** The job's list of source channels. */
// @inline
export function sourcesOf(job: Conv2dJob): usize {
  return changetype<usize>(job) + offsetof<Conv2dJob>();
}

/** The job that follows in the list. */
// @inline
export function jobAfter(job: Conv2dJob): Conv2dJob {
  return changetype<Conv2dJob>(changetype<usize>(job) + (offsetof<Conv2dJob>() + 4 * <usize>job.count));
}

/**
 * y[k, r, c] = bias[k] + sum over channels i, kernel rows p, kernel columns q of w[p, q, i, k] x[i, r SH + p, c SW + q]
 * x [channels][H][W][16]; w per job [count][KH][KW][2]; y [filters][OH][OW][16]; bias 0: none.
 */
export function conv2dForward(x: usize, w: usize, bias: usize, y: usize, shape: Conv2dShape, jobs: List): void {
  let job = changetype<Conv2dJob>(firstOf(jobs));
  for (let n = jobs.count; n > 0; n--) {
    forwardJob(x, w, bias, y, shape, job);
    job = jobAfter(job);
  }
}

function forwardJob(x: usize, w: usize, bias: usize, y: usize, shape: Conv2dShape, job: Conv2dJob): void {
  const H = <usize>shape.H,
    W = <usize>shape.W;
  const KH = <usize>shape.KH,
    KW = <usize>shape.KW;
  const SH = <usize>shape.SH,
    SW = <usize>shape.SW;
  const OH = <usize>shape.OH,
    OW = <usize>shape.OW;
  const a = <usize>job.a,
    b = <usize>job.b;
  const first = job.first;
  const channels = sourcesOf(job),
    channelsEnd = channels + 4 * <usize>job.count;
  const weights = w + 4 * <usize>job.weights;
  const biasA = bias ? splat(bias + 4 * a) : f32x4.splat(0),
    biasB = bias ? splat(bias + 4 * b) : f32x4.splat(0);
  const plane = H * W * CELL,
    row = W * CELL;

  let yA = y + a * OH * OW * CELL,
    yB = y + b * OH * OW * CELL;
  for (let r: usize = 0; r < OH; r++) {
    for (let c: usize = 0; c < OW; c++) {
      let a0 = biasA,
        a1 = biasA,
        a2 = biasA,
        a3 = biasA;
      let b0 = biasB,
        b1 = biasB,
        b2 = biasB,
        b3 = biasB;
      if (!first) {
        a0 = v128.load(yA);
        a1 = v128.load(yA, 16);
        a2 = v128.load(yA, 32);
        a3 = v128.load(yA, 48);
        b0 = v128.load(yB);
        b1 = v128.load(yB, 16);
        b2 = v128.load(yB, 32);
        b3 = v128.load(yB, 48);
      }
      const corner = x + (r * SH * W + c * SW) * CELL;
      let p = weights;
      for (let channel = channels; channel < channelsEnd; channel += 4) {
        let line = corner + <usize>load<i32>(channel) * plane;
        for (let kernelRow = KH; kernelRow > 0; kernelRow--) {
          let q = line;
          const end = line + KW * CELL;
          do {
            const wA = splat(p),
              wB = splat(p + 4);
            const x0 = v128.load(q),
              x1 = v128.load(q, 16);
            a0 = multiplyAdd(x0, wA, a0);
            b0 = multiplyAdd(x0, wB, b0);
            a1 = multiplyAdd(x1, wA, a1);
            b1 = multiplyAdd(x1, wB, b1);
            const x2 = v128.load(q, 32),
              x3 = v128.load(q, 48);
            a2 = multiplyAdd(x2, wA, a2);
            b2 = multiplyAdd(x2, wB, b2);
            a3 = multiplyAdd(x3, wA, a3);
            b3 = multiplyAdd(x3, wB, b3);
            p += 8;
            q += CELL;
          } while (q < end);
          line += row;
        }
      }
      v128.store(yB, b0);
      v128.store(yB, b1, 16);
      v128.store(yB, b2, 32);
      v128.store(yB, b3, 48);
      v128.store(yA, a0);
      v128.store(yA, a1, 16);
      v128.store(yA, a2, 32);
      v128.store(yA, a3, 48);
      yA += CELL;
      yB += CELL;
    }
  }
}

/**
 * The gradient of the input: dx[i, u, v] = sum over maps k and taps (p, q) with u = r SH + p, v = c SW + q of
 * w[p, q, i, k] dy[k, r, c]. Here a and b of a job are input channels; its list holds the maps that see them, each as the
 * byte offset of its plane in dy, and its weights lie as [KH][KW][count][2]. At the edges only the taps that exist are
 * visited, so nothing is padded; the maps are the innermost loop, since at the edges a row has few taps (C3: 31 -> 35
 * GFLOP/s, fused 40 -> 47).
 */
export function conv2dBackwardInput(dy: usize, w: usize, dx: usize, shape: Conv2dShape, jobs: List): void {
  let job = changetype<Conv2dJob>(firstOf(jobs));
  for (let n = jobs.count; n > 0; n--) {
    backwardInputJob(dy, w, dx, shape, job);
    job = jobAfter(job);
  }
}

/** The first kernel tap that meets input index `at`: the smallest p >= at - (outputs - 1) stride with at - p divisible. */
// @inline
function firstTap(at: i32, outputs: i32, stride: i32): i32 {
  const low = at - (outputs - 1) * stride;
  return low > 0 ? low : at % stride;
}

function backwardInputJob(dy: usize, w: usize, dx: usize, shape: Conv2dShape, job: Conv2dJob): void {
  const H = shape.H,
    W = shape.W,
    KH = shape.KH,
    KW = shape.KW;
  const SH = shape.SH,
    SW = shape.SW,
    OH = shape.OH,
    OW = shape.OW;
  const first = job.first;
  const channels = sourcesOf(job),
    channelsEnd = channels + 4 * <usize>job.count;
  const weights = w + 4 * <usize>job.weights;
  const tapBytes: usize = 2 * (channelsEnd - channels);

  let dA = dx + <usize>job.a * <usize>(H * W) * CELL,
    dB = dx + <usize>job.b * <usize>(H * W) * CELL;
  for (let u = 0; u < H; u++) {
    const p0 = firstTap(u, OH, SH),
      pEnd = channels < channelsEnd ? min(KH, u + 1) : 0;
    for (let v = 0; v < W; v++) {
      const q0 = firstTap(v, OW, SW),
        qEnd = min(KW, v + 1);
      const zero = f32x4.splat(0);
      let a0 = zero,
        a1 = zero,
        a2 = zero,
        a3 = zero;
      let b0 = zero,
        b1 = zero,
        b2 = zero,
        b3 = zero;
      if (!first) {
        a0 = v128.load(dA);
        a1 = v128.load(dA, 16);
        a2 = v128.load(dA, 32);
        a3 = v128.load(dA, 48);
        b0 = v128.load(dB);
        b1 = v128.load(dB, 16);
        b2 = v128.load(dB, 32);
        b3 = v128.load(dB, 48);
      }
      for (let p = p0; p < pEnd; p += SH) {
        let line = dy + <usize>(((u - p) / SH) * OW + (v - q0) / SW) * CELL;
        let t = weights + <usize>(p * KW + q0) * tapBytes;
        for (let q = q0; q < qEnd; q += SW) {
          let channel = channels,
            weight = t;
          do {
            const cell = line + <usize>load<i32>(channel);
            const wA = splat(weight),
              wB = splat(weight + 4);
            const x0 = v128.load(cell),
              x1 = v128.load(cell, 16);
            a0 = multiplyAdd(x0, wA, a0);
            b0 = multiplyAdd(x0, wB, b0);
            a1 = multiplyAdd(x1, wA, a1);
            b1 = multiplyAdd(x1, wB, b1);
            const x2 = v128.load(cell, 32),
              x3 = v128.load(cell, 48);
            a2 = multiplyAdd(x2, wA, a2);
            b2 = multiplyAdd(x2, wB, b2);
            a3 = multiplyAdd(x3, wA, a3);
            b3 = multiplyAdd(x3, wB, b3);
            weight += 8;
            channel += 4;
          } while (channel < channelsEnd);
          t += <usize>SW * tapBytes;
          line -= CELL;
        }
      }
      v128.store(dB, b0);
      v128.store(dB, b1, 16);
      v128.store(dB, b2, 32);
      v128.store(dB, b3, 48);
      v128.store(dA, a0);
      v128.store(dA, a1, 16);
      v128.store(dA, a2, 32);
      v128.store(dA, a3, 48);
      dA += CELL;
      dB += CELL;
    }
  }
}

/**
 * The gradient of the kernel: dw[p, q, i, k] = sum over rows r, columns c and images of x[i, r SH + p, c SW + q] dy[k, r, c].
 * dw [KH][KW][channels][filters], as Keras has it. Tile: 2 maps x 4 taps.
 */
export function conv2dBackwardKernel(
  x: usize,
  dy: usize,
  dw: usize,
  shape: Conv2dShape,
  pairs: List,
  channels: i32,
  filters: i32,
  accumulate: i32,
): void {
  const H = <usize>shape.H,
    W = <usize>shape.W;
  const KW = <usize>shape.KW,
    taps = <usize>shape.KH * KW;
  const OH = <usize>shape.OH,
    OW = <usize>shape.OW;
  const tap = <usize>(channels * filters) * 4;

  let pair = changetype<Conv2dPair>(firstOf(pairs));
  for (let n = pairs.count; n > 0; n--) {
    const i = <usize>pair.channel,
      a = <usize>pair.a,
      b = <usize>pair.b;
    const plane = x + i * H * W * CELL;
    const dyA = dy + a * OH * OW * CELL,
      dyB = dy + b * OH * OW * CELL;
    const out = dw + i * <usize>filters * 4;
    let t: usize = 0;
    for (; t + 4 <= taps; t += 4) {
      fourTaps(
        plane + tapOffset(t, KW, W),
        plane + tapOffset(t + 1, KW, W),
        plane + tapOffset(t + 2, KW, W),
        plane + tapOffset(t + 3, KW, W),
        dyA,
        dyB,
        shape,
        out + t * tap,
        tap,
        a,
        b,
        accumulate,
      );
    }
    for (; t < taps; t++) oneTap(plane + tapOffset(t, KW, W), dyA, dyB, shape, out + t * tap, a, b, accumulate);
    pair = changetype<Conv2dPair>(changetype<usize>(pair) + offsetof<Conv2dPair>());
  }
}

// @inline
function storePair(out: usize, a: usize, b: usize, sumA: v128, sumB: v128, accumulate: i32): void {
  storeSum(out + 4 * a, sumLanes(sumA), accumulate);
  if (b !== a) storeSum(out + 4 * b, sumLanes(sumB), accumulate);
}

/** Bytes from a map's first cell to the one under tap t when the kernel lies at the map's corner. */
// @inline
function tapOffset(t: usize, KW: usize, W: usize): usize {
  return ((t / KW) * W + (t % KW)) * CELL;
}

function fourTaps(
  x0: usize,
  x1: usize,
  x2: usize,
  x3: usize,
  dyA: usize,
  dyB: usize,
  shape: Conv2dShape,
  out: usize,
  tap: usize,
  a: usize,
  b: usize,
  accumulate: i32,
): void {
  const W = <usize>shape.W,
    SH = <usize>shape.SH,
    SW = <usize>shape.SW;
  const OH = <usize>shape.OH,
    OW = <usize>shape.OW;
  // With stride 1 a row of cells is one run of vectors.
  const run = (SW === 1 ? OW : 1) * CELL,
    runs = SW === 1 ? <usize>1 : OW;
  const zero = f32x4.splat(0);
  let a0 = zero,
    a1 = zero,
    a2 = zero,
    a3 = zero;
  let b0 = zero,
    b1 = zero,
    b2 = zero,
    b3 = zero;
  let g = dyA;
  const other = dyB - dyA,
    far1 = x1 - x0,
    far2 = x2 - x0,
    far3 = x3 - x0;
  for (let r: usize = 0; r < OH; r++) {
    let line = x0 + r * SH * W * CELL;
    for (let c: usize = 0; c < runs; c++) {
      let q = line;
      const end = g + run;
      do {
        const gA = v128.load(g),
          gB = v128.load(g + other);
        const v0 = v128.load(q),
          v1 = v128.load(q + far1);
        a0 = multiplyAdd(v0, gA, a0);
        b0 = multiplyAdd(v0, gB, b0);
        a1 = multiplyAdd(v1, gA, a1);
        b1 = multiplyAdd(v1, gB, b1);
        const v2 = v128.load(q + far2),
          v3 = v128.load(q + far3);
        a2 = multiplyAdd(v2, gA, a2);
        b2 = multiplyAdd(v2, gB, b2);
        a3 = multiplyAdd(v3, gA, a3);
        b3 = multiplyAdd(v3, gB, b3);
        g += 16;
        q += 16;
      } while (g < end);
      line += SW * CELL;
    }
  }
  storePair(out, a, b, a0, b0, accumulate);
  storePair(out + tap, a, b, a1, b1, accumulate);
  storePair(out + 2 * tap, a, b, a2, b2, accumulate);
  storePair(out + 3 * tap, a, b, a3, b3, accumulate);
}

function oneTap(
  corner: usize,
  dyA: usize,
  dyB: usize,
  shape: Conv2dShape,
  out: usize,
  a: usize,
  b: usize,
  accumulate: i32,
): void {
  const W = <usize>shape.W,
    SH = <usize>shape.SH,
    SW = <usize>shape.SW;
  const OH = <usize>shape.OH,
    OW = <usize>shape.OW;
  const zero = f32x4.splat(0);
  let a0 = zero,
    a1 = zero,
    b0 = zero,
    b1 = zero;
  let g = dyA;
  const other = dyB - dyA;
  for (let r: usize = 0; r < OH; r++) {
    let q = corner + r * SH * W * CELL;
    for (let c: usize = 0; c < OW; c++) {
      const x0 = v128.load(q),
        x1 = v128.load(q, 16),
        x2 = v128.load(q, 32),
        x3 = v128.load(q, 48);
      a0 = multiplyAdd(x0, v128.load(g), a0);
      a1 = multiplyAdd(x1, v128.load(g, 16), a1);
      a0 = multiplyAdd(x2, v128.load(g, 32), a0);
      a1 = multiplyAdd(x3, v128.load(g, 48), a1);
      b0 = multiplyAdd(x0, v128.load(g + other), b0);
      b1 = multiplyAdd(x1, v128.load(g + other, 16), b1);
      b0 = multiplyAdd(x2, v128.load(g + other, 32), b0);
      b1 = multiplyAdd(x3, v128.load(g + other, 48), b1);
      g += CELL;
      q += SW * CELL;
    }
  }
  storePair(out, a, b, f32x4.add(a0, a1), f32x4.add(b0, b1), accumulate);
}

/** The gradient of a bias: db[k] = sum over the map's `cells` and images of dy[k]. dy [filters][cells][16]; db [filters]. */
export function biasGradient(dy: usize, db: usize, filters: i32, cells: i32, accumulate: i32): void {
  let g = dy;
  for (let k = 0; k < filters; k++) {
    const zero = f32x4.splat(0);
    let s0 = zero,
      s1 = zero,
      s2 = zero,
      s3 = zero;
    for (let cell = 0; cell < cells; cell++) {
      s0 = f32x4.add(s0, v128.load(g));
      s1 = f32x4.add(s1, v128.load(g, 16));
      s2 = f32x4.add(s2, v128.load(g, 32));
      s3 = f32x4.add(s3, v128.load(g, 48));
      g += CELL;
    }
    storeSum(db + 4 * <usize>k, sumLanes(f32x4.add(f32x4.add(s0, s1), f32x4.add(s2, s3))), accumulate);
  }
}
