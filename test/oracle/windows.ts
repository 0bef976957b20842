export type Padding = "valid" | "same";

/** Where a window moves along one axis: it starts at `i * stride - before` for i in [0, count). */
export interface Windows {
  readonly count: number;
  readonly before: number;
}

/**
 * Output size and leading padding along one axis, as TensorFlow has them (tf.nn, "Notes on padding"): "same" gives
 * ceil(size / stride) windows and puts an odd row or column of padding behind.
 */
export function windows(size: number, kernel: number, stride: number, padding: Padding): Windows {
  if (padding === "valid") return { count: Math.floor((size - kernel) / stride) + 1, before: 0 };
  const count = Math.ceil(size / stride);
  const total = Math.max((count - 1) * stride + kernel - size, 0);
  return { count, before: Math.floor(total / 2) };
}
