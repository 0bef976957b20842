import { InputError, shown, wholeNumber } from "../core/errors.ts";
import { choice } from "../core/options.ts";
import type { Complain } from "./define-layer.ts";

/** A size for rows and columns, or one number for both. */
export type Size2d = number | readonly [rows: number, columns: number];

/**
 * valid: windows lie inside the image. same: the output has ceil(input / stride) positions along each axis; zeros are
 * added around the image as TensorFlow does.
 */
export type Padding = "valid" | "same";

/** {@link Padding} as an option. */
export const padding2d = choice(["valid", "same"]);

/** {@link Size2d} as an option, kept as [rows, columns]: whole numbers of at least 1. */
export function size2d(what: string, size: Size2d): [rows: number, columns: number] {
  const pair = typeof size === "number" ? [size, size] : size;
  if (!Array.isArray(pair) || pair.length !== 2) {
    throw new InputError(`${what}: expected a number or [rows, columns], got ${shown(size)}`);
  }
  return [wholeNumber(what, pair[0]!), wholeNumber(what, pair[1]!)];
}

/** Windows along one axis: positions of padding before and after the image, and the number of windows. */
export interface Axis {
  readonly before: number;
  readonly after: number;
  readonly output: number;
}

/**
 * valid: floor((n - k) / s) + 1 windows. same: ceil(n / s) windows and max((windows - 1) s + k - n, 0) positions of
 * padding, the smaller half before. https://www.tensorflow.org/api_docs/python/tf/nn#notes_on_padding_2
 */
export function windowAxis(input: number, window: number, stride: number, padding: Padding, complain: Complain): Axis {
  if (padding === "valid") {
    if (input < window) {
      complain(`expected an input at least as large as the window of ${window}, got ${input}: use padding "same"`);
    }
    return { before: 0, after: 0, output: Math.floor((input - window) / stride) + 1 };
  }
  const output = Math.ceil(input / stride);
  const total = Math.max((output - 1) * stride + window - input, 0);
  return { before: Math.floor(total / 2), after: Math.ceil(total / 2), output };
}

/** Windows along both axes of an image. */
export interface Windows {
  readonly rows: Axis;
  readonly columns: Axis;
  /** [rows, columns] of the output. */
  readonly output: readonly [number, number];
  /** Rows times columns of the output. */
  readonly positions: number;
}

/** The windows of `size` over an image of [rows, columns]. */
export function windowsOver(
  image: readonly [number, number],
  { size, strides, padding }: { size: readonly [number, number]; strides: readonly [number, number]; padding: Padding },
  complain: Complain,
): Windows {
  const rows = windowAxis(image[0], size[0], strides[0], padding, complain);
  const columns = windowAxis(image[1], size[1], strides[1], padding, complain);
  return { rows, columns, output: [rows.output, columns.output], positions: rows.output * columns.output };
}
