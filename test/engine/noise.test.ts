/** Layers that change values at random in training: the distribution of their numbers, gradients, threads. */
import { describe, expect, it } from "vitest";
import * as lenet5 from "../../src/index.ts";
import { gradientLook, gradientsSeen } from "./as-oracle.ts";

const { conv2d, dense, flatten, gaussianDropout, gaussianNoise, input, reshape, spatialDropout2d } = lenet5;
type Layers = (x: lenet5.SymbolicTensor) => lenet5.SymbolicTensor;

const ones = (...shape: number[]) => ({
  shape,
  data: new Float32Array(shape.reduce((product, size) => product * size, 1)).fill(1),
});
const constant = (value: number) => ({ kernelInitializer: { constant: value }, useBias: false }) as const;

/**
 * The factors m of one image, from gradients: with an input 1, w = 1 and the loss (sum of w m)^2, the gradient of each w
 * is 2 m times the sum. `layers` gets the products of w and 1.
 */
async function factors(count: number, layers: Layers): Promise<{ loss: number; gradient: Float64Array }> {
  const image = input({ shape: [1], name: "image" });
  const w = dense({ units: count, ...constant(1), name: "w" })(image);
  const end = dense({ units: 1, ...constant(1), name: "end" })(layers(w));
  const net = lenet5.model({ inputs: image, outputs: end, seed: 3 });
  net.compile({ optimizer: gradientLook, loss: "mean_squared_error" });
  const { history } = await net.fit({ images: ones(1, 1), labels: Float32Array.of(0) }, { batchSize: 1, verbose: 0 });
  return { loss: history.loss![0]!, gradient: gradientsSeen(net).get("w/kernel")! };
}

function moment(values: ArrayLike<number>, power: number): number {
  return Array.from(values).reduce((sum, value) => sum + value ** power, 0) / values.length;
}

const COUNT = 20_000;

it("gaussianDropout: factors are normal around 1, and the gradient has those of the forward pass", async () => {
  const { loss, gradient } = await factors(COUNT, gaussianDropout({ rate: 0.2 }));
  const total = Math.sqrt(loss);
  // The sum of the factors, from the gradient and from the loss.
  const m = gradient.map((g) => g / (2 * total));
  expect(Math.abs((moment(m, 1) * COUNT) / total - 1)).toBeLessThan(1e-5);
  // The rate 0.2 has the deviation 0.5. Standard errors of the moments of 20,000 normal numbers, times 4.
  const z = m.map((value) => (value - 1) / 0.5);
  expect(Math.abs(moment(z, 1))).toBeLessThan(4 * Math.sqrt(1 / COUNT));
  expect(Math.abs(moment(z, 2) - 1)).toBeLessThan(4 * Math.sqrt(2 / COUNT));
  expect(Math.abs(moment(z, 3))).toBeLessThan(4 * Math.sqrt(15 / COUNT));
  expect(Math.abs(moment(z, 4) - 3)).toBeLessThan(4 * Math.sqrt(96 / COUNT));
  const beyond = (limit: number) => z.filter((value) => value > limit).length / COUNT;
  for (const [limit, share] of [
    [-1, 0.841345],
    [0, 0.5],
    [0.5, 0.308538],
    [1, 0.158655],
    [2, 0.02275],
    [3, 0.00135],
  ] as const)
    expect(Math.abs(beyond(limit) - share)).toBeLessThan(4 * Math.sqrt((share * (1 - share)) / COUNT));
  // Neighbours are independent, in a pair of one angle too.
  for (const lag of [1, 2, 4, 8]) {
    const products = Array.from({ length: COUNT - lag }, (_, i) => z[i]! * z[i + lag]!);
    expect(Math.abs(moment(products, 1))).toBeLessThan(4 / Math.sqrt(COUNT));
  }
});

it("gaussianNoise: the gradient passes unchanged", async () => {
  const { loss, gradient } = await factors(500, gaussianNoise({ stddev: 0.5 }));
  for (const g of gradient) expect(Math.abs(g / (2 * Math.sqrt(loss)) - 1)).toBeLessThan(1e-5);
});

it("spatialDropout2d drops whole maps, about the given share, in forward and backward pass alike", async () => {
  // 400 maps of 2 x 3 positions.
  const maps: Layers = (x) => flatten()(spatialDropout2d({ rate: 0.25 })(reshape({ targetShape: [2, 3, 400] })(x)));
  const { loss, gradient } = await factors(2400, maps);
  const m = gradient.map((g) => g / (2 * Math.sqrt(loss)));
  for (let map = 0; map < 400; map++) {
    for (let position = 0; position < 6; position++) {
      const value = m[position * 400 + map]!;
      expect(value).toBe(m[map]);
      if (value !== 0) expect(Math.abs(value * 0.75 - 1)).toBeLessThan(1e-5);
    }
  }
  const dropped = m.slice(0, 400).filter((value) => value === 0).length / 400;
  expect(Math.abs(dropped - 0.25)).toBeLessThan(4 * Math.sqrt((0.25 * 0.75) / 400));
  expect(Math.abs((moment(m, 1) * 2400) / Math.sqrt(loss) - 1)).toBeLessThan(1e-5);
});

describe.each(["reproducible", "fast"] as const)("all images of a batch, %s", (numerics) => {
  /** Mean squares of the outputs of `layers` for an input of ones; one for each of three steps. */
  async function meanSquares(layers: Layers): Promise<number[]> {
    const image = input({ shape: [500] });
    const w = dense({ units: 1, name: "unused", kernelInitializer: "zeros" });
    const outputs = lenet5.concatenate()([layers(image), w(image)]);
    const net = lenet5.model({ inputs: image, outputs, numerics });
    net.compile({ optimizer: lenet5.sgd({ learningRate: 0 }), loss: "mean_squared_error" });
    const data = { images: ones(40, 500), labels: new Float32Array(40 * 501) };
    const { history } = await net.fit(data, { batchSize: 40, epochs: 3, verbose: 0 });
    expect((await net.predict(data.images)).data.subarray(0, 500)).toEqual(ones(500).data);
    return history.loss!.map((loss) => (loss * 501) / 500);
  }

  it("gaussianNoise has the given deviation and is new in every step", async () => {
    const squares = await meanSquares(gaussianNoise({ stddev: 0.5 }));
    // (1 + 0.5 z)^2 has the mean 1.25 and the variance 1 + 2 / 16.
    for (const square of squares) expect(Math.abs(square - 1.25)).toBeLessThan(4 * Math.sqrt(1.125 / 20_000));
    expect(new Set(squares).size).toBe(3);
  });

  it("spatialDropout2d keeps the mean and is new in every step", async () => {
    const maps: Layers = (x) => reshape({ targetShape: [1, 1, 500] })(x);
    const squares = await meanSquares((x) => flatten()(spatialDropout2d({ rate: 0.25 })(maps(x))));
    // 16 / 9 for three of four maps: the mean 4 / 3 and the variance (16 / 9)^2 3 / 16.
    for (const square of squares) expect(Math.abs(square - 4 / 3)).toBeLessThan(4 * Math.sqrt(16 / 27 / 20_000));
    expect(new Set(squares).size).toBe(3);
  });

  it("gaussianDropout has the given deviation and is new in every step", async () => {
    const squares = await meanSquares(gaussianDropout({ rate: 0.2 }));
    for (const square of squares) expect(Math.abs(square - 1.25)).toBeLessThan(4 * Math.sqrt(1.125 / 20_000));
    expect(new Set(squares).size).toBe(3);
  });
});

it("the same weights for any number of threads, and for the same seed only", async () => {
  const trained = async (threads: number, seed: number) => {
    const image = input({ shape: [5, 4, 2] });
    const maps = conv2d({ filters: 5, kernelSize: 2, activation: "gelu" })(gaussianNoise({ stddev: 0.3 })(image));
    const x = gaussianDropout({ rate: 0.3 })(flatten()(spatialDropout2d({ rate: 0.3 })(maps)));
    const net = lenet5.model({
      inputs: image,
      outputs: dense({ units: 3, activation: "softmax" })(x),
      threads,
      seed: 1,
    });
    net.setWeights(
      Object.fromEntries([...net.weights].map(([path, { data }]) => [path, data.map((_, i) => (i % 7) / 20)])),
    );
    net.compile({ optimizer: "sgd", loss: "sparse_categorical_crossentropy" });
    const data = { images: ones(70, 5, 4, 2), labels: Int32Array.from({ length: 70 }, (_, i) => i % 3) };
    await net.fit(data, { batchSize: 50, epochs: 2, shuffle: false, seed, verbose: 0 });
    return [...net.weights].map(([, { data }]) => Array.from(data));
  };
  const one = await trained(1, 1);
  expect(await trained(2, 1)).toEqual(one);
  expect(await trained(3, 1)).toEqual(one);
  expect(await trained(1, 2)).not.toEqual(one);
});

it("options out of range are refused", () => {
  expect(() => gaussianNoise({ stddev: 1.5 })).toThrow("[gaussianNoise] stddev: expected a finite number from 0 to 1");
  expect(() => gaussianDropout({ rate: 1 })).toThrow("[gaussianDropout] rate: expected a number in [0, 1), got 1");
  expect(() => spatialDropout2d({ rate: -0.1 })).toThrow("[spatialDropout2d] rate");
  expect(() => spatialDropout2d({ rate: 0.1 })(input({ shape: [4] }))).toThrow("[spatialDropout2d] expected an image");
});
