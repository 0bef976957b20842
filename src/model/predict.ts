import { InputError } from "../core/errors.ts";
import { firstNotFinite } from "../core/finite.ts";
import { type ConfigOf, checkedOptions, type OptionsOf } from "../core/options.ts";
import { unlessAborted } from "../core/signal.ts";
import type { Tensor } from "../core/tensor.ts";
import { CallingThreadExecutable } from "../engine/calling-thread.ts";
import { keep, type ModelCore } from "./core.ts";
import { dataShape, imageSamples, type Samples } from "./data.ts";
import type { Graph } from "./graph.ts";
import type { Each } from "./parts.ts";
import { passOptions } from "./pass-options.ts";
import { imageProgram, type StoredImages } from "./programs.ts";

/** Options of {@link Model.predict}. */
export interface PredictOptions extends OptionsOf<typeof passOptions> {}

/**
 * The outputs for a batch of images, one tensor for each output of the model.
 * @throws InputError for images that do not fit the model, and where an output is not finite
 */
export async function predict(
  core: ModelCore,
  images: Each<Tensor>,
  given: PredictOptions,
): Promise<Tensor<Float32Array>[]> {
  const options = checkedOptions("predict", passOptions, given);
  return unlessAborted(() => predicted(core, images, options), options.signal);
}

async function predicted(
  core: ModelCore,
  images: Each<Tensor>,
  options: ConfigOf<typeof passOptions>,
): Promise<Tensor<Float32Array>[]> {
  const samples = imageSamples(images, dataShape(core.graph));
  const outputs = await outputsOf(core, samples, options);
  if (outputs.some((data) => firstNotFinite(data) >= 0)) {
    const { badOutput } = await import("./not-finite.ts");
    throw await badOutput("predict", core, samples, outputs);
  }
  return outputs.map((data, i) => ({ shape: [samples.count, ...core.graph.outputs[i]!.shape], data }));
}

/** The numbers of each output, finite or not. */
export async function outputsOf(
  core: ModelCore,
  samples: Samples,
  options: ConfigOf<typeof passOptions> = { batchSize: undefined, verbose: 0, signal: undefined },
): Promise<Float32Array[]> {
  const { count, inputs, source } = samples;
  if (count === 1 && options.verbose === 0 && isSmall(core.graph)) {
    const small = await oneImage(core, inputs);
    if (small) return small.run(source);
  }
  if (count === 0) return core.graph.outputs.map(() => new Float32Array(0));
  const { predictBatches } = await import("./predict-batches.ts");
  return predictBatches(core, samples, options);
}

/**
 * A synchronous function that predicts one image on the calling thread: the values of the first output.
 * @throws InputError for a model with a layer that has no wasm kernel for a single image
 */
export async function classifier(
  core: ModelCore,
  like: StoredImages & { readonly scale: number },
): Promise<(image: Each<Tensor>) => Float32Array> {
  const shape = dataShape(core.graph);
  const executable = await oneImage(
    core,
    shape.inputs.map(() => like),
  );
  if (!executable) {
    throw new InputError(
      "classifier: expected a model without prelu and log-softmax, which run on blocks of images only: use predict",
    );
  }
  return (image) => {
    const { count, inputs, source } = imageSamples(image, shape);
    const isOther = inputs.some(({ bytesPerElement }) => bytesPerElement !== like.bytesPerElement);
    const scale = source.scales.find((each) => each !== like.scale);
    if (count !== 1 || isOther || scale !== undefined) {
      throw new InputError(
        `classifier: expected one image of ${like.bytesPerElement === 1 ? "bytes" : "floats"} with scale ${like.scale}, as it was made for, got ${count} with scale ${scale ?? like.scale}`,
      );
    }
    const [values] = executable.run(source);
    if (firstNotFinite(values!) < 0) return values!;
    throw new InputError(
      `classifier: expected finite numbers in the output, got ${values![firstNotFinite(values!)]}: layerOutputs shows where they begin`,
    );
  };
}

/** Models of more multiply-adds, about a millisecond, do not run on the calling thread. */
const MAX_MACS = 10e6;

function isSmall({ layers }: Graph): boolean {
  return layers.reduce((sum, layer) => sum + layer.built.macs, 0) <= MAX_MACS;
}

/** The program for one image on the calling thread; undefined where a layer has no wasm kernel for that. */
function oneImage(core: ModelCore, inputs: readonly StoredImages[]): Promise<CallingThreadExecutable | undefined> {
  const key = inputs.map(({ bytesPerElement }) => bytesPerElement).join();
  let known = core.oneImage.get(key);
  if (!known) {
    const builder = imageProgram(core.graph, inputs);
    known = Promise.resolve(builder && CallingThreadExecutable.from(builder, core.numerics));
    keep(core.oneImage, key, known, known);
  }
  return known;
}
