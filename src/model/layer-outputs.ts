import { InputError, listed, shown } from "../core/errors.ts";
import type { Shape, Tensor } from "../core/tensor.ts";
import type { Layer } from "../layers/layer.ts";
import type { ModelCore } from "./core.ts";
import { dataShape, imageSamples, type Samples } from "./data.ts";
import { callsOf } from "./graph.ts";
import type { Each } from "./parts.ts";
import { outputsOf } from "./predict.ts";

/** The outputs of all layers for one image. */
export interface LayerOutputs {
  /** The layers, each after those it reads. */
  readonly layers: readonly LayerOutput[];
}

/** The output of a layer for one image. */
export interface LayerOutput {
  /** The layer's name. */
  readonly name: string;
  /** The layer's type. */
  readonly type: Layer["type"];
  /** [rows, columns, channels] or [units] */
  readonly shape: Shape;
  /** The numbers, in row-major order. */
  readonly values: Float32Array;
}

/** The kernels of a convolution. */
export interface Kernels {
  /** The layer's name. */
  readonly layer: string;
  /** [rows, columns, in, out] */
  readonly shape: Shape;
  /** The numbers, in row-major order. */
  readonly values: Float32Array;
  /** The input channels that each map sees; absent where every map sees all. */
  readonly connectionTable?: readonly (readonly number[])[];
}

/**
 * Every layer's output for one image; for a layer that is called several times, the output of its first call. Numbers
 * that are not finite stay, since they show where a model overflows.
 */
export async function layerOutputs(core: ModelCore, image: Each<Tensor>): Promise<LayerOutputs> {
  const samples = imageSamples(image, dataShape(core.graph));
  if (samples.count !== 1) throw new InputError(`layerOutputs: expected one image, got ${samples.count}`);
  const made = await valuesOfLayers(core, samples);
  return {
    layers: core.graph.layers.map(({ name, type, built }, i) => ({
      name,
      type,
      shape: built.outputShape,
      values: made[i]!,
    })),
  };
}

/** The numbers of every layer's output for one image. */
export function valuesOfLayers(core: ModelCore, image: Samples): Promise<Float32Array[]> {
  core.layerOutputs ??= withAllOutputs(core);
  // The program of a large model takes memory for several images of all layers at once: it is not kept.
  return outputsOf({ ...core.layerOutputs, executables: new Map() }, image);
}

/** The model with the output of every layer, and with one-image programs of its own. */
function withAllOutputs(core: ModelCore): ModelCore {
  const calls = callsOf(core.graph);
  const outputs = core.graph.layers.map((layer) => calls.get(layer)![0]!);
  return { ...core, threads: 1, graph: { ...core.graph, outputs }, executables: new Map(), oneImage: new Map() };
}

/** The kernels of a conv2d layer. @throws InputError for any other layer; the message lists the conv2d layers */
export function kernelsOf({ graph }: ModelCore, name: string): Kernels {
  const convolutions = graph.layers.filter(({ type }) => type === "conv2d");
  const layer = convolutions.find((candidate) => candidate.name === name);
  const kernel = layer?.variables.get("kernel");
  if (!layer || !kernel) {
    const names = convolutions.map((one) => one.name);
    throw new InputError(`kernels: expected ${listed(names)}, a conv2d layer, got ${shown(name)}`);
  }
  const connectionTable = layer.config.connectionTable as Kernels["connectionTable"];
  return { layer: name, shape: kernel.shape, values: kernel.value, ...(connectionTable && { connectionTable }) };
}
