/**
 * 2-D convolution, "valid", forward and for both gradients. The input channels of each output map are data: they are in
 * a list of jobs, so that missing connections cost nothing. src/ops/conv2d/ writes the records of this file.
 *
 * Read in this order: records.ts (this file), direct.ts (the plain sums), direct-kernel-gradient.ts,
 * depthwise.ts (each channel by itself), winograd-transforms.ts (3x3 and 5x5 kernels with fewer products: the
 * matrices), winograd-outputs.ts, winograd-weights.ts, winograd-products.ts, winograd.ts, winograd-rows.ts (5x5 kernels of few
 * channels), and one-image.ts and depthwise-one-image.ts (the same sums in the layout of one image).
 */

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
  /** Positions from one tap of the kernel to the next (dilation); 1: the taps are neighbours. */
  DH: i32;
  DW: i32;
  /** Output. */
  OH: i32;
  OW: i32;
}

/** Computes channels a and b of the result from a list of channels of the source, which follows the record. */
@unmanaged
export class Conv2dJob {
  a: i32;
  /** b = a for a channel without a partner: the tile computes it twice and stores it twice. */
  b: i32;
  /** Where the job's weights start, in floats. */
  weights: i32;
  /** 1: start from the bias, 0: add to the result. */
  first: i32;
  /** The number of source channels that follow, one word each. */
  count: i32;
}

/** The job's list of source channels. */
// @inline
export function sourcesOf(job: Conv2dJob): usize {
  return changetype<usize>(job) + offsetof<Conv2dJob>();
}

/** The next job of the list. */
// @inline
export function jobAfter(job: Conv2dJob): Conv2dJob {
  return changetype<Conv2dJob>(changetype<usize>(job) + (offsetof<Conv2dJob>() + 4 * <usize>job.count));
}

/** An input channel and two maps that see it (b = a: one map). */
@unmanaged
export class Conv2dPair {
  channel: i32;
  /** The channel's row in a tap of the kernel: the channel itself, or in groups its place within the group. */
  row: i32;
  a: i32;
  b: i32;
}

/** Sizes of a convolution by Winograd's algorithm. */
@unmanaged
export class WinogradShape {
  /** Input. */
  H: i32;
  W: i32;
  channels: i32;
  /**
   * Rows above and columns to the left of the input that count as zeros; what is missing below and to the right, too.
   */
  top: i32;
  left: i32;
  /** Output. */
  OH: i32;
  OW: i32;
  filters: i32;
  /** Rows and columns of the results of a tile: 4 for a kernel of 3x3, 2 for one of 5x5. */
  size: i32;
  /** Tiles of a row that are computed together, so that their data stay in the second-level cache. */
  span: i32;
  /** Elements of a tile, a divisor of 36, whose products are computed together for all jobs; 36: job by job. */
  elements: i32;
}

/**
 * Eight connections of the gradient of the kernel: a pair of channels with four maps, or a pair of maps with four
 * channels. a to four3: the offsets of their tiles in bytes. a0 to b3: the indices in a tap of dw of the connections of
 * a with the four and of b with the four; -1: no such connection.
 */
@unmanaged
export class WinogradEntry {
  a: i32;
  b: i32;
  four0: i32;
  four1: i32;
  four2: i32;
  four3: i32;
  a0: i32;
  a1: i32;
  a2: i32;
  a3: i32;
  b0: i32;
  b1: i32;
  b2: i32;
  b3: i32;
}
