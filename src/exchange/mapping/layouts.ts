import type { Shape } from "../../core/tensor.ts";

/** What a program stores: kernels, and maps where they become a vector. */
type Stored = "conv" | "transposed" | "depthwise" | "dense" | "maps";

/** A program whose order of axes others have too: candle and tinygrad have PyTorch's. */
export type Layout = "keras" | "pytorch" | "burn" | "mlx";

/**
 * How a program stores weights. Letters are axes: H and W the rows and columns of a kernel, I and O its input and output
 * channels, C a channel, M the maps of one channel, F features.
 */
export const layouts: { readonly [Name in Layout]: Readonly<Record<Stored, string>> } = {
  /** Keras, TensorFlow and Flax: channels last everywhere. */
  keras: { conv: "HWIO", transposed: "HWOI", depthwise: "HWCM", dense: "FO", maps: "HWC" },
  /** PyTorch, tinygrad and candle: channels first, and the outputs of a linear layer first. */
  pytorch: { conv: "OIHW", transposed: "IOHW", depthwise: "CMHW", dense: "OF", maps: "CHW" },
  /** Burn, and linear layers written as `x @ weight`: as PyTorch, with the inputs of a linear layer first. */
  burn: { conv: "OIHW", transposed: "IOHW", depthwise: "CMHW", dense: "FO", maps: "CHW" },
  /** MLX: channels last, with the outputs of every kernel first. */
  mlx: { conv: "OHWI", transposed: "OHWI", depthwise: "CMHW", dense: "OF", maps: "HWC" },
};

/** The layouts by name. */
export const layoutNames = Object.keys(layouts) as Layout[];

/** The sizes of axes by their letters. */
export type AxisSizes = Readonly<Record<string, number>>;

/** The shape of axes. */
export function shapeOf(axes: string, sizes: AxisSizes): Shape {
  return [...axes].map((axis) => sizes[axis]!);
}

/**
 * For each axis of `to`, where each of its positions is in an array with the axes `from`: the element at [i, j, ...] of
 * the one is the element offsets[0][i] + offsets[1][j] + ... of the other.
 */
export function offsetsOf(to: string, from: string, sizes: AxisSizes): number[][] {
  const steps = new Map<string, number>();
  let step = 1;
  for (const axis of [...from].reverse()) {
    steps.set(axis, step);
    step *= sizes[axis]!;
  }
  return [...to].map((axis) => Array.from({ length: sizes[axis]! }, (_, i) => i * steps.get(axis)!));
}
