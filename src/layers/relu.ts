import { type OptionsOf, optional, within } from "../core/options.ts";
import { reluWith } from "../ops/activations/relu.ts";
import { activationLayer } from "./activation-layer.ts";
import { defineLayer, type LayerMaker, type LayerOptions } from "./define-layer.ts";

const options = {
  /** The largest output, at least 0; default: none. */
  maxValue: optional(within(0), undefined),
  /** The slope below the threshold, at least 0; default 0. */
  negativeSlope: optional(within(0), 0),
  /** Inputs up to this, at least 0, count as negative; default 0. */
  threshold: optional(within(0), 0),
};

/** Options of {@link relu}. */
export interface ReluOptions extends LayerOptions, OptionsOf<typeof options> {}

/**
 * min(x, maxValue) where x is above the threshold, else negativeSlope (x - threshold). Input and output: one tensor of
 * any shape; no weights. https://keras.io/api/layers/activation_layers/relu/
 * @throws InputError for an option below 0
 */
export const relu: LayerMaker<ReluOptions> = defineLayer("relu", options, (config, inputs, complain) =>
  activationLayer(reluWith(config), inputs, complain),
);
