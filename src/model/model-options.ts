import { InputError, shown } from "../core/errors.ts";
import { type Check, choice, finite, flag, type OptionsOf, optional, required, text } from "../core/options.ts";
import type { Tensor } from "../core/tensor.ts";
import type { SymbolicTensor } from "../layers/layer.ts";
import { checkedLoss, type Loss, type LossName } from "../training/losses/table.ts";
import { checkedMetric, type MetricName } from "../training/metrics/table.ts";
import { checkedOptimizer, type Optimizer, type OptimizerName } from "../training/optimizers/table.ts";
import { engineOptions } from "./engine-options.ts";

const inputTensor: Check<SymbolicTensor> = (what, given) => {
  if (given?.layer?.type === "input") return given;
  throw new InputError(`${what}: expected a tensor made by input(), got ${shown(given)}`);
};

const outputTensors: Check<SymbolicTensor | readonly SymbolicTensor[]> = (what, given) => {
  const outputs = Array.isArray(given) ? given : [given];
  if (outputs.length > 0 && outputs.every((output) => output?.layer)) return given;
  throw new InputError(`${what}: expected a tensor made by layers, or several, got ${shown(given)}`);
};

export const modelOptions = {
  /** The model's input: a tensor made by {@link input}. Required. */
  inputs: required(inputTensor),
  /** One tensor, or several of one graph, such as the outputs of hidden layers. Required. */
  outputs: required(outputTensors),
  /** The name in summaries and files. Default "model". */
  name: optional(text, "model"),
  /** Seed of the initial weights of layers that have none yet. Default 0. */
  seed: optional(finite, 0),
  ...engineOptions,
};

/** Options of {@link model}. */
export interface ModelOptions<Outputs extends SymbolicTensor | readonly SymbolicTensor[]>
  extends OptionsOf<typeof modelOptions> {
  /** One tensor, or several of one graph, such as the outputs of hidden layers. Required. */
  readonly outputs: Outputs;
}

const optimizer: Check<Optimizer | OptimizerName, Optimizer> = checkedOptimizer;
const loss: Check<Loss | LossName, Loss> = checkedLoss;

const metricNames: Check<readonly MetricName[]> = (what, given) => {
  if (!Array.isArray(given)) {
    throw new InputError(`${what}: expected a list such as ["accuracy"], got ${shown(given)}`);
  }
  return given.map((name) => checkedMetric(what, name));
};

export const compileOptions = {
  /** An optimizer, or the name of one with its defaults. Default "adam". */
  optimizer: optional(optimizer, "adam"),
  /** The name of a loss, or {@link rbfMap} with another j than 5. Required. */
  loss: required(loss),
  /** Numbers to report beside the loss. Default: none. */
  metrics: optional(metricNames, []),
};

/** Options of {@link Model.compile}. */
export interface CompileOptions extends OptionsOf<typeof compileOptions> {}

export const summaryOptions = {
  /** Whether to print the summary; false: it is only returned. Default true. */
  print: optional(flag, true),
};

/** Options of {@link Model.summary}. */
export interface SummaryOptions extends OptionsOf<typeof summaryOptions> {}

export const classifierOptions = {
  /** The `scale` of the images, which stored numbers are multiplied by. Default 1 / 255. */
  scale: optional(finite, 1 / 255),
  /** "bytes": images in a Uint8Array; "floats": in any other array. Default "bytes". */
  numbers: optional(choice(["bytes", "floats"]), "bytes"),
};

/** Options of {@link Model.classifier}. */
export interface ClassifierOptions extends OptionsOf<typeof classifierOptions> {}

/** The numbers of a weight, in row-major order. */
export type WeightValue = ArrayLike<number> | Tensor;

/** Weights by `<layer>/<weight>`. */
export type WeightValues = Readonly<Record<string, WeightValue>> | ReadonlyMap<string, WeightValue>;

/** One tensor for a model with one output, else one for each. */
export type Prediction<Outputs> = Outputs extends readonly SymbolicTensor[]
  ? Tensor<Float32Array>[]
  : Tensor<Float32Array>;
