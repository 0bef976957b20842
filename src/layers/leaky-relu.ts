import { type OptionsOf, optional, within } from "../core/options.ts";
import { reluWith } from "../ops/activations/relu.ts";
import { activationLayer } from "./activation-layer.ts";
import { defineLayer, type LayerMaker, type LayerOptions } from "./define-layer.ts";

const options = {
  /** The slope below 0, at least 0; default 0.3, as Keras's layer. (Keras's activation "leaky_relu" has 0.2.) */
  negativeSlope: optional(within(0), 0.3),
};

/** Options of {@link leakyRelu}. */
export interface LeakyReluOptions extends LayerOptions, OptionsOf<typeof options> {}

/**
 * x where x is above 0, else negativeSlope x. Input and output: one tensor of any shape; no weights.
 * https://keras.io/api/layers/activation_layers/leaky_relu/
 * @throws InputError for a slope below 0
 */
export const leakyRelu: LayerMaker<LeakyReluOptions> = defineLayer("leakyRelu", options, (config, inputs, complain) =>
  activationLayer(reluWith(config), inputs, complain),
);
