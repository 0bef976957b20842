import { finite, type OptionsOf, optional, required } from "../core/options.ts";
import { sizeOf } from "../core/tensor.ts";
import { rescale } from "../ops/rescaling.ts";
import { defineLayer, type LayerMaker, type LayerOptions, single } from "./define-layer.ts";

const options = {
  /** Every number is multiplied by this. Required. */
  scale: required(finite),
  /** Added to every product; default 0. */
  offset: optional(finite, 0),
};

/** Options of {@link rescaling}. */
export interface RescalingOptions extends LayerOptions, OptionsOf<typeof options> {}

/**
 * scale x + offset. Input and output: one tensor of any shape; no weights.
 * https://keras.io/api/layers/preprocessing_layers/image_preprocessing/rescaling/
 * @throws InputError for a scale or offset that is no finite number
 */
export const rescaling: LayerMaker<RescalingOptions> = defineLayer(
  "rescaling",
  options,
  ({ scale, offset }, inputs, complain) => {
    const shape = single(inputs, complain);
    return {
      outputShape: shape,
      weights: [],
      connections: 0,
      macs: sizeOf(shape),
      emit: (tape, [x]) => rescale(tape, x!, scale, offset),
    };
  },
);
