import { readdirSync, readFileSync } from "node:fs";
import { type Shape, sizeOf, type Tensor } from "../../src/core/tensor.ts";
import { readSafetensors } from "../../src/formats/safetensors.ts";
import type { ActivationName, LayerType, OptimizerName, ScheduleName } from "../../src/index.ts";
import type { BuiltInLoss } from "../../src/training/losses/table.ts";

/**
 * Reads the golden runs: results of Keras, written by `tools/golden/generate.py`, which documents the files.
 * Numbers are Keras's own float64 results; arrays were rounded to float32 to store them.
 */

/** A layer, with its options under Keras's names. */
export interface GoldenLayer {
  name: string;
  kind: Exclude<LayerType, "input">;
  /** The names of its input layers. Default: the layer before it. */
  inputs?: string[];
  activation?: ActivationName;
  /**
   * Of conv2d: the input channels each output map sees; default all. The kernel is 0 elsewhere, and so is its gradient.
   */
  connections?: number[][];
  [option: string]: unknown;
}

export interface GoldenOptimizer {
  rule: Exclude<OptimizerName, "sdlm">;
  learningRate: number;
  momentum?: number;
  nesterov?: boolean;
  weightDecay?: number;
  centered?: boolean;
  amsgrad?: boolean;
  initialAccumulatorValue?: number;
}

export interface GoldenWeight {
  /** Layer and Keras's name of the weight: "C1/kernel". */
  name: string;
  shape: number[];
  trainable: boolean;
  /** Initially `hashedValues(shape, seed, center, limit)`. */
  seed: number;
  center: number;
  limit: number;
}

export interface GoldenRun {
  madeBy: string;
  /** The network's input is `input` times `inputScale`. */
  inputScale: number;
  /** Whether Keras ran with `training=True`. Without it, dropout drops nothing. */
  training: boolean;
  layers: GoldenLayer[];
  /** In Keras's order, layer after layer. */
  weights: GoldenWeight[];
  loss: "sparse_categorical_crossentropy";
  optimizer: GoldenOptimizer;
  /** Of ten steps on the one batch, each before the step's update. */
  losses: number[];
  /** Of every weight after the ten steps. */
  final: Record<string, { sum: number; sumOfSquares: number }>;
}

export interface GoldenNetwork extends GoldenRun {
  /** Bytes [N, H, W, C]. */
  input: Tensor<Uint8Array>;
  labels: Uint8Array;
  /** The output of each layer for the first images, by layer. */
  activations: Record<string, Tensor<Float32Array>>;
  /** Of the loss of the whole batch by each trainable weight, at the initial weights, by weight ("C1/kernel"). */
  gradients: Record<string, Tensor<Float32Array>>;
  /** By weight. */
  initialWeights: Record<string, Tensor<Float32Array>>;
}

export interface GoldenOperations {
  operations: { name: string; training?: boolean; layer: GoldenLayer }[];
  /** "<case>/input/0", "<case>/dWeight/1" and so on. */
  tensors: Record<string, Tensor<Float32Array>>;
}

export interface GoldenLosses {
  /** `before` stands between the predictions and the loss. */
  losses: { name: string; loss: BuiltInLoss; before: ActivationName; value: number }[];
  /** "<case>/input/0", "<case>/target" and so on. */
  tensors: Record<string, Tensor<Float32Array>>;
}

export interface GoldenGeometry {
  cases: { name: string; kind: LayerType; options: Record<string, unknown> }[];
  /** "images", and the results by the names of the cases. */
  tensors: Record<string, Tensor<Float32Array>>;
}

export interface GoldenOptimizers {
  start: number[];
  /** One per step. */
  gradients: number[][];
  cases: { optimizer: GoldenOptimizer; result: number[] }[];
}

export interface GoldenSchedules {
  steps: number[];
  /** Each schedule with its rates at these steps. */
  cases: { schedule: { type: ScheduleName }; rates: number[] }[];
}

/** `fit` and `evaluate` of a small network: conv2d or another convolution, on request batch normalization, flatten, dense with softmax. */
export interface GoldenTraining {
  input: { shape: number[]; seed: number };
  labels: number[];
  batchSize: number;
  epochs: number;
  cases: {
    name: string;
    /** Options of the layers, of the convolution also its kind; null: without that layer. */
    conv: { kind?: LayerType };
    norm: object | null;
    end: object;
    optimizer: { type: OptimizerName };
    start: Record<string, { shape: number[]; seed: number; center: number; limit: number }>;
    losses: number[];
    evaluated: number;
  }[];
  /** Weights after training, "<case>/<weight>". */
  tensors: Record<string, Tensor<Float32Array>>;
}

export function readGoldenTraining(): GoldenTraining {
  const { golden, tensors } = readFile("training");
  return { ...(golden as GoldenTraining), tensors: tensors as Record<string, Tensor<Float32Array>> };
}

export function readGoldenNetwork(name: "article" | "full" | "convnet" | "batchnorm"): GoldenNetwork {
  const { golden, tensors } = readFile(name);
  const run = golden as GoldenRun;
  const floats = (prefix: string) =>
    Object.fromEntries(
      Object.entries(tensors)
        .filter(([key]) => key.startsWith(prefix))
        .map(([key, tensor]) => [key.slice(prefix.length), tensor as Tensor<Float32Array>]),
    );
  return {
    ...run,
    input: tensors.input as Tensor<Uint8Array>,
    labels: tensors.labels.data as Uint8Array,
    activations: floats("activation/"),
    gradients: floats("gradient/"),
    initialWeights: initialWeights(run),
  };
}

/** The operations of every area. */
export function readGoldenOperations(): GoldenOperations {
  const files = readdirSync(new URL("operations/", import.meta.url)).sort();
  const areas = files.map((file) => readFile(`operations/${file.replace(".safetensors", "")}`));
  return {
    operations: areas.flatMap(({ golden }) => (golden as GoldenOperations).operations),
    tensors: Object.assign({}, ...areas.map(({ tensors }) => tensors)),
  };
}

export function readGoldenLosses(): GoldenLosses {
  const { golden, tensors } = readFile("losses");
  return { ...(golden as GoldenLosses), tensors: tensors as Record<string, Tensor<Float32Array>> };
}

/** The layers of random geometry, each with a single amount to draw. */
export function readGoldenGeometry(): GoldenGeometry {
  const { golden, tensors } = readFile("geometry");
  return { ...(golden as GoldenGeometry), tensors: tensors as Record<string, Tensor<Float32Array>> };
}

export function readGoldenOptimizers(): GoldenOptimizers {
  return JSON.parse(readFileSync(new URL("optimizers.json", import.meta.url), "utf8"));
}

export function readGoldenSchedules(): GoldenSchedules {
  return JSON.parse(readFileSync(new URL("schedules.json", import.meta.url), "utf8"));
}

/** center +- limit, uniform, rounded to float32: `hashed` in tools/golden/arrays.py, to the bit. */
export function hashedValues(shape: Shape, seed: number, center: number, limit: number): Float32Array {
  return Float32Array.from({ length: sizeOf(shape) }, (_, i) => {
    let h = i + Math.imul(seed, 0x9e3779b9);
    h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
    h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
    h = (h ^ (h >>> 16)) >>> 0;
    return center + (h / 2 ** 31 - 1) * limit;
  });
}

function initialWeights({ layers, weights }: GoldenRun): Record<string, Tensor<Float32Array>> {
  return Object.fromEntries(
    weights.map(({ name, shape, seed, center, limit }) => {
      const data = hashedValues(shape, seed, center, limit);
      const [layerName, weightName] = name.split("/");
      const layer = layers.find((candidate) => candidate.name === layerName);
      if (layer?.kind === "conv2d" && layer.connections !== undefined && weightName === "kernel") {
        const [, , C, K] = shape;
        for (let i = 0; i < data.length; i++) {
          if (!layer.connections[i % K].includes(Math.floor(i / K) % C)) data[i] = 0;
        }
      }
      return [name, { shape, data }];
    }),
  );
}

function readFile(name: string): { golden: unknown; tensors: Record<string, Tensor> } {
  const file = `${name}.safetensors`;
  const { tensors, metadata } = readSafetensors(readFileSync(new URL(file, import.meta.url)), file);
  return { golden: JSON.parse(metadata.golden), tensors: Object.fromEntries(tensors) };
}
