/** Layers of random geometry: what they draw, for each image by itself; test/golden/geometry.test.ts has the rest. */
import { expect, it } from "vitest";
import * as lenet5 from "../../src/index.ts";

const { dense, flatten, input, randomRotation, randomTranslation, randomZoom } = lenet5;

it("each image of a batch moves by its own whole range of distances, new in every step", async () => {
  // The one bright pixel of a wide row moves to the right by 0 to 64 pixels; nearest reads it whole.
  const W = 128;
  const image = input({ shape: [1, W, 1] });
  const moved = randomTranslation({
    heightFactor: 0,
    widthFactor: [0, 0.5],
    fillMode: "constant",
    interpolation: "nearest",
  })(image);
  // The output is the place of the pixel.
  const end = dense({ units: 1, useBias: false, name: "end" });
  const net = lenet5.model({ inputs: image, outputs: end(flatten()(moved)), threads: 2 });
  net.setWeights({ "end/kernel": Float32Array.from({ length: W }, (_, i) => i) });
  net.compile({ optimizer: lenet5.sgd({ learningRate: 0 }), loss: "mean_squared_error" });
  const count = 400;
  const images = { shape: [count, 1, W, 1], data: new Float32Array(count * W) };
  for (let n = 0; n < count; n++) images.data[n * W + 10] = 1;
  const { history } = await net.fit(
    { images, labels: new Float32Array(count).fill(10) },
    { batchSize: count, epochs: 3, verbose: 0 },
  );
  // The mean of the squared distance, even from 0 to 64, is 64^2 / 3; its deviation is 64^2 sqrt(4 / 45) for one image.
  for (const loss of history.loss!)
    expect(Math.abs(loss - 64 ** 2 / 3)).toBeLessThan(4 * 64 ** 2 * Math.sqrt(4 / 45 / count));
  expect(new Set(history.loss).size).toBe(3);
  const alone = await net.fit({ images, labels: new Float32Array(count).fill(10) }, { batchSize: 1, verbose: 0 });
  expect(Math.abs(alone.history.loss![0]! - 64 ** 2 / 3)).toBeLessThan(4 * 64 ** 2 * Math.sqrt(4 / 45 / count));
  // Inference does not move.
  expect((await net.predict(images)).data).toEqual(new Float32Array(count).fill(10));
});

it("the same weights for any number of threads", async () => {
  const trained = async (threads: number, seed = 0) => {
    const image = input({ shape: [7, 6, 2] });
    const maps = lenet5.conv2d({ filters: 3, kernelSize: 2, activation: "tanh", name: "maps" })(image);
    const turned = randomRotation({ factor: 0.2 })(randomTranslation({ heightFactor: 0.2, widthFactor: 0.3 })(maps));
    const x = flatten()(randomZoom({ heightFactor: 0.3, fillMode: "nearest" })(turned));
    const end = dense({ units: 3, activation: "softmax", name: "end" })(x);
    const net = lenet5.model({ inputs: image, outputs: end, threads, seed: 4 });
    net.compile({ optimizer: "sgd", loss: "sparse_categorical_crossentropy" });
    const data = Float32Array.from({ length: 70 * 84 }, (_, i) => ((i * 37) % 101) / 101);
    const labels = Int32Array.from({ length: 70 }, (_, i) => i % 3);
    await net.fit({ images: { shape: [70, 7, 6, 2], data }, labels }, { batchSize: 50, epochs: 2, seed, verbose: 0 });
    return [...net.weights].map(([, { data }]) => Array.from(data));
  };
  const one = await trained(1);
  expect(await trained(2)).toEqual(one);
  expect(await trained(3)).toEqual(one);
  expect(await trained(1, 1)).not.toEqual(one);
});

it("options that do not fit are refused", () => {
  const shift = { heightFactor: 0.1, widthFactor: 0.1 };
  expect(() => randomTranslation({ heightFactor: 1.5, widthFactor: 0 })).toThrow(
    "[randomTranslation] heightFactor: expected a number or [low, high], from -1 to 1, got 1.5",
  );
  for (const factor of [[0.2, 0.1], [0.1], [0, 2], "0.1", Number.NaN] as never[])
    expect(() => randomRotation({ factor })).toThrow("[randomRotation] factor: expected a number or [low, high]");
  expect(() => randomZoom({ heightFactor: -1 })).toThrow("above -1 and up to 1, got -1");
  expect(() => randomZoom({ heightFactor: [-1, 0] })).toThrow("above -1 and up to 1");
  expect(() => randomTranslation({ ...shift, fillMode: "mirror" as never })).toThrow("fillMode: expected");
  expect(() => randomTranslation({ ...shift, interpolation: "cubic" as never })).toThrow("interpolation: expected");
  expect(() => randomTranslation({ ...shift, fillValue: 1 })).toThrow(
    '[randomTranslation] fillValue: only fillMode "constant" fills with it, got 1 with "reflect"',
  );
  expect(() => randomRotation({ factor: 0.1 })(input({ shape: [4] }))).toThrow("[randomRotation] expected an image");
  expect(randomZoom({ heightFactor: -0.25 }).config).toEqual({
    heightFactor: [-0.25, 0.25],
    fillMode: "reflect",
    interpolation: "bilinear",
    fillValue: 0,
  });
});
