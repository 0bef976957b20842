import { sizeOf } from "../core/tensor.ts";
import { normalizeToUnit } from "../ops/unit-normalization.ts";
import { defineLayer, type LayerMaker, type LayerOptions, single } from "./define-layer.ts";

/**
 * Scales the channels of each position to a vector of length 1: x / max(|x|, 1e-12), Keras's default axis, the last one.
 * Input and output: `[N, rows, columns, channels]` or `[N, features]`; no weights.
 * https://keras.io/api/layers/normalization_layers/unit_normalization/
 * @throws InputError for an unknown option
 */
export const unitNormalization: LayerMaker<LayerOptions> = defineLayer(
  "unitNormalization",
  {},
  (_, inputs, complain) => {
    const shape = single(inputs, complain);
    return {
      outputShape: shape,
      weights: [],
      connections: sizeOf(shape),
      macs: sizeOf(shape),
      emit: (tape, [x]) => normalizeToUnit(tape, x!),
    };
  },
);
