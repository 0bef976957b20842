import { InputError, shown, wholeNumber } from "../core/errors.ts";
import { type OptionsOf, required } from "../core/options.ts";
import type { Shape } from "../core/tensor.ts";
import { defineLayer, type LayerMaker, type LayerOptions } from "./define-layer.ts";
import type { SymbolicTensor } from "./layer.ts";

const options = {
  /** Without the batch axis: `[rows, columns, channels]` or `[features]`, each at least 1. */
  shape: required(inputShape),
};

/** Options of {@link input}. */
export interface InputOptions extends LayerOptions, OptionsOf<typeof options> {}

/** The layer behind {@link input}; called with no tensors. */
export const inputLayer: LayerMaker<InputOptions> = defineLayer("input", options, ({ shape }) => ({
  outputShape: shape,
  weights: [],
  connections: 0,
  macs: 0,
  emit: (_, [images]) => images!,
}));

/**
 * Where images, `[N, rows, columns, channels]`, or vectors, `[N, features]`, enter a network: the tensor that the first
 * layer is called with. No weights. https://keras.io/api/layers/core_layers/input/
 * @throws InputError for another shape
 */
export function input(options: InputOptions): SymbolicTensor {
  return inputLayer(options)([]);
}

function inputShape(what: string, shape: Shape): Shape {
  const expected = `${what}: expected [rows, columns, channels] or [features]`;
  if (!Array.isArray(shape)) throw new InputError(`${expected}, got ${shown(shape)}`);
  const sizes = shape.map((size: number) => wholeNumber(what, size));
  if (sizes.length !== 3 && sizes.length !== 1) throw new InputError(`${expected}, got [${sizes.join(", ")}]`);
  return sizes;
}
