/** Regularizers, constraints and options of optimizers, in `fit` and `evaluate` of Keras and of the engine. */
import { describe, expect, it } from "vitest";
import * as lenet5 from "../../src/index.ts";
import { layerFromConfig } from "../../src/layers/registry.ts";
import { checkedOptimizer } from "../../src/training/optimizers/table.ts";
import { distance } from "../engine/as-oracle.ts";
import { type GoldenTraining, hashedValues, readGoldenTraining } from "./read-golden.ts";

// float32 against Keras's float64, after six steps: several times what was measured.
const LOSS = 2e-6;
const WEIGHTS = 2e-5;

const golden = readGoldenTraining();
const { batchSize, epochs, input, labels, tensors } = golden;
const images = { shape: input.shape, data: hashedValues(input.shape, input.seed, 0, 1) };

function modelOf({ conv, norm, end, optimizer, start }: GoldenTraining["cases"][number], engine: lenet5.EngineOptions) {
  const image = lenet5.input({ shape: input.shape.slice(1) });
  const { kind = "conv2d", ...options } = conv;
  const filters = kind === "depthwiseConv2d" ? {} : { filters: 3 };
  const maps = layerFromConfig(kind, "conv", { kernelSize: 3, activation: "tanh", ...filters, ...options })(image);
  const normalized = norm ? lenet5.batchNormalization({ name: "norm", ...norm })(maps) : maps;
  const outputs = lenet5.dense({ units: 4, activation: "softmax", name: "end", ...end })(lenet5.flatten()(normalized));
  const model = lenet5.model({ inputs: image, outputs, ...engine });
  const weights = Object.entries(start).map(
    ([path, { shape, seed, center, limit }]) => [path, hashedValues(shape, seed, center, limit)] as const,
  );
  model.setWeights(Object.fromEntries(weights));
  model.compile({
    optimizer: checkedOptimizer("golden optimizer", optimizer),
    loss: "sparse_categorical_crossentropy",
  });
  return model;
}

describe.each(golden.cases)("Keras's training with $name", (golden) => {
  it.each([
    { threads: 1, numerics: "reproducible" },
    { threads: 3, numerics: "fast" },
  ] as const)("losses and weights, $numerics on $threads threads", async (engine) => {
    const model = modelOf(golden, engine);
    const { history } = await model.fit({ images, labels }, { batchSize, epochs, shuffle: false, verbose: 0 });
    golden.losses.forEach((loss, epoch) => {
      expect(Math.abs(history.loss![epoch]! / loss - 1), `loss of epoch ${epoch}`).toBeLessThan(LOSS);
    });
    const { loss } = await model.evaluate({ images, labels });
    expect(Math.abs(loss / golden.evaluated - 1), "loss of evaluate").toBeLessThan(LOSS);
    for (const path of model.weights.keys()) {
      const want = tensors[`${golden.name}/${path}`]!.data;
      expect(distance(model.weights.get(path)!.data, want), path).toBeLessThan(WEIGHTS);
    }
  });
});
