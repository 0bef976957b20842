import type { Shape } from "../../core/tensor.ts";
import type { Variable } from "../../engine/variable.ts";
import type { Padding } from "../zero-padding2d.ts";

/** The weights of a convolution and how they are applied. */
export interface Conv2dOptions {
  /** [kernel rows, kernel columns, channels / groups, filters]. Weights of connections that do not exist are 0. */
  readonly kernel: Variable;
  readonly bias?: Variable;
  /** Zeros around the image. */
  readonly padding: Padding;
  /** Rows, columns. */
  readonly strides: readonly [number, number];
  /** Positions from one tap of the kernel to the next, in rows and columns; strides or dilation are 1. */
  readonly dilation: readonly [number, number];
  /** The number of groups: map k sees the channels of group floor(k groups / filters) only. */
  readonly groups: number;
  /** `connectionTable[k]` lists the channels that map k sees; absent: all. */
  readonly connectionTable?: readonly (readonly number[])[];
}

/** The weights of a transposed convolution and how they are applied. */
export interface Conv2dTransposeOptions {
  /** [kernel rows, kernel columns, output channels, input channels] */
  readonly kernel: Variable;
  readonly bias?: Variable;
  /** Rows, columns. */
  readonly strides: readonly [number, number];
  /** Positions from one tap of the kernel to the next, in rows and columns; strides or dilation are 1. */
  readonly dilation: readonly [number, number];
  /** Rows and columns of the output: a convolution of it would have the input's size. */
  readonly size: readonly [number, number];
}

/** The sizes of a convolution as its wasm kernels read them. */
export interface Sizes {
  readonly H: number;
  readonly W: number;
  readonly KH: number;
  readonly KW: number;
  readonly SH: number;
  readonly SW: number;
  readonly DH: number;
  readonly DW: number;
  readonly OH: number;
  readonly OW: number;
}

/** Whether the kernel moves by one pixel, and its elements are side by side: without strides and dilation. */
export function isPlain({ SH, SW, DH, DW }: Sizes): boolean {
  return SH * SW * DH * DW === 1;
}

/** The sizes of a convolution of a padded image: H and W are those with the padding. */
export function paddedSizes(
  [H, W]: Shape,
  { kernel, padding: { top, bottom, left, right }, strides, dilation }: Conv2dOptions,
): Sizes {
  return sizesOf([H! + top + bottom, W! + left + right], kernel.shape as never, strides, dilation);
}

/** The sizes of a "valid" convolution of an image. */
export function sizesOf(
  [H, W]: readonly [number, number, ...number[]],
  [KH, KW]: readonly [number, number, ...number[]],
  [SH, SW]: readonly [number, number],
  [DH, DW]: readonly [number, number],
): Sizes {
  const [OH, OW] = [windows(H, KH, SH, DH), windows(W, KW, SW, DW)];
  return { H, W, KH, KW, SH, SW, DH, DW, OH, OW };
}

function windows(size: number, taps: number, stride: number, dilation: number): number {
  return Math.floor((size - (taps - 1) * dilation - 1) / stride) + 1;
}
