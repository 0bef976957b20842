import { checkOptions } from "../core/errors.ts";
import { sizeOf } from "../core/tensor.ts";
import { flatten as flattenValue } from "../ops/flatten.ts";
import { defineLayer, type Layer, type LayerOptions, single } from "./layer.ts";

/** An image as a vector, in the order row, column, channel. https://keras.io/api/layers/reshaping_layers/flatten/ */
export function flatten(options: LayerOptions = {}): Layer {
  checkOptions("[flatten]", options, ["name"]);
  return defineLayer("flatten", options, {}, (shapes, complain) => ({
    outputShape: [sizeOf(single(shapes, complain))],
    weights: [],
    connections: 0,
    macs: 0,
    emit: (tape, [x]) => flattenValue(tape, x!),
  }));
}
