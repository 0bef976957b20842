import { type ExamplesJson, exampleImage, type FeatureMapsJson } from "../figures.ts";
import type { Model } from "../index.ts";

/** A layer with more kernels than this is not shown in a report: none could be made out. */
const MOST_KERNELS = 256;

/** The convolutions whose kernels can be made out. */
export function visibleConvolutions(model: Model): string[] {
  const shown = model.layers.filter(({ type, built }) => {
    const [rows, columns, channels, filters] = built.weights[0]?.shape ?? [];
    return type === "conv2d" && rows * columns > 1 && channels * filters <= MOST_KERNELS;
  });
  return shown.map(({ name }) => name);
}

/** What each layer makes of the example the network is surest and right of, else of any. */
export async function insideOf(model: Model, examples: ExamplesJson): Promise<FeatureMapsJson | undefined> {
  const right = examples.images.filter(({ label, predicted }) => label === predicted);
  const [example] = [...right.sort((a, b) => b.confidence - a.confidence), ...examples.images];
  return example && model.layerOutputs(exampleImage(example, examples.shape, examples.scale));
}
