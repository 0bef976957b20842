/** Training whose numbers become NaN or infinite. */
import { describe, expect, it } from "vitest";
import * as lenet5 from "../../src/index.ts";
import { network, part, points, weightsOf } from "./three-classes.ts";

const quiet = { verbose: 0, batchSize: 8 } as const;

/** The learning rate of an epoch: so large from epoch 2 on that nothing stays finite. */
const breaking = lenet5.learningRateScheduler((epoch) => (epoch < 2 ? 0.01 : 3e38));

/** The points in batches, as a stream. */
const batches = () => [0, 8, 16, 24, 32].map((from) => part(from, from + 8));

describe("fit", () => {
  it("ends at the batch whose loss is not finite, with the weights of the epoch before", async () => {
    const [net, other] = [network(), network()];
    const hooks: string[] = [];
    const history = await net.fit(points, {
      ...quiet,
      epochs: 5,
      callbacks: [
        breaking,
        {
          onEpochEnd: (epoch, _, { diverged }) => void hooks.push(`epoch ${epoch} ${diverged}`),
          onTrainEnd: ({ diverged }) => void hooks.push(`end ${diverged}`),
        },
      ],
    });
    expect(history.stopped).toMatch(
      /^the (loss|gradient|weight ".*") became (NaN|-?Infinity) in batch \d of epoch 2.*; the weights are those of the end of epoch 1$/,
    );
    expect(history.epochs).toEqual([1]);
    expect(hooks).toEqual(["epoch 1 false", "end true"]);
    await other.fit(points, { ...quiet, epochs: 1, callbacks: [breaking] });
    expect(weightsOf(net)).toEqual(weightsOf(other));
    expect(net.training!.iterations).toBe(5);
    expect(net.training!.memory).toEqual(other.training!.memory);
    // What was trained goes on.
    const options = { ...quiet, initialEpoch: 1, epochs: 2 };
    net.compile({ optimizer: "sgd", loss: "sparse_categorical_crossentropy" });
    other.compile({ optimizer: "sgd", loss: "sparse_categorical_crossentropy" });
    expect((await net.fit(points, options)).history.loss).toEqual((await other.fit(points, options)).history.loss);
    expect(weightsOf(net)).toEqual(weightsOf(other));
  });

  it("gives callbacks the batches up to the one that failed", async () => {
    const seen: lenet5.BatchLogs[] = [];
    await network().fit(points, {
      ...quiet,
      epochs: 2,
      callbacks: [breaking, { onBatches: (some) => void seen.push(...some) }],
    });
    expect(seen.map(({ iteration }) => iteration)).toEqual(seen.map((_, i) => i));
    const areFinite = ({ logs, gradientNorm }: lenet5.BatchLogs) => Number.isFinite(logs.loss! + gradientNorm);
    expect(seen.slice(0, -1).every(areFinite)).toBe(true);
  });

  it("ends in the same way with a stream, and with a hook after every batch", async () => {
    const stream = await network().fit(batches(), { verbose: 0, epochs: 3, callbacks: [breaking] });
    expect(stream.stopped).toMatch(/of epoch 2.*; the weights are those of the end of epoch 1$/);
    const net = network();
    const each = await net.fit(points, { ...quiet, epochs: 3, callbacks: [breaking, { onBatchEnd: () => {} }] });
    expect(each.stopped).toMatch(/became .* in batch \d of epoch 2/);
    for (const { data } of net.weights.values()) expect(data.every(Number.isFinite)).toBe(true);
  });

  it("a rate that only the last batch has still leaves finite weights", async () => {
    const net = network();
    net.compile({
      optimizer: lenet5.sgd({
        learningRate: lenet5.piecewiseConstantDecay({ boundaries: [3], rates: [0.01, 3.4e38] }),
        momentum: 0.9,
      }),
      loss: "sparse_categorical_crossentropy",
    });
    const before = weightsOf(net);
    const images = { ...points.images, scale: 100 };
    const { stopped } = await net.fit({ ...points, images }, quiet);
    expect(stopped).toMatch(/^the weight "end\/kernel" became -?Infinity in batch 5 of epoch 1; .* before training$/);
    expect(weightsOf(net)).toEqual(before);
    expect(net.training!.iterations).toBe(0);
  });

  it("a learning rate that a schedule loses is named with its batch", async () => {
    const net = network();
    const learningRate = lenet5.exponentialDecay({ learningRate: 1e-3, decaySteps: 1, decayRate: 1e11 });
    net.compile({ optimizer: lenet5.sgd({ learningRate }), loss: "sparse_categorical_crossentropy" });
    const { stopped } = await net.fit(points, quiet);
    expect(stopped).toBe(
      "the learning rate became 1e+41 in batch 5 of epoch 1; the weights are those after batch 4 of epoch 1",
    );
  });

  it("validation that is not finite ends training too, with the weights from before that epoch", async () => {
    const [net, other] = [network(), network()];
    const validationData = { images: { shape: [3, 6], data: new Float32Array(18).fill(3e38) }, labels: [0, 1, 2] };
    net.setWeights({ "end/bias": [0, 0, 0], "end/kernel": new Float32Array(18).fill(2) });
    other.setWeights({ "end/bias": [0, 0, 0], "end/kernel": new Float32Array(18).fill(2) });
    const { stopped, epochs } = await net.fit(points, { ...quiet, epochs: 3, validationData });
    expect(stopped).toBe("val_loss became NaN in epoch 1; the weights are those before training");
    expect(epochs).toEqual([]);
    expect(net.toBytes()).toEqual(other.toBytes());
  });

  it("refuses a model whose weights were overwritten", async () => {
    const net = network();
    net.weights.get("end/kernel")!.data[4] = Number.NaN;
    await expect(net.fit(points, quiet)).rejects.toThrow(
      'fit: expected finite weights, got NaN at index 4 of "end/kernel": set the model\'s weights first',
    );
  });
});

describe("the layer where it began", () => {
  /** Two dense layers, "first" and "second", with all weights of each the same. */
  function twoLayers(first: number, second: number, options: { dropout?: boolean; loss?: "mse" | "mae" } = {}) {
    const { dropout = false, loss = "mae" } = options;
    const x = lenet5.input({ shape: [6], name: "points" });
    const hidden = lenet5.dense({ units: 4, name: "first" })(x);
    const kept = dropout ? lenet5.dropout({ rate: 0.5 })(hidden) : hidden;
    const net = lenet5.model({ inputs: x, outputs: lenet5.dense({ units: 3, name: "second" })(kept), threads: 2 });
    net.setWeights({
      "first/kernel": new Float32Array(24).fill(first),
      "second/kernel": new Float32Array(12).fill(second),
    });
    net.compile({ optimizer: lenet5.sgd({ learningRate: 1e-6 }), loss });
    return net;
  }
  const rows = { shape: [40, 3], data: new Float32Array(120).fill(1) };
  const ones = (scale: number) => ({ shape: [40, 6], data: new Float32Array(240).fill(1), scale });

  it.each<[string, () => lenet5.Model, number, string]>([
    ["an output", () => twoLayers(1e20, 1e20), 1, 'the loss became Infinity .*, first in the output of layer "second"'],
    [
      "a first output",
      () => twoLayers(1e38, 1),
      10,
      'the loss became Infinity .*, first in the output of layer "first"',
    ],
    ["the loss", () => twoLayers(1, 1e20, { loss: "mse" }), 1, "the loss became Infinity .*, first in the loss"],
    [
      "a gradient",
      () => twoLayers(1e-38, 1e20),
      1e20,
      'the gradient became Infinity .*, first in the gradient of layer "first"',
    ],
    ["after dropout", () => twoLayers(3e38, 1e-38, { dropout: true }), 0.16, 'first in the output of layer "dropout"'],
  ])("%s", async (_, make, scale, expected) => {
    const { stopped } = await make().fit({ images: ones(scale), labels: rows }, { ...quiet, epochs: 2 });
    expect(stopped).toMatch(new RegExp(expected));
    await expect(make().trainOnBatch({ images: ones(scale), labels: rows })).rejects.toThrow(
      new RegExp(`^trainOnBatch: .*${expected.replace(/^.*, /, "")}; the weights are those after 0 batches`),
    );
  });

  it("the images, where their scale makes them infinite", async () => {
    const images = { shape: [40, 6], data: new Float32Array(240).fill(1), scale: 1e10 };
    images.data[11 * 6] = 1e30;
    const { stopped } = await network().fit({ ...points, images }, { ...quiet, shuffle: false });
    expect(stopped).toMatch(/^the .* became .* in batch 2 of epoch 1, first in the images of input "input"/);
  });

  it("an augmentation that returns such numbers is refused, with the image", async () => {
    const image = lenet5.input({ shape: [4, 4, 1] });
    const outputs = lenet5.dense({ units: 3, activation: "softmax" })(lenet5.flatten()(image));
    const net = lenet5.model({ inputs: image, outputs });
    net.compile({ loss: "sparse_categorical_crossentropy" });
    for (const data of [new Float32Array(640), new Uint8Array(640)]) {
      let calls = 0;
      const augment = (pixels: Float32Array) => (calls++ === 11 ? pixels.fill(Number.NaN) : pixels);
      const given = { images: { shape: [40, 4, 4, 1], data }, labels: points.labels };
      await expect(net.fit(given, { ...quiet, shuffle: false, augment })).rejects.toThrow(
        "fit augment: expected finite numbers, got NaN for image 11",
      );
    }
  });

  it("is found after batches that went well", async () => {
    const { stopped } = await network().fit(points, { ...quiet, epochs: 9, callbacks: [breaking] });
    expect(stopped).toMatch(/became .* in batch \d of epoch 2, first in the (output|gradient) of layer "end"; /);
  });
});

describe("trainOnBatch", () => {
  it("refuses a batch that spoils the weights, which stay as they were before", async () => {
    const [net, other] = [network(), network()];
    const sgd = (rates: number[]) =>
      lenet5.sgd({ learningRate: lenet5.piecewiseConstantDecay({ boundaries: [2], rates }), momentum: 0.5 });
    for (const [each, rates] of [
      [net, [0.1, 3e38]],
      [other, [0.1, 0.1]],
    ] as const)
      each.compile({ optimizer: sgd([...rates]), loss: "sparse_categorical_crossentropy" });
    for (const batch of batches().slice(0, 3)) await net.trainOnBatch(batch);
    await other.trainOnBatch(batches()[0]!);
    await expect(
      (async () => {
        for (let i = 0; i < 20; i++) await net.trainOnBatch(batches()[i % 5]!);
      })(),
    ).rejects.toThrow(/^trainOnBatch: the .* became (NaN|-?Infinity).*; the weights are those after \d+ batches/);
    for (const { data } of net.weights.values()) expect(data.every(Number.isFinite)).toBe(true);
    for (const data of net.training!.memory.values()) expect(data.every(Number.isFinite)).toBe(true);
    expect(net.training!.iterations).toBeLessThan(6);
  });
});
