/** Losses at the outputs of the engine. The losses of distances are tested with rbf units, in layers.test.ts. */
import { describe, expect, it } from "vitest";
import * as lenet5 from "../../src/index.ts";
import { distance, gradientLook, gradientsSeen, noise } from "./as-oracle.ts";
import { expectAsOracle } from "./expect-as-oracle.ts";

const { conv2d, dense, flatten, input } = lenet5;

describe.each(["reproducible", "fast"] as const)("losses, %s numerics", (numerics) => {
  it.each(["categorical_crossentropy", "mean_squared_error"] as const)("%s agrees with the oracle", async (loss) => {
    const image = input({ shape: [11, 9, 2], name: "image" });
    const maps = conv2d({ filters: 2, kernelSize: 3, activation: "tanh", name: "maps" })(image);
    const end = dense({ units: 5, activation: "softmax", name: "end" })(flatten()(maps));
    const model = lenet5.model({ inputs: image, outputs: end, threads: 2, numerics, seed: 7 });
    await expectAsOracle(model, 21, loss);
  });

  it.each([
    ["sparse_categorical_crossentropy", [0, 2, 1, 0, 2]],
    ["categorical_crossentropy", [1, 0, 0, 0, 0, 1, 0, 1, 0, 1, 0, 0, 0, 0, 1]],
  ] as const)("%s divides outputs that are no softmax by their sum, as Keras does", async (loss, labels) => {
    const image = input({ shape: [4] });
    const end = dense({ units: 3, activation: "sigmoid", name: "end" })(image);
    const model = lenet5.model({ inputs: image, outputs: end, seed: 3, numerics });
    const data = { images: noise([5, 4], 2), labels };
    const { data: y } = await model.predict(data.images);
    const right = [0, 2, 1, 0, 2].map((k, n) => y[n * 3 + k]! / (y[n * 3]! + y[n * 3 + 1]! + y[n * 3 + 2]!));
    const want = right.reduce((sum, q) => sum - Math.log(q) / 5, 0);
    model.compile({ optimizer: gradientLook, loss });
    // Five images leave eleven lanes empty.
    await model.fit(data, { batchSize: 5, verbose: 0 });
    expect(Math.abs((await model.evaluate(data)).loss / want - 1)).toBeLessThan(1e-6);
    // The gradient by central differences of the loss.
    const seen = gradientsSeen(model).get("end/kernel")!;
    const kernel = model.weights.get("end/kernel")!.data.slice();
    for (const at of [0, 5, 11]) {
      const lossWith = async (step: number) => {
        const moved = kernel.slice();
        moved[at]! += step;
        model.setWeights({ "end/kernel": moved });
        return (await model.evaluate(data)).loss;
      };
      const slope = ((await lossWith(0.01)) - (await lossWith(-0.01))) / 0.02;
      expect(Math.abs(slope - seen[at]!)).toBeLessThan(1e-4);
    }
  });

  it.each([
    ["softmax", lenet5.categoricalCrossentropy({ labelSmoothing: 0.2 })],
    ["linear", lenet5.sparseCategoricalCrossentropy({ fromLogits: true })],
    ["linear", lenet5.categoricalCrossentropy({ fromLogits: true, labelSmoothing: 0.3 })],
    ["sigmoid", lenet5.binaryCrossentropy({ labelSmoothing: 0.2 })],
    ["linear", lenet5.binaryCrossentropy({ fromLogits: true })],
    ["softmax", lenet5.categoricalFocalCrossentropy({ alpha: 0.6, gamma: 1.5 })],
    ["linear", lenet5.categoricalFocalCrossentropy({ fromLogits: true, labelSmoothing: 0.1 })],
    ["sigmoid", lenet5.binaryFocalCrossentropy({ applyClassBalancing: true, alpha: 0.4 })],
    ["linear", lenet5.binaryFocalCrossentropy({ fromLogits: true, gamma: 3, labelSmoothing: 0.1 })],
    ["linear", lenet5.huber({ delta: 0.4 })],
    ["linear", lenet5.hinge()],
    ["linear", lenet5.squaredHinge()],
  ] as const)("after %s, %j agrees with the oracle", async (activation, loss) => {
    const image = input({ shape: [6], name: "image" });
    const end = dense({ units: 5, activation, name: "end" })(dense({ units: 4, activation: "tanh", name: "x" })(image));
    const model = lenet5.model({ inputs: image, outputs: end, threads: 3, numerics, seed: 7 });
    for (const count of [1, 37]) await expectAsOracle(model, count, loss);
  });

  it("binary cross-entropy of logits is finite and exact for logits of 1000 and of 0", async () => {
    const image = input({ shape: [1] });
    const end = dense({ units: 2, useBias: false, name: "end" })(image);
    const model = lenet5.model({ inputs: image, outputs: end, numerics });
    model.setWeights({ "end/kernel": [1000, 0] });
    model.compile({ optimizer: gradientLook, loss: lenet5.binaryCrossentropy({ fromLogits: true }) });
    const images = { shape: [1, 1], data: Float32Array.of(1) };
    const { history } = await model.fit({ images, labels: Float32Array.of(0, 1) }, { verbose: 0 });
    expect(distance(history.loss!, [(1000 + Math.log(2)) / 2])).toBeLessThan(1e-6);
    expect(distance(gradientsSeen(model).get("end/kernel")!, [0.5, -0.25])).toBeLessThan(1e-6);
  });

  it("binary focal cross-entropy has finite gradients where the answer is certain, also for gamma below 1", async () => {
    const image = input({ shape: [1] });
    const end = dense({ units: 2, useBias: false, name: "end" })(image);
    const model = lenet5.model({ inputs: image, outputs: end, numerics });
    const images = { shape: [1, 1], data: Float32Array.of(1) };
    for (const gamma of [0, 0.5, 1, 2]) {
      model.setWeights({ "end/kernel": [100, -100] });
      model.compile({ optimizer: gradientLook, loss: lenet5.binaryFocalCrossentropy({ fromLogits: true, gamma }) });
      const { history } = await model.fit({ images, labels: Float32Array.of(1, 0) }, { verbose: 0 });
      expect(history.loss![0]).toBeLessThan(1e-6);
      expect([...gradientsSeen(model).get("end/kernel")!].map(Math.abs), `gamma ${gamma}`).toEqual([0, 0]);
    }
  });

  it("are finite and exact for logits of 1000", async () => {
    const image = input({ shape: [2] });
    const end = dense({ units: 2, activation: "softmax", useBias: false, name: "end" })(image);
    const model = lenet5.model({ inputs: image, outputs: end, numerics });
    model.setWeights({ "end/kernel": [1000, -1000, 0, 0] });
    model.compile({ optimizer: gradientLook, loss: "sparse_categorical_crossentropy" });
    const images = { shape: [2, 2], data: Float32Array.of(1, 0, 1, 0) };
    const { history } = await model.fit({ images, labels: [1, 0] }, { batchSize: 2, verbose: 0 });
    expect(history.loss![0]).toBe(1000);
    expect(distance(gradientsSeen(model).get("end/kernel")!, [0.5, -0.5, 0, 0])).toBe(0);
  });
});
