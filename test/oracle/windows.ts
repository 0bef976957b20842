export type Padding = "valid" | "same";

/** The windows along one axis: window i in [0, count) starts at `i * stride - before`. */
export interface Windows {
  readonly count: number;
  readonly before: number;
}

/**
 * Output size and leading padding along one axis, as TensorFlow has them (tf.nn, "Notes on padding"): "same" gives
 * ceil(size / stride) windows; an odd row or column of padding comes after the image.
 */
export function windows(size: number, kernel: number, stride: number, padding: Padding): Windows {
  if (padding === "valid") return { count: Math.floor((size - kernel) / stride) + 1, before: 0 };
  const count = Math.ceil(size / stride);
  const total = Math.max((count - 1) * stride + kernel - size, 0);
  return { count, before: Math.floor(total / 2) };
}
