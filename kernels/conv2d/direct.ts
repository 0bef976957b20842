/**
 * Direct convolution: the output, and the gradient of the input.
 *
 * Tile: 2 channels x 4 vectors = 8 accumulators, in a loop over one tap that is not unrolled. With at most 15 live
 * vectors, none is spilled to the stack, and V8 unrolls small loops itself.
 */
import { firstOf, List } from "../records";
import { GROUP_BYTES, multiplyAdd, splat } from "../vector";
import { Conv2dJob, Conv2dShape, jobAfter, sourcesOf } from "./records";

/**
 * y[k, r, c] = bias[k] + sum over channels i, kernel rows p, kernel columns q of w[p, q, i, k] x[i, r SH + p, c SW + q]
 * x [channels][H][W][16]; w per job [count][KH][KW][2]; y [filters][OH][OW][16]; bias 0: none. A job's list holds the
 * byte offset of each channel's plane in x. For a dilated kernel (whose taps are not neighbours), it holds the offset
 * of each tap of each channel instead, and KH and KW are 1.
 */
export function conv2dForward(
  x: usize,
  w: usize,
  bias: usize,
  y: usize,
  shape: Conv2dShape,
  jobs: List<Conv2dJob>,
): void {
  let job = firstOf(jobs);
  for (let n = jobs.count; n > 0; n--) {
    forwardJob(x, w, bias, y, shape, job);
    job = jobAfter(job);
  }
}

function forwardJob(x: usize, w: usize, bias: usize, y: usize, shape: Conv2dShape, job: Conv2dJob): void {
  const W = <usize>shape.W;
  const KH = <usize>shape.KH;
  const KW = <usize>shape.KW;
  const SH = <usize>shape.SH;
  const SW = <usize>shape.SW;
  const OH = <usize>shape.OH;
  const OW = <usize>shape.OW;
  const a = <usize>job.a;
  const b = <usize>job.b;
  const first = job.first;
  const channels = sourcesOf(job);
  const channelsEnd = channels + 4 * <usize>job.count;
  const weights = w + 4 * <usize>job.weights;
  const biasA = bias ? splat(bias + 4 * a) : f32x4.splat(0);
  const biasB = bias ? splat(bias + 4 * b) : f32x4.splat(0);
  const row = W * GROUP_BYTES;

  let yA = y + a * OH * OW * GROUP_BYTES;
  let yB = y + b * OH * OW * GROUP_BYTES;
  for (let r: usize = 0; r < OH; r++) {
    for (let c: usize = 0; c < OW; c++) {
      let a0 = biasA;
      let a1 = biasA;
      let a2 = biasA;
      let a3 = biasA;
      let b0 = biasB;
      let b1 = biasB;
      let b2 = biasB;
      let b3 = biasB;
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
      const corner = x + (r * SH * W + c * SW) * GROUP_BYTES;
      let p = weights;
      for (let channel = channels; channel < channelsEnd; channel += 4) {
        let line = corner + <usize>load<i32>(channel);
        for (let kernelRow = KH; kernelRow > 0; kernelRow--) {
          let q = line;
          const end = line + KW * GROUP_BYTES;
          do {
            const wA = splat(p);
            const wB = splat(p + 4);
            const x0 = v128.load(q);
            const x1 = v128.load(q, 16);
            a0 = multiplyAdd(x0, wA, a0);
            b0 = multiplyAdd(x0, wB, b0);
            a1 = multiplyAdd(x1, wA, a1);
            b1 = multiplyAdd(x1, wB, b1);
            const x2 = v128.load(q, 32);
            const x3 = v128.load(q, 48);
            a2 = multiplyAdd(x2, wA, a2);
            b2 = multiplyAdd(x2, wB, b2);
            a3 = multiplyAdd(x3, wA, a3);
            b3 = multiplyAdd(x3, wB, b3);
            p += 8;
            q += GROUP_BYTES;
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
      yA += GROUP_BYTES;
      yB += GROUP_BYTES;
    }
  }
}

/**
 * The gradient of the input: dx[i, u, v] = bias[i] + sum over maps k and taps (p, q) with u = r SH + p DH,
 * v = c SW + q DW of w[p, q, i, k] dy[k, r, c]. Strides or dilation are 1. A bias (0: none) makes it a transposed
 * convolution. Here a and b of a job are input channels. Its list holds the maps that see them, each as
 * the byte offset of its plane in dy. Its weights are [KH][KW][count][2]. At the edges only existing taps are visited,
 * so nothing is padded. The maps are the innermost loop, since at the edges a row has few taps (C3: 31 -> 35 GFLOP/s,
 * fused 40 -> 47).
 */
export function conv2dBackwardInput(
  dy: usize,
  w: usize,
  bias: usize,
  dx: usize,
  shape: Conv2dShape,
  jobs: List<Conv2dJob>,
): void {
  let job = firstOf(jobs);
  for (let n = jobs.count; n > 0; n--) {
    backwardInputJob(dy, w, bias, dx, shape, job);
    job = jobAfter(job);
  }
}

/**
 * The first kernel tap that meets input index `at`: the smallest p with p dilation >= at - (outputs - 1) stride and
 * at - p dilation divisible by the stride. Stride or dilation is 1.
 */
// @inline
function firstTap(at: i32, outputs: i32, stride: i32, dilation: i32): i32 {
  const low = at - (outputs - 1) * stride;
  if (low <= 0) return at % stride;
  return dilation === 1 ? low : (low + dilation - 1) / dilation;
}

function backwardInputJob(dy: usize, w: usize, bias: usize, dx: usize, shape: Conv2dShape, job: Conv2dJob): void {
  const H = shape.H;
  const W = shape.W;
  const KH = shape.KH;
  const KW = shape.KW;
  const SH = shape.SH;
  const SW = shape.SW;
  const DH = shape.DH;
  const DW = shape.DW;
  const OH = shape.OH;
  const OW = shape.OW;
  const first = job.first;
  const biasA = bias ? splat(bias + 4 * <usize>job.a) : f32x4.splat(0);
  const biasB = bias ? splat(bias + 4 * <usize>job.b) : f32x4.splat(0);
  const channels = sourcesOf(job);
  const channelsEnd = channels + 4 * <usize>job.count;
  const weights = w + 4 * <usize>job.weights;
  const tapBytes: usize = 2 * (channelsEnd - channels);

  let dA = dx + <usize>job.a * <usize>(H * W) * GROUP_BYTES;
  let dB = dx + <usize>job.b * <usize>(H * W) * GROUP_BYTES;
  for (let u = 0; u < H; u++) {
    const p0 = firstTap(u, OH, SH, DH);
    const pEnd = channels < channelsEnd ? min(KH, (DH === 1 ? u : u / DH) + 1) : 0;
    for (let v = 0; v < W; v++) {
      const q0 = firstTap(v, OW, SW, DW);
      const qEnd = min(KW, (DW === 1 ? v : v / DW) + 1);
      let a0 = biasA;
      let a1 = biasA;
      let a2 = biasA;
      let a3 = biasA;
      let b0 = biasB;
      let b1 = biasB;
      let b2 = biasB;
      let b3 = biasB;
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
        let line = dy + <usize>(((u - p * DH) / SH) * OW + (v - q0 * DW) / SW) * GROUP_BYTES;
        let t = weights + <usize>(p * KW + q0) * tapBytes;
        for (let q = q0; q < qEnd; q += SW) {
          let channel = channels;
          let weight = t;
          do {
            const position = line + <usize>load<i32>(channel);
            const wA = splat(weight);
            const wB = splat(weight + 4);
            const x0 = v128.load(position);
            const x1 = v128.load(position, 16);
            a0 = multiplyAdd(x0, wA, a0);
            b0 = multiplyAdd(x0, wB, b0);
            a1 = multiplyAdd(x1, wA, a1);
            b1 = multiplyAdd(x1, wB, b1);
            const x2 = v128.load(position, 32);
            const x3 = v128.load(position, 48);
            a2 = multiplyAdd(x2, wA, a2);
            b2 = multiplyAdd(x2, wB, b2);
            a3 = multiplyAdd(x3, wA, a3);
            b3 = multiplyAdd(x3, wB, b3);
            weight += 8;
            channel += 4;
          } while (channel < channelsEnd);
          t += <usize>SW * tapBytes;
          line -= <usize>DW * GROUP_BYTES;
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
      dA += GROUP_BYTES;
      dB += GROUP_BYTES;
    }
  }
}
