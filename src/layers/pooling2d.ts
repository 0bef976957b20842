import { type ConfigOf, type OptionsOf, optional } from "../core/options.ts";
import { averageOfPairs, isPairs, maxPooling, pool } from "../ops/pooling2d.ts";
import { defineLayer, type LayerMaker, type LayerOptions, singleImage } from "./define-layer.ts";
import { padding2d, size2d, windowsOver } from "./windows.ts";

const options = {
  /** Rows and columns of the window: a number or [rows, columns]; default 2. */
  poolSize: optional(size2d, 2),
  /**
   * Positions between two windows: a number or [rows, columns]; default: the window's size, so that windows do not
   * overlap.
   */
  strides: optional(size2d, undefined),
  /** "valid" (default): positions that fill no whole window are left out. "same": windows may extend over the edges. */
  padding: optional(padding2d, "valid"),
};

/** Options of `averagePooling2d` and `maxPooling2d`. */
export interface Pooling2dOptions extends LayerOptions, OptionsOf<typeof options> {}

/** Defines `averagePooling2d` or `maxPooling2d`, which differ in the operation only. */
export function definePooling(
  type: "averagePooling2d" | "maxPooling2d",
  kind: "average" | "max",
): LayerMaker<Pooling2dOptions> {
  return defineLayer(
    type,
    options,
    ({ poolSize, strides, padding }: WithStrides<ConfigOf<typeof options>>, inputs, complain) => {
      const [H, W, channels] = singleImage(inputs, complain);
      const windows = windowsOver([H, W], { size: poolSize, strides, padding }, complain);
      const { rows, columns, output, positions } = windows;
      const window = { size: poolSize, strides, output, top: rows.before, left: columns.before };
      return {
        outputShape: [...output, channels],
        weights: [],
        connections: positions * channels * poolSize[0] * poolSize[1],
        macs: 0,
        emit: (tape, [x]) => pool(tape, x!, kind, window),
        ...(kind === "max" && { follower: () => maxPooling.with(window) }),
        ...(kind === "average" && isPairs(window, [H, W]) && { follower: () => averageOfPairs.with(window) }),
      };
    },
    withStrides,
  );
}

/** A config whose strides are set. */
export type WithStrides<Config> = Omit<Config, "strides"> & { readonly strides: [rows: number, columns: number] };

/** Strides that are not given are the window's size. */
export function withStrides<Config extends Pick<ConfigOf<typeof options>, "poolSize" | "strides">>(
  config: Config,
): WithStrides<Config> {
  const { poolSize, strides = poolSize, ...others } = config;
  return { poolSize, strides, ...others } as WithStrides<Config>;
}
