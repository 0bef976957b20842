import { expect, test } from "vitest";
import { packedWeights } from "../../src/exchange/standalone/pack-weights.ts";
import { networkOf } from "../../src/exchange/standalone/runtime/network.ts";
import { stepsBetween } from "../../src/exchange/standalone/steps-of.ts";
import type * as lenet5 from "../../src/index.ts";
import type { LayerType } from "../../src/index.ts";
import { layers } from "../../src/layers/registry.ts";
import { noise } from "../engine/as-oracle.ts";
import { layerSamples } from "../members/layer-samples.ts";
import { modelAround } from "../members/models.ts";

/** The largest difference between the outputs of a standalone file and those of the model. */
async function difference(model: lenet5.Model): Promise<number> {
  // Weights as after training: no gamma is 1, no variance below 0.
  model.setWeights(
    model.getWeights().map(({ shape, data }, i) => {
      const { data: more } = noise(shape, i);
      return { shape, data: data.map((value, k) => value + 0.1 + 0.2 * Math.abs(more[k]!)) };
    }),
  );
  const images = noise([3, ...model.inputs.shape], 1);
  const { data } = await model.predict(images);
  const { steps, weights } = stepsBetween(model.inputs, model.outputs);
  const { bytes, descriptions } = packedWeights(weights, 32);
  const run = networkOf({ input: model.inputs.shape, steps, weights: descriptions }, bytes);
  const size = images.data.length / 3;
  const got = [0, 1, 2].flatMap((i) => [...run(images.data.subarray(i * size, (i + 1) * size))]);
  return Math.max(...got.map((value, i) => Math.abs(value - data[i]!)));
}

test.each(Object.keys(layers) as LayerType[])("a standalone file computes %s as the model does", async (type) => {
  expect(await difference(modelAround(layerSamples[type]))).toBeLessThan(1e-5);
});
