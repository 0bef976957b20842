import { InputError, oneOf, shown, wholeNumber } from "../core/errors.ts";
import type { Complain } from "./layer.ts";

/** A size for rows and columns, or one number for both. */
export type Size2d = number | readonly [rows: number, columns: number];

/** valid: windows lie inside the image. same: the output has ceil(input / stride) cells, padded as TensorFlow pads. */
export type Padding = "valid" | "same";

export function size2d(what: string, size: Size2d): [number, number] {
  const pair = typeof size === "number" ? [size, size] : size;
  if (!Array.isArray(pair) || pair.length !== 2) {
    throw new InputError(`${what}: expected a number or [rows, columns], got ${shown(size)}`);
  }
  return [wholeNumber(what, pair[0]!), wholeNumber(what, pair[1]!)];
}

export function padding2d(what: string, padding: Padding): Padding {
  return oneOf(what, padding, ["valid", "same"]);
}

/** Cells before, cells after, and windows along one axis. */
export interface Axis {
  readonly before: number;
  readonly after: number;
  readonly output: number;
}

/**
 * valid: floor((n - k) / s) + 1 windows. same: ceil(n / s) windows; max((windows - 1) s + k - n, 0) cells of padding,
 * the smaller half before. https://www.tensorflow.org/api_docs/python/tf/nn#notes_on_padding_2
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
