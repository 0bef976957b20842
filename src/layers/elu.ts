import { type OptionsOf, optional, within } from "../core/options.ts";
import { eluOf } from "../ops/activations/elu.ts";
import { activationLayer } from "./activation-layer.ts";
import { defineLayer, type LayerMaker, type LayerOptions } from "./define-layer.ts";

const options = {
  /** The output approaches -alpha for very negative inputs; at least 0, default 1. */
  alpha: optional(within(0), 1),
};

/** Options of {@link elu}. */
export interface EluOptions extends LayerOptions, OptionsOf<typeof options> {}

/**
 * x where x is above 0, else alpha (e^x - 1). Input and output: one tensor of any shape; no weights.
 * https://keras.io/api/layers/activation_layers/elu/
 * @throws InputError for an alpha below 0
 */
export const elu: LayerMaker<EluOptions> = defineLayer("elu", options, ({ alpha }, inputs, complain) =>
  activationLayer(eluOf(alpha), inputs, complain),
);
