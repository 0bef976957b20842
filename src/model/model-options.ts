import { InputError, shown } from "../core/errors.ts";
import {
  type Check,
  choice,
  finite,
  flag,
  type OptionsOf,
  optional,
  required,
  text,
  whole,
  wholeSeed,
} from "../core/options.ts";
import type { Tensor } from "../core/tensor.ts";
import type { SymbolicTensor } from "../layers/layer.ts";
import { checkedOptimizer, type Optimizer, type OptimizerName } from "../training/optimizers/table.ts";
import type { LossGiven, MetricsGiven } from "./compile.ts";
import { customObjects } from "./custom-objects.ts";
import { engineOptions } from "./engine-options.ts";
import type { Each } from "./parts.ts";

/** The input or output of a model, or several of them. */
export type OneOrMore = SymbolicTensor | readonly SymbolicTensor[];

const inputTensors: Check<OneOrMore> = (what, given) => {
  const inputs = Array.isArray(given) ? given : [given];
  if (inputs.length > 0 && inputs.every((input) => input?.layer?.type === "input")) return given;
  throw new InputError(`${what}: expected a tensor made by input(), or several, got ${shown(given)}`);
};

const outputTensors: Check<OneOrMore> = (what, given) => {
  const outputs = Array.isArray(given) ? given : [given];
  if (outputs.length > 0 && outputs.every((output) => output?.layer)) return given;
  throw new InputError(`${what}: expected a tensor made by layers, or several, got ${shown(given)}`);
};

export const modelOptions = {
  /** A tensor made by {@link input}, or several. Required. */
  inputs: required(inputTensors),
  /** One tensor, or several of one graph, such as the outputs of hidden layers. Required. */
  outputs: required(outputTensors),
  /** The name in summaries and files. Default "model". */
  name: optional(text, "model"),
  /** Seed of the initial weights of layers that have none yet. Default 0. */
  seed: optional(wholeSeed, 0),
  ...engineOptions,
};

/** Options of {@link model}. */
export interface ModelOptions<Outputs extends OneOrMore, Inputs extends OneOrMore>
  extends OptionsOf<typeof modelOptions> {
  /** A tensor made by {@link input}, or several. Required. */
  readonly inputs: Inputs;
  /** One tensor, or several of one graph, such as the outputs of hidden layers. Required. */
  readonly outputs: Outputs;
}

const optimizer: Check<Optimizer | OptimizerName, Optimizer> = checkedOptimizer;
/** Checked by {@link objectivesOf}, which knows the outputs. */
const asGiven =
  <Given>(): Check<Given> =>
  (_, given) =>
    given;

export const compileOptions = {
  /** An optimizer, or the name of one with its defaults. Default "adam". */
  optimizer: optional(optimizer, "adam"),
  /**
   * The name of a loss, a loss with options such as {@link huber}, or one made with {@link defineLoss}. For several
   * outputs, the loss of all, a list of losses in the model's order, or an object by the name of the output; null for an
   * output that is not trained. Required.
   */
  loss: required(asGiven<Each<LossGiven>>()),
  /**
   * The factor of each output's loss in the sum that is trained: a list in the model's order, or an object by the name
   * of the output. Default: 1 for every output.
   */
  lossWeights: optional(asGiven<readonly number[] | Readonly<Record<string, number>>>(), undefined),
  /**
   * Numbers to report beside the loss: names, metrics with options such as {@link precision}, or functions of an image's
   * label and outputs. For several outputs, a list of the metrics of each, or an object by the name of
   * the output. Default: none.
   */
  metrics: optional(asGiven<readonly MetricsGiven[] | Readonly<Record<string, MetricsGiven>>>(), []),
};

export const loadOptions = {
  ...engineOptions,
  /**
   * The custom layers, losses and metrics that the file refers to: what {@link defineLayer} and {@link defineLoss}
   * returned, and the functions of metrics.
   */
  customObjects: optional(customObjects, []),
};

/** Options of {@link loadModel}. */
export interface LoadOptions extends OptionsOf<typeof loadOptions> {}

/** Options of {@link Model.compile}. */
export interface CompileOptions extends OptionsOf<typeof compileOptions> {}

export const summaryOptions = {
  /** Whether to print the summary; false: it is only returned. Default true. */
  print: optional(flag, true),
  /**
   * Characters that a line of the table may take, at least 20: a wider one leaves columns out. Keras's `line_length`.
   * Default: where it is printed to a terminal, the width of the terminal; else as many as needed.
   */
  lineLength: optional(whole(20), undefined),
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

/** Images for a model with one input, else for each: a list in the model's order, or an object by name. */
export type ImagesOf<Inputs> = Inputs extends readonly SymbolicTensor[]
  ? readonly Tensor[] | Readonly<Record<string, Tensor>>
  : Tensor;

/** One tensor for a model with one output, else one for each. */
export type Prediction<Outputs> = Outputs extends readonly SymbolicTensor[]
  ? Tensor<Float32Array>[]
  : Tensor<Float32Array>;
