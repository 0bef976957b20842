import { expect } from "vitest";
import type { LayerType, Model, SymbolicTensor } from "../../src/index.ts";
import * as lenet5 from "../../src/index.ts";
import { layerFromConfig } from "../../src/layers/registry.ts";
import { distance, noise } from "../engine/as-oracle.ts";
import { modelAround } from "./models.ts";

const RATE = 0.5;
const L2 = 0.25;
/** float32 results of one step, relative to the largest: see test/engine/layers.test.ts. */
const STEP = 2e-5;

const images = noise([5, 6, 5, 2], 7);
const labels = [0, 1, 2, 1, 0];

/**
 * Checks that a regularizer and a constraint of every trained weight of a layer act, and a regularizer of its output,
 * against the same training without them. @param sample of the layer, as in layer-samples.ts
 */
export async function checkRules(type: LayerType, sample: (maps: SymbolicTensor) => SymbolicTensor): Promise<void> {
  /** The model around the layer with further options, and with weights none of which is 0. */
  const modelWith = (rules: object): { model: Model; layer: lenet5.Layer } => {
    let layer: lenet5.Layer | undefined;
    const model = modelAround((maps) => {
      const { layer: sampled, inputs } = sample(maps);
      layer = layerFromConfig(type, "sampled", { ...sampled.config, ...rules });
      return layer(inputs.length === 1 ? inputs[0]! : inputs);
    });
    for (const { name, shape, exists, trainable = true } of layer!.built.weights) {
      if (!trainable) continue;
      const shift = noise(shape, name.length).data;
      const values = model.weights.get(`sampled/${name}`)!.data.map((value, i) => value + shift[i]!);
      model.setWeights({ [`sampled/${name}`]: values.map((value, i) => (exists?.(i) === false ? 0 : value)) });
    }
    model.compile({ optimizer: lenet5.sgd({ learningRate: RATE }), loss: "sparse_categorical_crossentropy" });
    return { model, layer: layer! };
  };
  const lossOf = async (model: Model) => (await model.evaluate({ images, labels })).loss;
  const trained = async (model: Model) => {
    await model.fit({ images, labels }, { batchSize: 5, shuffle: false, verbose: 0 });
    return (path: string) => model.weights.get(path)!.data;
  };

  const { model: plain, layer } = modelWith({});
  const weights = layer.built.weights.filter(({ trainable = true }) => trainable);
  if (weights.length === 0) return;
  const loss = await lossOf(plain);
  const start = new Map([...plain.weights].map(([path, { data }]) => [path, data.slice()]));
  const inner = lenet5.model({ inputs: plain.inputs, outputs: layer.output });
  const squares = sumOfSquares((await inner.predict(images)).data) / images.shape[0]!;
  const after = await trained(plain);

  for (const { name } of weights) {
    const path = `sampled/${name}`;
    const option = type === "depthwiseConv2d" && name === "kernel" ? "depthwise" : name.replace("_kernel", "");
    const penalized = modelWith({ [`${option}Regularizer`]: { l2: L2 } }).model;
    const w = start.get(path)!;
    expect(await lossOf(penalized), `${option}Regularizer`).toBeCloseTo(loss + L2 * sumOfSquares(w), 4);
    const expected = after(path).map((value, i) => value - RATE * 2 * L2 * w[i]!);
    expect(distance((await trained(penalized))(path), expected), `${option}Regularizer`).toBeLessThan(STEP);

    const constrained = await trained(modelWith({ [`${option}Constraint`]: "nonNeg" }).model);
    const negative = after(path).filter((value) => value < 0);
    expect(negative.length, `${path}: the sample shows a constraint`).toBeGreaterThan(0);
    expect(constrained(path), `${option}Constraint`).toEqual(after(path).map((value) => Math.max(value, 0)));
  }

  const penalized = modelWith({ activityRegularizer: { l2: L2 } }).model;
  expect((await lossOf(penalized)) / (loss + L2 * squares), "activityRegularizer").toBeCloseTo(1, 5);
  expect((await trained(penalized))("front/kernel"), "activityRegularizer").not.toEqual(after("front/kernel"));
}

function sumOfSquares(values: Float32Array): number {
  return values.reduce((sum, value) => sum + value * value, 0);
}
