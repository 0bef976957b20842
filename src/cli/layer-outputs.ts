import { type ExamplesJson, exampleImage, type FeatureMapsJson } from "../figures.ts";
import type { Model } from "../index.ts";

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

/** The output of each layer for the example with the most confident correct prediction, else for any. */
export async function exampleOutputs(model: Model, examples: ExamplesJson): Promise<FeatureMapsJson | undefined> {
  const right = examples.images.filter(({ label, predicted }) => label === predicted);
  const [example] = [...right.sort((a, b) => b.confidence - a.confidence), ...examples.images];
  return example && model.layerOutputs(exampleImage(example, examples.shape, examples.scale));
}
