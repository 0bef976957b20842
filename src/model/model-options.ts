import type { Tensor } from "../core/tensor.ts";
import type { SymbolicTensor } from "../layers/layer.ts";
import type { Loss, LossName } from "../training/losses/table.ts";
import type { MetricName } from "../training/metrics/table.ts";
import type { Optimizer, OptimizerName } from "../training/optimizers/table.ts";
import type { EngineOptions } from "./core.ts";

export interface ModelOptions<Outputs extends SymbolicTensor | readonly SymbolicTensor[]> extends EngineOptions {
  readonly inputs: SymbolicTensor;
  /** One tensor, or several of one graph, such as the outputs of hidden layers. */
  readonly outputs: Outputs;
  /** The name in summaries and files. Default "model". */
  readonly name?: string;
  /** Seed of the initial weights of layers that have none yet. Default 0. */
  readonly seed?: number;
}

export interface CompileOptions {
  /** An optimizer, or the name of one with its defaults. Default "adam". */
  readonly optimizer?: Optimizer | OptimizerName;
  /** The name of a loss, or {@link rbfMap} with a j of its own. Required. */
  readonly loss: LossName | Loss;
  /** Numbers to report beside the loss. Default: none. */
  readonly metrics?: readonly MetricName[];
}

/** A weight's numbers, in row-major order. */
export type WeightValue = ArrayLike<number> | Tensor;

/** Weights by `<layer>/<weight>`. */
export type WeightValues = Readonly<Record<string, WeightValue>> | ReadonlyMap<string, WeightValue>;

/** One tensor for a model with one output, else one for each. */
export type Prediction<Outputs> = Outputs extends readonly SymbolicTensor[]
  ? Tensor<Float32Array>[]
  : Tensor<Float32Array>;
