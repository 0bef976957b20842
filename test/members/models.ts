import { expect } from "vitest";
import { random } from "../../src/core/random.ts";
import type { LayerType, Model, SymbolicTensor } from "../../src/index.ts";
import * as lenet5 from "../../src/index.ts";
import { asOracle, noise } from "../engine/as-oracle.ts";
import { apart, gradientError } from "../oracle/gradient-check.ts";
import { tensor } from "../oracle/tensor.ts";

/** Left where gradients are right is about 1e-10: see test/oracle/gradient-check.ts. */
export const GRADIENT_TOLERANCE = 1e-7;

/** image -> conv2d 1x1, whose gradient shows the input gradient of the next layer -> `build` -> dense softmax. */
export function modelAround(build: (maps: SymbolicTensor) => SymbolicTensor): Model {
  const image = lenet5.input({ shape: [6, 5, 2], name: "image" });
  const maps = lenet5.conv2d({ filters: 3, kernelSize: 1, name: "front" })(image);
  const end = lenet5.dense({ units: 3, activation: "softmax", name: "end" })(lenet5.flatten()(build(maps)));
  return lenet5.model({ inputs: image, outputs: end, seed: 4 });
}

/** Compares the gradients of a layer's oracle with differences of its results. */
export function checkOracleGradients(model: Model, type: LayerType): void {
  const layer = model.layers.find(
    (candidate) => candidate.type === type && !["front", "end"].includes(candidate.name),
  )!;
  const { nodes, weights } = asOracle(model, true);
  const { op } = nodes.find(({ name }) => name === layer.name)!;
  const numbers = random(2, "members", layer.name);
  // Shifted, so that no two inputs have equal numbers, of which one would be the maximum.
  const inputs = layer.output.inputs.map(({ shape }, i) => {
    const { data } = apart([3, ...shape], numbers);
    return tensor(
      [3, ...shape],
      data.map((value) => value + 0.013 * i),
    );
  });
  expect(gradientError(op, inputs, weights[layer.name] ?? [], numbers)).toBeLessThan(GRADIENT_TOLERANCE);
}

/** Compares a model with itself after saving and loading: configs, bytes, predictions. */
export async function checkSaving(made: Model): Promise<void> {
  const again = await lenet5.loadModel(made.toBytes());
  expect(again.summaryData()).toEqual(made.summaryData());
  expect(again.training).toEqual(made.training);
  expect(again.toBytes()).toEqual(made.toBytes());
  const images = noise([5, ...made.inputs.shape], 1);
  expect((await again.predict(images)).data).toEqual((await made.predict(images)).data);
}
