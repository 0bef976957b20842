import { checkOptions, numberWithin } from "../core/errors.ts";
import { sizeOf } from "../core/tensor.ts";
import { rescale } from "../ops/rescaling.ts";
import { defineLayer, type Layer, type LayerOptions, single } from "./layer.ts";

export interface RescalingOptions extends LayerOptions {
  readonly scale: number;
  /** Default 0. */
  readonly offset?: number;
}

/** scale x + offset. https://keras.io/api/layers/preprocessing_layers/image_preprocessing/rescaling/ */
export function rescaling(options: RescalingOptions): Layer {
  checkOptions("[rescaling]", options, ["scale", "offset", "name"]);
  const scale = numberWithin("[rescaling] scale", options.scale, Number.NEGATIVE_INFINITY);
  const offset = numberWithin("[rescaling] offset", options.offset ?? 0, Number.NEGATIVE_INFINITY);
  return defineLayer("rescaling", options, { scale, offset }, (shapes, complain) => {
    const shape = single(shapes, complain);
    return {
      outputShape: shape,
      weights: [],
      connections: 0,
      macs: sizeOf(shape),
      emit: (tape, [x]) => rescale(tape, x!, scale, offset),
    };
  });
}
