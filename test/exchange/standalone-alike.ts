import { expect } from "vitest";
import { packedWeights } from "../../src/exchange/standalone/pack-weights.ts";
import { networkOf } from "../../src/exchange/standalone/runtime/network.ts";
import { stepsBetween } from "../../src/exchange/standalone/steps-of.ts";
import type { Model } from "../../src/index.ts";
import { noise } from "../engine/as-oracle.ts";

/** Compares what the code of a standalone file computes, with weights of 32 bits, with the model's own outputs. */
export async function expectStandaloneAlike(model: Model): Promise<void> {
  // Weights as after training: no gamma is 1, no variance below 0; those of missing connections do not count.
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
  expect(Math.max(...got.map((value, i) => Math.abs(value - data[i]!)))).toBeLessThan(1e-5);
}
