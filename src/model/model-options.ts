import type { Tensor } from "../core/tensor.ts";
import type { SymbolicTensor } from "../layers/layer.ts";
import type { Loss, LossName } from "../training/losses/table.ts";
import type { MetricName } from "../training/metrics/table.ts";
import type { Optimizer, OptimizerName } from "../training/optimizers/table.ts";
import type { EngineOptions } from "./core.ts";

export interface ModelOptions<Outputs extends SymbolicTensor | readonly SymbolicTensor[]> extends EngineOptions {
  readonly inputs: SymbolicTensor;
  /** One tensor, or several of one graph, such as inner activations. */
  readonly outputs: Outputs;
  /** Default "model". */
  readonly name?: string;
  /** Weights that have no value yet get their first from this; default 0. */
  readonly seed?: number;
}

export interface CompileOptions {
  /** An optimizer, or the name of one with its defaults; default "adam". */
  readonly optimizer?: Optimizer | OptimizerName;
  /** A name, or {@link rbfMap} with its own j. */
  readonly loss: LossName | Loss;
  /** Default none. */
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
