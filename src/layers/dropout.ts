import { checkOptions, InputError, shown } from "../core/errors.ts";
import { hash32 } from "../core/random.ts";
import { dropout as drop } from "../ops/dropout.ts";
import { defineLayer, type Layer, type LayerOptions, single } from "./layer.ts";

export interface DropoutOptions extends LayerOptions {
  /** The share of elements that are dropped, in [0, 1). */
  readonly rate: number;
}

/** In training, drops elements at random and scales the rest by 1 / (1 - rate). https://keras.io/api/layers/regularization_layers/dropout/ */
export function dropout(options: DropoutOptions): Layer {
  checkOptions("[dropout]", options, ["rate", "name"]);
  const { rate } = options;
  if (typeof rate !== "number" || !(rate >= 0 && rate < 1)) {
    throw new InputError(`[dropout] rate: expected a number in [0, 1), got ${shown(rate)}`);
  }
  const layer = defineLayer("dropout", options, { rate }, (shapes, complain) => ({
    outputShape: single(shapes, complain),
    weights: [],
    connections: 0,
    macs: 0,
    emit: (tape, [x]) => drop(tape, x!, rate, hash32(layer.name)),
  }));
  return layer;
}
