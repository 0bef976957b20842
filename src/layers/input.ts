import { checkOptions, InputError, shown, wholeNumber } from "../core/errors.ts";
import type { Shape } from "../core/tensor.ts";
import { defineLayer, type LayerOptions, type SymbolicTensor } from "./layer.ts";

export interface InputOptions extends LayerOptions {
  /** Without the batch axis: `[rows, columns, channels]` or `[features]`. */
  readonly shape: Shape;
}

/** Where images enter a network. https://keras.io/api/layers/core_layers/input/ */
export function input(options: InputOptions): SymbolicTensor {
  checkOptions("[input]", options, ["shape", "name"]);
  if (!Array.isArray(options.shape)) {
    throw new InputError(
      `[input] shape: expected [rows, columns, channels] or [features], got ${shown(options.shape)}`,
    );
  }
  const shape = options.shape.map((size: number) => wholeNumber("[input] shape", size));
  if (shape.length !== 3 && shape.length !== 1) {
    throw new InputError(`[input] shape: expected [rows, columns, channels] or [features], got [${shape.join(", ")}]`);
  }
  const layer = defineLayer("input", options, { shape }, () => ({
    outputShape: shape,
    weights: [],
    connections: 0,
    macs: 0,
    emit: (_, [images]) => images!,
  }));
  return layer([]);
}
