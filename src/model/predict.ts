import { InputError } from "../core/errors.ts";
import { checkedOptions, type OptionsOf } from "../core/options.ts";
import type { Tensor } from "../core/tensor.ts";
import { CallingThreadExecutable } from "../engine/calling-thread.ts";
import { dropOldest, type ModelCore } from "./core.ts";
import { dataShape, imageSamples } from "./data.ts";
import type { Graph } from "./graph.ts";
import type { Each } from "./parts.ts";
import { passOptions } from "./pass-options.ts";
import { imageProgram, type StoredImages } from "./programs.ts";

/** Options of {@link Model.predict}. */
export interface PredictOptions extends OptionsOf<typeof passOptions> {}

/** The outputs for a batch of images, one tensor for each output of the model. */
export async function predict(
  core: ModelCore,
  images: Each<Tensor>,
  given: PredictOptions,
): Promise<Tensor<Float32Array>[]> {
  const options = checkedOptions("predict", passOptions, given);
  const samples = imageSamples(images, dataShape(core.graph));
  const { count, inputs } = samples;
  const shapes = core.graph.outputs.map((output) => [count, ...output.shape]);
  if (count === 1 && options.verbose === 0 && isSmall(core.graph)) {
    const small = await oneImage(core, inputs);
    if (small) return small.run(samples.source).map((data, i) => ({ shape: shapes[i]!, data }));
  }
  if (count === 0) return shapes.map((shape) => ({ shape, data: new Float32Array(0) }));
  const { predictBatches } = await import("./predict-batches.ts");
  const outputs = await predictBatches(core, samples, options);
  return outputs.map((data, i) => ({ shape: shapes[i]!, data }));
}

/**
 * A synchronous function that predicts one image on the calling thread: the values of the first output.
 * @throws InputError for a model with a layer that has no wasm kernel for a single image
 */
export async function classifier(core: ModelCore, like: StoredImages): Promise<(image: Each<Tensor>) => Float32Array> {
  const shape = dataShape(core.graph);
  const executable = await oneImage(
    core,
    shape.inputs.map(() => like),
  );
  if (!executable) {
    throw new InputError(
      "classifier: expected a model of convolutions, dense and pooling layers and activations, got another: use predict",
    );
  }
  return (image) => {
    const { count, inputs, source } = imageSamples(image, shape);
    const other = inputs.find((each) => each.scale !== like.scale || each.bytesPerElement !== like.bytesPerElement);
    if (count !== 1 || other) {
      throw new InputError(
        `classifier: expected one image of ${like.bytesPerElement === 1 ? "bytes" : "floats"} with scale ${like.scale}, as it was made for, got ${count} with scale ${(other ?? like).scale}`,
      );
    }
    return executable.run(source)[0]!;
  };
}

/** Models of more multiply-adds, about a millisecond, do not run on the calling thread. */
const MAX_MACS = 10e6;

function isSmall({ layers }: Graph): boolean {
  return layers.reduce((sum, layer) => sum + layer.built.macs, 0) <= MAX_MACS;
}

/** The program for one image on the calling thread; undefined where a layer has no wasm kernel for that. */
function oneImage(core: ModelCore, inputs: readonly StoredImages[]): Promise<CallingThreadExecutable | undefined> {
  const key = inputs.map(({ scale, bytesPerElement }) => `${scale} ${bytesPerElement}`).join();
  let known = core.oneImage.get(key);
  if (!known) {
    const builder = imageProgram(core.graph, inputs);
    known = Promise.resolve(builder && CallingThreadExecutable.from(builder, core.numerics));
    core.oneImage.set(key, known);
    dropOldest(core.oneImage);
  }
  return known;
}
