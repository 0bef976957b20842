/**
 * Constant vectors: each contains one value four times. V8 builds a constant vector at each use, with two or three
 * instructions; a load takes one. (tanh over C1's maps, 4 vectors at a time: 96 -> 92 microseconds on Node 20, 206 ->
 * 107 on Node 26.)
 *
 * They are data of the binary. The compiler places them one after the other from address 1024 on. It assumes that there
 * are no data below, so that it may fold an addition into the offset of a load; the engine's threads synchronize there.
 * Each instance of the binary writes the constants into its memory when it is created. The build calls
 * {@link constantsEnd}, and the engine plans its memory from that address on.
 */

/** The first address after the constants. */
export function constantsEnd(): usize {
  return __heap_base;
}

// kernels/elementary.ts.

const log2e: f32 = 1.44269504088896341;
export const LOG2E = memory.data<f32>([log2e, log2e, log2e, log2e], 16);
const ln2: f32 = 0.693147180559945309;
export const MINUS_LN2 = memory.data<f32>([-ln2, -ln2, -ln2, -ln2], 16);
/** -ln 2 in two parts, so that the product with the first is exact. */
const ln2High: f32 = -0.693359375;
export const LN2_HIGH = memory.data<f32>([ln2High, ln2High, ln2High, ln2High], 16);
const ln2Low: f32 = 2.1219444e-4;
export const LN2_LOW = memory.data<f32>([ln2Low, ln2Low, ln2Low, ln2Low], 16);
/**
 * 1.5 * 2^23 + 127. Adding it rounds a float below 2^22 to a whole number k; subtracting it again gives k as a float. The
 * low bits of the sum are k + 127, the exponent of 2^k.
 */
const round: f32 = 12583039.0;
export const ROUND = memory.data<f32>([round, round, round, round], 16);

// The polynomial of e^r - 1.
const p6: f32 = 1.976441417e-4;
export const P6 = memory.data<f32>([p6, p6, p6, p6], 16);
const p5: f32 = 1.393238083e-3;
export const P5 = memory.data<f32>([p5, p5, p5, p5], 16);
const p4: f32 = 8.333543316e-3;
export const P4 = memory.data<f32>([p4, p4, p4, p4], 16);
const p3: f32 = 4.166649282e-2;
export const P3 = memory.data<f32>([p3, p3, p3, p3], 16);
const p2: f32 = 1.666666567e-1;
export const P2 = memory.data<f32>([p2, p2, p2, p2], 16);
export const P1 = memory.data<f32>([0.5, 0.5, 0.5, 0.5], 16);

export const ONE = memory.data<f32>([1, 1, 1, 1], 16);
export const MINUS_TWENTY = memory.data<f32>([-20, -20, -20, -20], 16);
/** The sign bit. */
export const SIGN = memory.data<f32>([-0.0, -0.0, -0.0, -0.0], 16);
/** The lowest x for which `exponential` does not return 0. */
export const LOWEST = memory.data<f32>([-87, -87, -87, -87], 16);

/** Above, `exponentialOfAny` returns infinity. */
export const HIGHEST = memory.data<f32>([89, 89, 89, 89], 16);

// The polynomial of ln(1 + f), and what its argument is made with.
const log0: f32 = 7.0376836292e-2;
export const LOG0 = memory.data<f32>([log0, log0, log0, log0], 16);
const log1: f32 = -1.151461031e-1;
export const LOG1 = memory.data<f32>([log1, log1, log1, log1], 16);
const log2: f32 = 1.167699874e-1;
export const LOG2 = memory.data<f32>([log2, log2, log2, log2], 16);
const log3: f32 = -1.2420140846e-1;
export const LOG3 = memory.data<f32>([log3, log3, log3, log3], 16);
const log4: f32 = 1.4249322787e-1;
export const LOG4 = memory.data<f32>([log4, log4, log4, log4], 16);
const log5: f32 = -1.6668057665e-1;
export const LOG5 = memory.data<f32>([log5, log5, log5, log5], 16);
const log6: f32 = 2.0000714765e-1;
export const LOG6 = memory.data<f32>([log6, log6, log6, log6], 16);
const log7: f32 = -2.4999993993e-1;
export const LOG7 = memory.data<f32>([log7, log7, log7, log7], 16);
const log8: f32 = 3.3333331174e-1;
export const LOG8 = memory.data<f32>([log8, log8, log8, log8], 16);
export const HALF = memory.data<f32>([0.5, 0.5, 0.5, 0.5], 16);
const sqrtHalf: f32 = 0.707106781186547524;
export const SQRT_HALF = memory.data<f32>([sqrtHalf, sqrtHalf, sqrtHalf, sqrtHalf], 16);
/** 2^-126, the smallest float that is not subnormal. */
const smallest: f32 = 1.1754943508222875e-38;
export const SMALLEST = memory.data<f32>([smallest, smallest, smallest, smallest], 16);
export const TWO_TO_23 = memory.data<f32>([8388608, 8388608, 8388608, 8388608], 16);
/** The bits of a float's mantissa. */
export const MANTISSA = memory.data<i32>([0x7fffff, 0x7fffff, 0x7fffff, 0x7fffff], 16);
export const INFINITE = memory.data<f32>([Infinity, Infinity, Infinity, Infinity], 16);
export const TWO = memory.data<f32>([2, 2, 2, 2], 16);

// The polynomial of artanh.
const l0: f32 = 0.33333209;
export const L0 = memory.data<f32>([l0, l0, l0, l0], 16);
const l1: f32 = 0.20010769;
export const L1 = memory.data<f32>([l1, l1, l1, l1], 16);
const l2: f32 = 0.14000814;
export const L2 = memory.data<f32>([l2, l2, l2, l2], 16);
const l3: f32 = 0.14006422;
export const L3 = memory.data<f32>([l3, l3, l3, l3], 16);

// The polynomial of the normal distribution's tail.
const q0: f32 = 0.13962166;
export const Q0 = memory.data<f32>([q0, q0, q0, q0], 16);
const q1: f32 = 0.13985758;
export const Q1 = memory.data<f32>([q1, q1, q1, q1], 16);
const q2: f32 = 0.119863026;
export const Q2 = memory.data<f32>([q2, q2, q2, q2], 16);
const q3: f32 = 0.105392426;
export const Q3 = memory.data<f32>([q3, q3, q3, q3], 16);
const q4: f32 = -0.022844132;
export const Q4 = memory.data<f32>([q4, q4, q4, q4], 16);
const q5: f32 = 0.15879764;
export const Q5 = memory.data<f32>([q5, q5, q5, q5], 16);
const q6: f32 = -0.2553919;
export const Q6 = memory.data<f32>([q6, q6, q6, q6], 16);
const q7: f32 = 0.14381891;
export const Q7 = memory.data<f32>([q7, q7, q7, q7], 16);
const q8: f32 = -0.02911512;
export const Q8 = memory.data<f32>([q8, q8, q8, q8], 16);
const tail: f32 = 0.35;
export const TAIL = memory.data<f32>([tail, tail, tail, tail], 16);
/** Keeps the upper 12 bits of a float's fraction. */
export const UPPER_BITS = memory.data<i32>([-4096, -4096, -4096, -4096], 16);

// kernels/conv2d/winograd-transforms.ts, which explains them.

const a: f32 = 3.0 / 2.0;
const b: f32 = 2.0 / 3.0;
const aSquared: f32 = 9.0 / 4.0;
const bSquared: f32 = 4.0 / 9.0;
const aCubed: f32 = 27.0 / 8.0;
const bCubed: f32 = 8.0 / 27.0;
const k: f32 = 97.0 / 36.0;
const s: f32 = 8.0 / 65.0;
const t: f32 = -81.0 / 130.0;
export const A1 = memory.data<f32>([a, a, a, a], 16);
export const MINUS_A1 = memory.data<f32>([-a, -a, -a, -a], 16);
export const B1 = memory.data<f32>([b, b, b, b], 16);
export const MINUS_B1 = memory.data<f32>([-b, -b, -b, -b], 16);
export const A2 = memory.data<f32>([aSquared, aSquared, aSquared, aSquared], 16);
export const MINUS_A2 = memory.data<f32>([-aSquared, -aSquared, -aSquared, -aSquared], 16);
export const B2 = memory.data<f32>([bSquared, bSquared, bSquared, bSquared], 16);
export const MINUS_B2 = memory.data<f32>([-bSquared, -bSquared, -bSquared, -bSquared], 16);
export const A3 = memory.data<f32>([aCubed, aCubed, aCubed, aCubed], 16);
export const B3 = memory.data<f32>([bCubed, bCubed, bCubed, bCubed], 16);
export const MINUS_K = memory.data<f32>([-k, -k, -k, -k], 16);
export const S = memory.data<f32>([s, s, s, s], 16);
export const T = memory.data<f32>([t, t, t, t], 16);

// kernels/conv2d/winograd-rows.ts, which explains them.

export const R21 = memory.data<f32>([5.25, 5.25, 5.25, 5.25], 16);
export const R17 = memory.data<f32>([4.25, 4.25, 4.25, 4.25], 16);
export const R5_2 = memory.data<f32>([2.5, 2.5, 2.5, 2.5], 16);
export const R5_4 = memory.data<f32>([1.25, 1.25, 1.25, 1.25], 16);
export const EIGHTH = memory.data<f32>([0.125, 0.125, 0.125, 0.125], 16);
export const QUARTER = memory.data<f32>([0.25, 0.25, 0.25, 0.25], 16);
export const FOUR = memory.data<f32>([4, 4, 4, 4], 16);
export const FIVE = memory.data<f32>([5, 5, 5, 5], 16);
export const EIGHT = memory.data<f32>([8, 8, 8, 8], 16);
