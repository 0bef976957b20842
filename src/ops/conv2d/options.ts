import type { Variable } from "../../engine/variable.ts";

/** The weights of a convolution and how they are applied. */
export interface Conv2dOptions {
  /** [kernel rows, kernel columns, channels, filters]. Weights of connections that do not exist are 0. */
  readonly kernel: Variable;
  readonly bias?: Variable;
  /** Rows, columns. */
  readonly strides: readonly [number, number];
  /** `connectionTable[k]` lists the channels that map k sees; absent: all. */
  readonly connectionTable?: readonly (readonly number[])[];
}
