import { InputError, shown } from "../core/errors.ts";
import { checkedOptions, type OptionsOf } from "../core/options.ts";
import type { Layer, SymbolicTensor } from "../layers/layer.ts";
import { Model } from "./model.ts";
import { modelOptions } from "./model-options.ts";

const { inputs: _inputs, outputs: _outputs, ...options } = modelOptions;

/** Options of {@link sequential}. */
export interface SequentialOptions extends OptionsOf<typeof options> {}

/**
 * A model of layers one after the other: `sequential([input({ shape: [28, 28, 1] }), flatten(), dense({ units: 10 })])`.
 * The list begins with an input, or with a model of one input and one output to continue, whose layers it shares. All
 * layers are in the list; unlike Keras, there is no `add`, and no layer learns its input shape from data.
 * https://keras.io/api/models/sequential/
 * @throws InputError for a list that begins otherwise, and for anything else in it than layers
 */
export function sequential(
  layers: readonly [SymbolicTensor | Model, ...Layer[]],
  given: SequentialOptions = {},
): Model {
  const config = checkedOptions("sequential", options, given);
  if (!Array.isArray(layers)) {
    throw new InputError(`sequential: expected a list that begins with input({ shape }), got ${shown(layers)}`);
  }
  const [first, ...rest] = layers as readonly [SymbolicTensor | Model, ...Layer[]];
  const { inputs, outputs } = beginning(first);
  const end = rest.reduce((tensor, layer, i) => {
    if (typeof layer === "function" && typeof layer.type === "string") return layer(tensor);
    throw new InputError(`sequential: expected layers after the first, got ${shown(layer)} at index ${i + 1}`);
  }, outputs);
  return new Model({ ...config, inputs, outputs: end });
}

function beginning(first: SymbolicTensor | Model): { inputs: SymbolicTensor; outputs: SymbolicTensor } {
  if (first instanceof Model) {
    const { inputs, outputs } = first;
    if ("shape" in inputs && "shape" in outputs) return { inputs, outputs };
    throw new InputError("sequential: expected a model with one input and one output, got one with several");
  }
  if (first?.layer?.type === "input") return { inputs: first, outputs: first };
  const got = typeof first === "function" ? `the layer ${(first as Layer).type}` : shown(first);
  throw new InputError(`sequential: expected input({ shape: [rows, columns, channels] }) first, got ${got}`);
}
