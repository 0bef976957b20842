import { InputError, shown } from "../core/errors.ts";
import { type Check, choice, type OptionsOf, optional, text } from "../core/options.ts";
import type { Shape } from "../core/tensor.ts";
import { customObjects } from "../model/custom-objects.ts";
import { engineOptions } from "../model/engine-options.ts";
import type { ModelFile } from "./given-file.ts";
import { givenNetwork, networkOptions } from "./mapping/options.ts";

/** The shape of an image or a vector. */
const imageShape: Check<Shape> = (what, given) => {
  const isShape =
    Array.isArray(given) && [1, 3].includes(given.length) && given.every((size) => Number.isInteger(size) && size >= 1);
  if (isShape) return given;
  throw new InputError(`${what}: expected [rows, columns, channels] or [features], got ${shown(given)}`);
};

/** Options of the import of an ONNX file. */
export const onnxOptions = {
  /** For a file with several outputs: the name of the one that the model answers, or of another tensor of the graph. */
  output: optional(text, undefined),
  /**
   * For a file that leaves the size of its input open: the shape of an image, `[rows, columns, channels]` or `[features]`.
   */
  inputShape: optional(imageShape, undefined),
};

const modelFile: Check<ModelFile> = (what, given) => {
  if (typeof given === "string" || (typeof given === "object" && given !== null)) return given;
  throw new InputError(`${what}: expected a path, bytes, or files by name, got ${shown(given)}`);
};

/** Options of the import of a file of Keras. */
export const kerasOptions = {
  /** For a description of layers (.json): the file of their weights. Default: the .h5 file of the same name. */
  weights: optional(modelFile, undefined),
  /** For a file of weights: the description of the layers (.json). Default: the .json file of the same name. */
  architecture: optional(modelFile, undefined),
  /** For a file of weights: a network whose layers are those of the file, in the same order. Default: none. */
  network: optional(givenNetwork, undefined),
  /**
   * For a file of Keras 0 or 1, which does not say for which library its kernels are: those of "theano" are flipped in
   * both axes. Default: "theano" where the channels come first, else "tensorflow".
   */
  backend: optional(choice(["tensorflow", "theano"]), undefined),
  /** For a file with several outputs: the name of the layer whose output the model answers; layers that only others need are left out. */
  output: optional(text, undefined),
  /**
   * For a file that leaves the size of its input open: the shape of an image, `[rows, columns, channels]` or `[features]`.
   */
  inputShape: optional(imageShape, undefined),
};

/** Options of the import of a model of TensorFlow.js. */
export const tfjsOptions = {
  /** For a file of Keras's layers with several outputs: the name of the layer whose output the model answers. */
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
  ...kerasOptions,
  ...networkOptions,
  /** For a file with several outputs: the name of the one that the model answers; of Keras and TensorFlow.js, that of its layer. */
  output: optional(text, undefined),
};

/** Options of {@link importModel}. A format refuses an option that it has no use for. */
export interface ImportOptions extends OptionsOf<typeof importOptions> {}
