import { InputError, shown } from "../core/errors.ts";
import { type Check, type OptionsOf, optional, text } from "../core/options.ts";
import type { Shape } from "../core/tensor.ts";
import { customObjects } from "../model/custom-objects.ts";
import { engineOptions } from "../model/engine-options.ts";

/** The shape of an image or a vector. */
const imageShape: Check<Shape> = (what, given) => {
  const isShape =
    Array.isArray(given) && [1, 3].includes(given.length) && given.every((size) => Number.isInteger(size) && size >= 1);
  if (isShape) return given;
  throw new InputError(`${what}: expected [rows, columns, channels] or [features], got ${shown(given)}`);
};

/** Options of the import of an ONNX file. */
export const onnxOptions = {
  /** For a file with several outputs: the name of the one that the model answers. */
  output: optional(text, undefined),
  /**
   * For a file that leaves the size of its input open: the shape of an image, `[rows, columns, channels]` or `[features]`.
   */
  inputShape: optional(imageShape, undefined),
};

export const importOptions = {
  ...engineOptions,
  /** For a file of this library: the custom layers, losses and metrics that it refers to. Default: none. */
  customObjects: optional(customObjects, undefined),
  ...onnxOptions,
};

/** Options of {@link importModel}. A format refuses an option that it has no use for. */
export interface ImportOptions extends OptionsOf<typeof importOptions> {}
