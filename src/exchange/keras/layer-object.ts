import { InputError } from "../../core/errors.ts";
import type { Constraint } from "../../layers/constraints/table.ts";
import type { Initializer } from "../../layers/initializers.ts";
import type { Layer } from "../../layers/layer.ts";
import { isLayerType } from "../../layers/registry.ts";
import type { Regularizer } from "../../layers/regularizers.ts";
import { kerasClasses, kerasOption, ownTypes } from "./classes.ts";
import { type KerasObject, kerasObject, ownFunction, ownObject } from "./object.ts";
import { kerasConstraint, kerasInitializer, kerasRegularizer } from "./weight-rules.ts";

/**
 * A layer as Keras 3 has it. What has Keras's default in every version is left out where our option is absent.
 * @throws InputError for a custom layer
 */
export function kerasLayer(layer: Layer): KerasObject {
  const { type, name, config } = layer;
  if (!isLayerType(type))
    throw new InputError(
      `exportKeras: expected layers of the library, got "${name}" of the type "${type}": replace it, or export the model as ONNX`,
    );
  if (type === "input") {
    const shape = [null, ...layer.built.outputShape];
    return kerasObject("layers", "InputLayer", { batch_shape: shape, dtype: "float32", sparse: false, name });
  }
  const common = { name, ...(layer.built.weights.length > 0 && { trainable: layer.trainable }), dtype: "float32" };
  const options = Object.entries(config).map(([option, value]) => [
    kerasOption(option),
    kerasValue(layer, option, value),
  ]);
  const made = { ...common, ...Object.fromEntries(options), ...added(layer) };
  if (type === "conv2d" && config.connectionTable) return ownObject("ConnectedConv2D", made);
  return ownTypes.has(type) ? ownObject(kerasClasses[type], made) : kerasObject("layers", kerasClasses[type], made);
}

function kerasValue(layer: Layer, option: string, value: unknown): unknown {
  if (option.endsWith("Initializer")) return kerasInitializer(value as Initializer, weightOf(layer, option));
  if (option.endsWith("Regularizer")) return kerasRegularizer(value as Regularizer);
  if (option.endsWith("Constraint")) return kerasConstraint(value as Constraint);
  if (option === "activation" && value === "scaled_tanh") return ownFunction("scaled_tanh");
  if (option === "sharedAxes" && (value as readonly number[]).length === 0) return null;
  // The centres are among the weights.
  if (option === "centres") return undefined;
  return value;
}

/** What Keras needs to know and our options do not say. */
function added({ type, built }: Layer): Readonly<Record<string, unknown>> {
  if (type === "batchNormalization" || type === "concatenate") return { axis: -1 };
  return type === "rbf" ? { units: built.outputShape[0] } : {};
}

/** The weight of an option such as `kernelInitializer`: `kernel`; `depthwiseInitializer` is that of the first kernel. */
function weightOf({ built }: Layer, option: string) {
  const name = option.slice(0, -"Initializer".length);
  return built.weights.find((weight) => weight.name.startsWith(name)) ?? built.weights[0]!;
}
