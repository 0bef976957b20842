import { availableThreads, readBytes, terminalColumns, writeBeside, writeOut } from "#platform";
import { display } from "../core/display.ts";
import { InputError, listed, refuseMore, shown } from "../core/errors.ts";
import { checkedOptions, flag } from "../core/options.ts";
import type { Tensor } from "../core/tensor.ts";
import { availableNumerics, type Numerics } from "../engine/binary.ts";
import { canShare, MAX_THREADS } from "../engine/program.ts";
import type { Variable } from "../engine/variable.ts";
import { modelPath } from "../formats/model-path.ts";
import { inTraining, refuseInTraining } from "../layers/in-training.ts";
import type { Layer, SymbolicTensor } from "../layers/layer.ts";
import type { OutputKind } from "../training/confidence.ts";
import type { History } from "../training/history.ts";
import { checkExclusions } from "../training/optimizers/every-optimizer.ts";
import { classOutputs } from "./class-outputs.ts";
import { type CloneOptions, cloneOptions, copiedTensors } from "./clone.ts";
import { objectivesOf } from "./compile.ts";
import { dropTrainingPrograms, type ModelCore, type TrainingState } from "./core.ts";
import type { CustomObjects } from "./custom-objects.ts";
import type { Batches, LabelledImages } from "./data.ts";
import type { EngineOptions } from "./engine-options.ts";
import type { EvaluateOptions } from "./evaluate-options.ts";
import type { EvaluationWith } from "./evaluation.ts";
import { decodeModel, encodeModel } from "./file.ts";
import type { FitOptions } from "./fit-options.ts";
import { refuseTensor } from "./given-data.ts";
import { graphOf, initializeWeights, listOf, variablesOf } from "./graph.ts";
import type { InputGradient, InputGradientOptions } from "./input-gradient.ts";
import { type Kernels, kernelsOf, type LayerOutputs, layerOutputs } from "./layer-outputs.ts";
import {
  type ClassifierOptions,
  type CompileOptions,
  classifierOptions,
  compileOptions,
  type ImagesOf,
  type LoadOptions,
  loadOptions,
  type ModelOptions,
  modelOptions,
  type OneOrMore,
  type Prediction,
  type SummaryOptions,
  summaryOptions,
} from "./model-options.ts";
import type { TrainOnBatchOptions } from "./on-batch.ts";
import { classifier, type PredictOptions, predict } from "./predict.ts";
import { outputsDistances } from "./programs.ts";
import { checkedReading, type Reading, type ReadingOptions, withoutConfidence } from "./reading.ts";
import { takeWeights } from "./saved-weights.ts";
import { type Summary, summaryOf, summaryText } from "./summary.ts";
import { checksumOf, setWeights, type WeightValue, type WeightValues, weightList } from "./weights.ts";

/**
 * A network from its inputs to its outputs. Weights belong to the layers: models that share layers share them.
 * https://keras.io/api/models/model/
 */
export class Model<Outputs extends OneOrMore = SymbolicTensor, Inputs extends OneOrMore = SymbolicTensor> {
  /** The name in summaries and files. */
  readonly name: string;
  /** The input or inputs, made by {@link input}, as they were given. */
  readonly inputs: Inputs;
  /** The output or outputs, as they were given. */
  readonly outputs: Outputs;
  private readonly core: ModelCore;

  constructor(options: ModelOptions<Outputs, Inputs>) {
    const config = checkedOptions("model", modelOptions, options);
    const { name, seed, numerics, threads = Math.min(availableThreads(), MAX_THREADS) } = config;
    this.name = name;
    this.inputs = options.inputs;
    this.outputs = options.outputs;
    this.core = {
      name,
      graph: graphOf(listOf(config.inputs), listOf(config.outputs)),
      threads: canShare ? threads : 1,
      numerics: availableNumerics(numerics),
      training: undefined,
      reading: undefined,
      onBatch: undefined,
      fitting: undefined,
      executables: new Map(),
      oneImage: new Map(),
      layerOutputs: undefined,
      gradients: new Map(),
    };
    initializeWeights(this.core.graph.layers, seed);
  }

  /** The layers, each after those it reads. */
  get layers(): readonly Layer[] {
    return this.core.graph.layers;
  }

  /** The layer with a name. @throws InputError for an unknown name; the message lists the names */
  getLayer(name: string): Layer {
    const layer = this.layers.find((candidate) => candidate.name === name);
    if (!layer)
      throw new InputError(`getLayer: expected ${listed(this.layers.map((each) => each.name))}, got ${shown(name)}`);
    return layer;
  }

  /**
   * Whether training changes the weights of any layer. Setting it sets {@link Layer.trainable} of all layers:
   * `model.trainable = false` freezes the model, for example below new layers.
   * @throws InputError for another value than true or false
   */
  get trainable(): boolean {
    return this.layers.some((layer) => layer.trainable);
  }

  /** Freezes or unfreezes all layers. */
  set trainable(value: boolean) {
    flag("model trainable", value);
    for (const layer of this.layers) layer.trainable = value;
  }

  /** All weights, by `<layer>/<weight>`. Change one with {@link setWeights}. */
  get weights(): ReadonlyMap<string, Tensor<Float32Array>> {
    return new Map(this.variables.map(({ path, shape, value }) => [path, { shape, data: value }]));
  }

  /** The state of training: set by `compile`, changed by `fit`; undefined before `compile`. */
  get training(): Readonly<TrainingState> | undefined {
    this.core.onBatch?.settle();
    return this.core.training;
  }

  /**
   * What the model needs to read pictures as it learned them: how they are prepared, the names of its classes, and how
   * far its answers can be trusted. `fit` takes it from data that say so, such as `mnist()`, and the model file keeps it;
   * undefined where nothing is known. Other weights leave the confidence out.
   */
  get reading(): Reading | undefined {
    return this.core.reading;
  }

  /**
   * For a model that was trained on tensors of your own:
   * `model.reading = { preparation: { size: [28, 28], framing: "mnist" } }`.
   * @throws InputError for unknown properties and values out of range
   */
  set reading(given: ReadingOptions | undefined) {
    this.core.reading = given === undefined ? undefined : checkedReading("model reading", given);
  }

  /** The number of threads that share the work; 1 in a page that is not cross-origin isolated. */
  get threads(): number {
    return this.core.threads;
  }

  /** The numerics in use; they are "reproducible" where the machine does not support "fast". */
  get numerics(): Numerics {
    return this.core.numerics;
  }

  /** Whether the outputs are distances, the smallest being the prediction, instead of scores: see {@link rbf}. */
  get outputsDistances(): boolean {
    return outputsDistances(this.core.graph.outputs[0]!);
  }

  /**
   * What the numbers of the first output are, for {@link judged}; undefined where no probabilities of classes follow
   * from them.
   */
  get outputKind(): OutputKind | undefined {
    return classOutputs(this.core.graph.outputs[0]!, this.training?.objectives[0]?.loss).kind;
  }

  /** The model in numbers: layers, output shapes, parameters, connections, multiply-adds. */
  summaryData(): Summary {
    return summaryOf(this.name, this.core.graph);
  }

  /** Prints the summary as Keras does, and returns its text. */
  summary(options: SummaryOptions = {}): string {
    const { print, lineLength } = checkedOptions("summary", summaryOptions, options);
    const text = summaryText(this.summaryData(), lineLength ?? (print ? terminalColumns("out") : undefined));
    if (print) writeOut(text);
    return text;
  }

  /**
   * Sets optimizer, loss and metrics. The optimizer starts from nothing: its slots are empty, its step count is 0.
   * @throws InputError for unknown names, wrong options, and a loss that does not fit the outputs
   */
  compile(options: CompileOptions): void {
    refuseInTraining("compile", this.layers);
    const { optimizer, ...given } = checkedOptions("compile", compileOptions, options);
    const objectives = objectivesOf(this.core.graph, given);
    checkExclusions(optimizer, this.variables);
    dropTrainingPrograms(this.core);
    this.core.onBatch = undefined;
    this.core.training = { optimizer, objectives, iterations: 0, memory: new Map() };
  }

  /**
   * Trains on images in memory, or on a stream of batches. Resolves with the history also when training stops early;
   * `history.stopped` is then the reason: also after an abort of `signal`, and where the loss, the gradient or a weight
   * became NaN or infinite.
   * @throws InputError when the model is not compiled, the data do not fit it or are not finite, or another training runs
   * @throws Error with its cause where a thread fails, dies or hangs, or a hook fails. The model is then as after the
   * batch that the message names, and `fit` works again
   */
  fit(data: LabelledImages | Batches, options: FitOptions = {}): Promise<History> {
    return asPromised(() => {
      refuseTensor("fit", data, options);
      const training = this.compiled("fit");
      return inTraining("fit", this.layers, async () => {
        // fit has a trainer of its own, which starts from what the last batch left.
        this.core.onBatch?.settle();
        this.core.onBatch = undefined;
        const { fit } = await import("./fit.ts");
        return fit(this.core, training, data, options, this);
      });
    });
  }

  /**
   * Trains on one batch, for custom training loops, and resolves with the loss and the metrics of this batch
   * alone, by name. (Keras returns means over all batches since the last reset.) The optimizer goes on where the last
   * batch, or `fit`, stopped. https://keras.io/api/models/model_training_apis/#train_on_batch-method
   * @throws InputError when the model is not compiled, the data do not fit it or are not finite, another training runs,
   * or the loss, the gradient or a weight becomes NaN or infinite: the weights are then those of before
   * @throws Error with its cause where a thread fails, dies or hangs
   */
  trainOnBatch(data: LabelledImages, options: TrainOnBatchOptions = {}): Promise<Record<string, number>> {
    return asPromised(() => {
      refuseTensor("trainOnBatch", data, options);
      const training = this.compiled("trainOnBatch");
      return inTraining("trainOnBatch", this.layers, async () => {
        this.forgetPosition();
        this.core.reading = withoutConfidence(this.core.reading);
        const { trainOnBatch } = await import("./on-batch.ts");
        return trainOnBatch(this.core, training, data, options);
      });
    });
  }

  /**
   * Loss and metrics of one batch, by name. https://keras.io/api/models/model_training_apis/#test_on_batch-method
   * @throws InputError when the model is not compiled, or the data do not fit it
   */
  testOnBatch(data: LabelledImages): Promise<Record<string, number>> {
    return asPromised(async () => {
      refuseTensor("testOnBatch", data);
      const training = this.compiled("testOnBatch");
      const [{ refuseStream }, { evaluate }] = await Promise.all([import("./on-batch.ts"), import("./evaluate.ts")]);
      refuseStream("testOnBatch", data);
      return (await evaluate(this.core, data, training, {})) as unknown as Record<string, number>;
    });
  }

  /** The outputs for one batch of images: the same as {@link predict} without options. */
  predictOnBatch(images: ImagesOf<Inputs>): Promise<Prediction<Outputs>> {
    return this.predict(images);
  }

  /**
   * Computes loss and metrics of the data; on request also the confusion matrix with precision, recall and F1 of each
   * class, and the prediction for every image.
   * @throws InputError when the model is not compiled, the data do not fit it, or an image, a weight or an output is NaN
   * or infinite
   * @throws Error with its cause where a thread fails, dies or hangs; the reason of `signal` after an abort
   */
  evaluate<const Options extends EvaluateOptions>(
    data: LabelledImages | Batches,
    options?: Options & Record<Exclude<keyof Options, keyof EvaluateOptions>, never>,
  ): Promise<EvaluationWith<Options, Outputs>> {
    const evaluation = asPromised(async () => {
      refuseTensor("evaluate", data, options);
      const training = this.compiled("evaluate");
      const { evaluate } = await import("./evaluate.ts");
      return evaluate(this.core, data, training, options ?? {});
    });
    return evaluation as Promise<EvaluationWith<Options, Outputs>>;
  }

  /**
   * The outputs, [N, ...], for images `[N, rows, columns, channels]`, or for one image without N. For several inputs,
   * images for each: a list in the model's order, or an object by the name of the input.
   * @throws InputError for images that do not fit the model's inputs, for unknown options, and where an image, a weight
   * or an output is NaN or infinite
   * @throws Error with its cause where a thread fails, dies or hangs; the reason of `signal` after an abort
   */
  async predict(images: ImagesOf<Inputs>, options: PredictOptions = {}): Promise<Prediction<Outputs>> {
    const outputs = await predict(this.core, images, options);
    return ("shape" in this.outputs ? outputs[0] : outputs) as Prediction<Outputs>;
  }

  /**
   * A synchronous function that predicts one image on the calling thread and returns the values of the first output.
   * The options describe the images that it will be given; it throws an InputError for others.
   * @throws InputError for a model with a layer that has no wasm kernel for one image: use {@link predict}
   */
  classifier(images: ClassifierOptions = {}): Promise<(image: ImagesOf<Inputs>) => Float32Array> {
    return asPromised(() => {
      const { scale, numbers } = checkedOptions("classifier", classifierOptions, images);
      return classifier(this.core, { scale, bytesPerElement: numbers === "bytes" ? 1 : 4 });
    });
  }

  /**
   * The output of every layer for one image (feature maps), from the image itself to the model's output; for several
   * inputs, one image for each.
   * @throws InputError for more than one image
   */
  layerOutputs(image: ImagesOf<Inputs>): Promise<LayerOutputs> {
    return asPromised(() => layerOutputs(this.core, image));
  }

  /**
   * The output of one unit of any layer for one image, and its gradient by the image, computed as in inference: what the
   * image should have more or less of for the unit to grow. For several inputs, one image for each, and a list of
   * gradients. It is computed on the calling thread; the program of a layer is kept.
   * @throws InputError for an unknown layer, a unit outside of its output, more than one image, and where the image, a
   * weight, the output or the gradient is NaN or infinite
   */
  async inputGradient(
    image: ImagesOf<Inputs>,
    options: InputGradientOptions,
  ): Promise<InputGradient<Prediction<Inputs>>> {
    const { inputGradient } = await import("./input-gradient.ts");
    const { value, gradient } = await inputGradient(this.core, image, options);
    return { value, gradient: ("shape" in this.inputs ? gradient[0] : gradient) as Prediction<Inputs> };
  }

  /** The kernels of a conv2d layer, by its name. @throws InputError for any other layer */
  kernels(name: string): Kernels {
    return kernelsOf(this.core, name);
  }

  /** In a notebook: the network's diagram and its summary. */
  async [display](): Promise<Record<string, string>> {
    const { networkPage } = await import("#notebook");
    return { ...networkPage(this.summaryData()), "text/plain": this.summary({ print: false }) };
  }

  /** The model file's bytes: architecture, weights and, once compiled, the state of training. */
  toBytes(): Uint8Array {
    return encodeModel(this.core);
  }

  /**
   * Writes the model to one safetensors file: first beside it, then renamed, so that the file is always complete.
   * @throws InputError for a path that ends as another format does, such as ".keras", and for more arguments
   */
  save(path: string): Promise<void>;
  save(path: string, ...more: readonly unknown[]): Promise<void> {
    return asPromised(async () => {
      refuseMore("save: expected a path only", more, "a file of that name is always replaced");
      return writeBeside(modelPath("save", path), this.toBytes());
    });
  }

  /**
   * Loads weights by name from a safetensors file. All of the model's must be there in the right shape, otherwise none
   * changes.
   * @throws InputError for a weight that is missing or does not fit; the message names the first; and while `fit` runs
   */
  async loadWeights(file: string | Uint8Array): Promise<void> {
    const [bytes, name] = await fileBytes(file);
    refuseInTraining("loadWeights", this.layers);
    takeWeights(this.core.graph.layers, bytes, name);
    this.forgetPosition();
    this.core.reading = withoutConfidence(this.core.reading);
  }

  /**
   * Copies of all weights, in the order of Keras's `model.get_weights()`: layer by layer, for each those that learn, then
   * its moving statistics.
   * @throws InputError for arguments: there are none
   */
  getWeights(): Tensor<Float32Array>[];
  getWeights(...given: readonly unknown[]): Tensor<Float32Array>[] {
    refuseMore("getWeights: expected no arguments", given, "get one weight by its name from weights");
    return weightList(this.core.graph);
  }

  /**
   * SHA-256 of all weights, in hexadecimal digits: of their bytes as little-endian float32, one weight after the other in
   * the order of {@link getWeights}. Trained with the same settings, models have the same checksum on every machine, in
   * Node and in browsers, and `lenet5 train` prints it. In Python with Keras:
   * `hashlib.sha256(b"".join(w.astype("<f4").tobytes() for w in model.get_weights())).hexdigest()`.
   */
  checksum(): Promise<string> {
    return asPromised(() => checksumOf(this.core.graph));
  }

  /**
   * Sets weights by name: `model.setWeights({ "C1/bias": [0, 0, 0, 0, 0, 0] })`, or from another model's `weights`; or
   * all of them in a list, in the order of {@link getWeights}. All are checked before any is set.
   * Where a connection table leaves out a connection, the weight stays 0.
   * @throws InputError for an unknown name, for another count or shape of numbers or of weights, for a number that is not
   *   finite, and while `fit` runs
   */
  setWeights(weights: WeightValues | readonly WeightValue[]): void {
    refuseInTraining("setWeights", this.layers);
    setWeights(this.core.graph, weights);
    this.forgetPosition();
    this.core.reading = withoutConfidence(this.core.reading);
  }

  /**
   * A model of the same architecture, with layers of its own and new weights, not compiled. It has the same name and
   * names of layers, and the same layers are frozen. https://keras.io/api/models/model_training_apis/ (clone_model)
   */
  clone(options: CloneOptions = {}): Model<Outputs, Inputs> {
    const { weights, seed } = checkedOptions("clone", cloneOptions, options);
    const { name, threads, numerics } = this;
    const { inputs, outputs } = copiedTensors(this.core.graph);
    const same = <Given extends OneOrMore>(given: Given, copied: SymbolicTensor[]) =>
      ("shape" in given ? copied[0]! : copied) as unknown as Given;
    const made = new Model<Outputs, Inputs>({
      name,
      seed,
      threads,
      numerics,
      inputs: same(this.inputs, inputs),
      outputs: same(this.outputs, outputs),
    });
    if (weights) made.setWeights(this.weights);
    made.core.reading = weights ? this.core.reading : withoutConfidence(this.core.reading);
    return made;
  }

  private get variables(): Variable[] {
    return variablesOf(this.core.graph.layers);
  }

  /** Other weights are not those within an epoch that was aborted. */
  private forgetPosition(): void {
    if (this.core.training) this.core.training.position = undefined;
  }

  private compiled(what: string): TrainingState {
    if (!this.core.training)
      throw new InputError(`${what}: expected a compiled model: call compile({ loss: ... }) first`);
    return this.core.training;
  }

  /**
   * The same network with other threads or numerics: it has the same layers and weights, and the same state of training.
   * @internal
   */
  static onEngine(model: Model, { threads = model.threads, numerics = model.numerics }: EngineOptions): Model {
    const { name, inputs, outputs, training } = model;
    const made = new Model({ name, inputs, outputs, threads, numerics });
    made.core.training = training && { ...training, memory: new Map(training.memory) };
    made.core.reading = model.reading;
    return made;
  }

  /**
   * A copy of a model, with its weights and its state of training, that starts at `image`: what its input was is now
   * `start`, which is computed from `image` by layers without weights.
   * @internal
   */
  static startingAt<Outputs extends OneOrMore>(
    image: SymbolicTensor,
    start: SymbolicTensor,
    model: Model<Outputs, OneOrMore>,
  ): Model<Outputs> {
    const { name, threads, numerics, training } = model;
    const copied = copiedTensors(model.core.graph, [start]);
    const outputs = ("shape" in model.outputs ? copied.outputs[0] : copied.outputs) as Outputs;
    const made = new Model({ name, threads, numerics, inputs: image, outputs });
    made.setWeights(model.weights);
    const memory = () => new Map([...training!.memory].map(([path, slot]) => [path, slot.slice()] as const));
    made.core.training = training && { ...training, memory: memory() };
    made.core.reading = model.reading;
    return made;
  }

  /**
   * The model that the bytes of a model file hold: for {@link loadModel}.
   * @internal
   */
  static async fromBytes(
    bytes: Uint8Array,
    name: string,
    options: EngineOptions = {},
    custom?: CustomObjects,
  ): Promise<Model> {
    const { graph, modelName, training, reading } = await decodeModel(bytes, name, custom);
    // The caller, who made the file, knows whether it has several inputs or outputs.
    const inputs = oneOrList(graph.inputs) as SymbolicTensor;
    const outputs = oneOrList(graph.outputs) as SymbolicTensor;
    const made = new Model({ ...options, inputs, outputs, name: modelName });
    made.core.training = training;
    made.core.reading = reading;
    return made;
  }
}

/**
 * A model from inputs to outputs: `model({ inputs: image, outputs: digit, name: "lenet5" })`, or with several
 * `model({ inputs: [left, right], outputs: [digit, parity] })`.
 */
export function model<Outputs extends OneOrMore, Inputs extends OneOrMore>(
  options: ModelOptions<Outputs, Inputs>,
): Model<Outputs, Inputs> {
  return new Model(options);
}

/**
 * A model from a file written by `save`, or from its bytes. It is compiled as it was: training can continue.
 * @throws InputError for a file that is cut short, damaged, or not a model, and for one with a custom layer, loss or
 * metric that `customObjects` lacks
 */
export async function loadModel(file: string | Uint8Array, options: LoadOptions = {}): Promise<Model> {
  const { customObjects, ...engine } = checkedOptions("loadModel", loadOptions, options);
  const [bytes, name] = await fileBytes(file);
  return Model.fromBytes(bytes, name, engine, customObjects);
}

function oneOrList(tensors: readonly SymbolicTensor[]): OneOrMore {
  return tensors.length === 1 ? tensors[0]! : tensors;
}

async function fileBytes(file: string | Uint8Array): Promise<[bytes: Uint8Array, name: string]> {
  return typeof file === "string" ? [await readBytes(file), file] : [file, "model file"];
}

/** Turns errors that are thrown while arguments are checked into rejections. */
async function asPromised<Result>(work: () => Promise<Result>): Promise<Result> {
  return work();
}
