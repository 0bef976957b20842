import { sizeOf } from "../core/tensor.ts";
import type { Model } from "../model/model.ts";
import type { ExamplesJson, FeatureMapsJson } from "../report/results.ts";
import { exampleImage } from "../report/statistics/examples.ts";

/** A layer with more kernels is not shown in a report: each would be too small to see. */
const MAX_KERNELS = 256;

/** The convolutions whose kernels are worth showing: larger than 1x1, and few enough. */
export function visibleConvolutions(model: Model): string[] {
  const shown = model.layers.filter(({ type, built }) => {
    const [rows, columns, channels, filters] = built.weights[0]?.shape ?? [];
    return type === "conv2d" && rows * columns > 1 && channels * filters <= MAX_KERNELS;
  });
  return shown.map(({ name }) => name);
}

/**
 * The output of each layer for the example with the most confident correct prediction, else for any; undefined where the
 * model takes no such images.
 */
export async function exampleOutputs(model: Model, examples: ExamplesJson): Promise<FeatureMapsJson | undefined> {
  const right = examples.images.filter(({ label, predicted }) => label === predicted);
  const [example] = [...right.sort((a, b) => b.confidence - a.confidence), ...examples.images];
  const { shape } = model.inputs;
  // The images of a network with input [784] are kept as 28x28.
  if (!example || sizeOf(shape) !== sizeOf(examples.shape)) return undefined;
  const image = exampleImage(example, examples.shape, examples.scale);
  return model.layerOutputs({ ...image, shape: [1, ...shape] });
}
