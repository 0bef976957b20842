/** NaN and infinity are no answers: images, labels, weights and outputs that are not finite. */
import { describe, expect, it } from "vitest";
import * as lenet5 from "../../src/index.ts";
import { network, points } from "./three-classes.ts";

/** A network of two layers for images of 4x4, whose second layer overflows for bright images. */
function overflowing() {
  const image = lenet5.input({ shape: [4, 4, 1], name: "pixels" });
  const features = lenet5.flatten({ name: "flat" })(lenet5.conv2d({ filters: 2, kernelSize: 3, name: "C1" })(image));
  const net = lenet5.model({ inputs: image, outputs: lenet5.dense({ units: 3, name: "end" })(features), threads: 2 });
  net.compile({ loss: "mse", metrics: ["mean_absolute_error"] });
  const large = [...net.weights].map(([name, { data }]) => [name, data.map(() => 1e20)]);
  net.setWeights(Object.fromEntries(large));
  return net;
}

/** Images of 4x4, all dark but some. */
function images(count: number, bright: readonly number[], value = 1): lenet5.Tensor<Float32Array> {
  const data = new Float32Array(count * 16);
  for (const image of bright) data.fill(value, image * 16, image * 16 + 16);
  return { shape: [count, 4, 4, 1], data };
}

/** Biases of 0, so that dark images stay finite. */
function withoutBiases(net: lenet5.Model): lenet5.Model {
  net.setWeights({ "C1/bias": [0, 0], "end/bias": [0, 0, 0] });
  return net;
}

describe("images that are not finite are refused, with the image and the place", () => {
  const bad = images(5, []);
  bad.data[3 * 16 + 2 * 4 + 1] = Number.NaN;
  const one = { shape: [4, 4, 1], data: bad.data.slice(48, 64) };
  const labels = { shape: [5, 3], data: new Float32Array(15) };
  const net = withoutBiases(overflowing());
  const whole = "images: expected finite numbers, got NaN for image 3 at [2, 1, 0]";
  const single = "images: expected finite numbers, got NaN for image 0 at [2, 1, 0]";
  const calls: Record<string, [call: () => unknown, message: string]> = {
    fit: [() => net.fit({ images: bad, labels }, { verbose: 0 }), whole],
    "fit with validation": [
      () =>
        net.fit(
          { images: images(5, []), labels },
          { verbose: 0, validationData: { images: bad, labels } as lenet5.LabelledImages },
        ),
      whole,
    ],
    trainOnBatch: [() => net.trainOnBatch({ images: bad, labels }), whole],
    evaluate: [() => net.evaluate({ images: bad, labels }), whole],
    testOnBatch: [() => net.testOnBatch({ images: bad, labels }), whole],
    predict: [() => net.predict(bad), whole],
    "predict of one image": [() => net.predict(one), single],
    classifier: [async () => (await net.classifier({ numbers: "floats", scale: 1 }))(one), single],
    layerOutputs: [() => net.layerOutputs(one), single],
    inputGradient: [() => net.inputGradient(one, { layer: "end", unit: [0] }), single],
  };

  it.each(Object.entries(calls))("%s", async (_, [call, message]) => {
    await expect((async () => call())()).rejects.toThrow(message);
  });

  it("numbers of 64 bits that 32 bits cannot hold, too", async () => {
    const given = { shape: [1, 4, 4, 1], data: new Float64Array(16).fill(1e308, 5) };
    await expect(net.predict(given)).rejects.toThrow(
      "images: expected finite numbers, got 1e+308 (Infinity in 32 bits) for image 0 at [1, 1, 0]",
    );
  });

  it.each([
    [1e308, "1e+308 (Infinity in 32 bits)"],
    [1e-320, "1e-320 (0 in 32 bits)"],
    [Number.NEGATIVE_INFINITY, "-Infinity"],
  ])("a scale of %d", async (scale, got) => {
    await expect(net.predict({ ...images(1, []), scale })).rejects.toThrow(
      `images: expected a finite scale, got ${got}`,
    );
  });
});

describe("labels and sample weights that are not finite are refused", () => {
  it.each([
    [{ labels: new Float32Array(15).fill(Number.NaN, 7) }, "labels: expected finite numbers, got NaN for image 2"],
    [{ labels: new Float64Array(15).fill(1e300, 14) }, "labels: expected finite numbers, got 1e+300 (Infinity in 32"],
    [{ sampleWeight: [1, 1, Number.NEGATIVE_INFINITY, 1, 1] }, "sampleWeight: expected finite numbers, got -Infinity"],
    [{ sampleWeight: [1, 1e300, 1, 1, 1] }, "sampleWeight: expected finite numbers, got 1e+300 (Infinity in 32 bits)"],
  ])("%j", async (part, message) => {
    const data = { images: images(5, []), labels: new Float32Array(15), ...part };
    await expect(overflowing().evaluate(data)).rejects.toThrow(message);
  });

  it("a class weight that makes a sample weight infinite", async () => {
    const data = { ...points, sampleWeight: new Float32Array(40).fill(1e30) };
    await expect(network().fit(data, { verbose: 0, classWeight: { 0: 1, 1: 1e30 } })).rejects.toThrow(
      "got 1.0000000150474662e+30 times its classWeight for image 1",
    );
  });
});

describe("outputs that are not finite are refused, with the image and the layer where they begin", () => {
  const net = withoutBiases(overflowing());
  const bright = images(5, [3], 1e10);
  const labels = { shape: [5, 3], data: new Float32Array(15) };

  it("predict", async () => {
    await expect(net.predict(bright)).rejects.toThrow(
      'predict: expected finite numbers in the output for image 3, got Infinity, first in layer "end"',
    );
    const one = { shape: [4, 4, 1], data: bright.data.subarray(48, 64) };
    await expect(net.predict(one)).rejects.toThrow(
      'predict: expected finite numbers in the output, got Infinity, first in layer "end": its numbers are too large',
    );
    await expect((async () => (await net.classifier({ numbers: "floats", scale: 1 }))(one))()).rejects.toThrow(
      "classifier: expected finite numbers in the output, got Infinity",
    );
    expect((await net.predict(images(5, []))).data.every((value) => value === 0)).toBe(true);
  });

  it("evaluate, and its matrix", async () => {
    await expect(net.evaluate({ images: bright, labels })).rejects.toThrow(/^evaluate: .* for image 3.*layer "end"/);
    await expect(
      net.evaluate([
        { images: images(5, []), labels },
        { images: bright, labels },
      ]),
    ).rejects.toThrow(/^evaluate: .* for image 8.*layer "end"/);
    const large = { images: images(5, [3]), labels: { shape: [5, 3], data: new Float32Array(15).fill(3e38) } };
    await expect(withoutBiases(overflowing()).evaluate(large)).rejects.toThrow(/^evaluate: expected/);
  });

  it("inputGradient", async () => {
    const one = { shape: [4, 4, 1], data: bright.data.subarray(48, 64) };
    await expect(net.inputGradient(one, { layer: "end", unit: [0] })).rejects.toThrow(
      "inputGradient: expected a finite output of the unit",
    );
  });

  it("layerOutputs shows them", async () => {
    const one = { shape: [4, 4, 1], data: bright.data.subarray(48, 64) };
    const { layers } = await net.layerOutputs(one);
    expect(layers.map(({ name, values }) => [name, values.every(Number.isFinite)])).toEqual([
      ["pixels", true],
      ["C1", true],
      ["flat", true],
      ["end", false],
    ]);
  });

  it("a metric of an output without a loss does not count them", async () => {
    const x = lenet5.input({ shape: [6] });
    const end = (name: string) => lenet5.dense({ units: 3, activation: "softmax", name })(x);
    const net = lenet5.model({ inputs: x, outputs: [end("one"), end("two")] });
    const loss = ["sparse_categorical_crossentropy", null] as const;
    net.compile({ loss, metrics: [["accuracy"], ["accuracy"]] });
    const data = { images: points.images, labels: [points.labels, points.labels] };
    net.weights.get("two/kernel")!.data[3] = Number.NaN;
    await expect(net.evaluate(data)).rejects.toThrow(
      'evaluate: expected finite numbers in the output "two" for image 0, got NaN: the weight "two/kernel" has NaN at index 3',
    );
  });
});

describe("weights that are not finite", () => {
  it("are refused where they come in", async () => {
    const net = network();
    expect(() => net.setWeights({ "end/bias": [0, 1e300, 0] })).toThrow(
      'setWeights "end/bias": expected finite numbers in a flat array, got 1e+300 (Infinity in 32 bits) at index 1',
    );
    await net.fit(points, { verbose: 0 });
    const good = net.toBytes();
    for (const [name, at] of [
      ["end/kernel", 0],
      ["optimizer/momentum/end/kernel", 1],
    ] as const) {
      const bytes = withNaN(good, name, at);
      await expect(lenet5.loadModel(bytes), name).rejects.toThrow(
        `expected finite numbers in "${name}", got NaN at index ${at}`,
      );
    }
    await expect(network().loadWeights(withNaN(good, "end/bias", 2))).rejects.toThrow(
      'expected finite numbers in "end/bias", got NaN at index 2',
    );
  });

  it("are not saved over a good file", () => {
    const net = network();
    net.weights.get("end/bias")!.data[1] = Number.POSITIVE_INFINITY;
    expect(() => net.toBytes()).toThrow('save: expected finite weights, got Infinity at index 1 of "end/bias"');
  });
});

/** A model file in which a number of a tensor is NaN. */
function withNaN(file: Uint8Array, tensor: string, at: number): Uint8Array {
  const bytes = file.slice();
  const view = new DataView(bytes.buffer);
  const length = Number(view.getBigUint64(0, true));
  const header = JSON.parse(new TextDecoder().decode(bytes.subarray(8, 8 + length)));
  view.setFloat32(8 + length + header[tensor].data_offsets[0] + 4 * at, Number.NaN, true);
  return bytes;
}
