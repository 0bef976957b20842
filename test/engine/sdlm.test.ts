/** Training with stochastic diagonal Levenberg-Marquardt, step by step. */
import { describe, expect, it } from "vitest";
import { random } from "../../src/core/random.ts";
import * as lenet5 from "../../src/index.ts";
import { curvature, meanOf, type WeightDiagonals } from "../oracle/curvature.ts";
import { trainer } from "../oracle/network.ts";
import { diagonalLevenbergMarquardt } from "../oracle/optimizers.ts";
import { tensor } from "../oracle/tensor.ts";
import { distance, noise, oracleLoss, unitsAsOracle } from "./as-oracle.ts";

const { conv2d, dense, flatten, input, rbf, sdlm, subsampling2d } = lenet5;

const shape = [6, 5, 2] as const;
const size = 60;
const COUNT = 12;
const data = { images: noise([COUNT, ...shape], 4), labels: Int32Array.from({ length: COUNT }, (_, i) => (i * 7) % 5) };
const centres = Array.from({ length: 5 }, (_, k) => Array.from({ length: 6 }, (_, i) => ((i + k) % 3 ? 1 : -1)));

function network(threads = 2, numerics: lenet5.Numerics = "reproducible"): lenet5.Model {
  const image = input({ shape, name: "image" });
  const c1 = conv2d({ filters: 3, kernelSize: 3, activation: "scaled_tanh", name: "C1" })(image);
  const s2 = subsampling2d({ poolSize: [2, 1], name: "S2" })(c1);
  const f6 = dense({ units: 6, activation: "scaled_tanh", name: "F6" })(flatten()(s2));
  const end = rbf({ centres, name: "end" })(f6);
  return lenet5.model({ inputs: image, outputs: end, seed: 3, threads, numerics });
}

const schedule = lenet5.piecewiseConstantDecay({ boundaries: [4, 14], rates: [0.02, 0.005, 0.01] });
const rateAt = (step: number) => (step <= 4 ? 0.02 : step <= 14 ? 0.005 : 0.01);
const optimizer = sdlm({ learningRate: schedule, mu: 0.1, images: 7 });
const quiet = { verbose: 0, shuffle: false } as const;
const bytes = (model: lenet5.Model) => Buffer.from(model.toBytes()).toString("base64");

/** The images and labels of a range. */
function part(from: number, to: number): { images: lenet5.Tensor<Float32Array>; labels: Int32Array } {
  const images = { shape: [to - from, ...shape], data: data.images.data.slice(from * size, to * size) };
  return { images, labels: data.labels.slice(from, to) };
}

describe.each([
  ["reproducible", 1],
  ["reproducible", 5],
  ["fast", 1],
] as const)("%s, batches of %i", (numerics, batchSize) => {
  it.each(["rbf_mse", "rbf_map"] as const)("changes weights as the oracle does, %s", async (loss) => {
    const model = network(2, numerics);
    const { nodes, weights: initial } = unitsAsOracle(model, false);
    const { end, ...trained } = initial;
    let h: WeightDiagonals = {};
    let step = 0;
    // The trainer updates every array of every node in this order.
    const paths = Object.entries(trained).flatMap(([name, own]) => own.map((_, i) => () => h[name]![i]!));
    let next = 0;
    const made = trainer(nodes, initial, (length) => {
      const own = paths[next++];
      // The centres are fixed.
      return own ? diagonalLevenbergMarquardt({ learningRate: () => rateAt(step), mu: 0.1 }, own)(length) : () => {};
    });
    expect(Object.keys(initial).at(-1)).toBe("end");
    const losses: number[] = [];
    for (let epoch = 0; epoch < 3; epoch++) {
      h = meanOf(
        Array.from({ length: 7 }, (_, n) => {
          const { images, labels } = part(n, n + 1);
          // The curvature of both losses is that of the distance.
          return curvature(nodes, tensor(images.shape, images.data), made.weights, oracleLoss("rbf_mse", labels));
        }),
      );
      let sum = 0;
      for (let from = 0; from < COUNT; from += batchSize) {
        const { images, labels } = part(from, Math.min(COUNT, from + batchSize));
        const result = made.step({ input: tensor(images.shape, images.data) }, oracleLoss(loss, labels));
        sum += result.loss * labels.length;
        step++;
      }
      losses.push(sum / COUNT);
    }
    expect(made.weights.end).toEqual(end);

    model.compile({ optimizer, loss });
    const { history } = await model.fit(data, { ...quiet, batchSize, epochs: 3 });
    // Rounding errors of float32 grow over many steps.
    expect(distance(history.loss!, losses)).toBeLessThan(1e-5);
    for (const layer of model.layers)
      [...layer.variables.values()].forEach(({ path, value }, i) => {
        expect(distance(value, made.weights[layer.name]![i]!.data), path).toBeLessThan(1e-4);
      });
  });
});

it.each([1, 5])("batches of %i: continues with the same bits after saving and loading", async (batchSize) => {
  const straight = network();
  straight.compile({ optimizer, loss: lenet5.rbfMap({ j: 2 }), metrics: ["accuracy"] });
  await straight.fit(data, { ...quiet, batchSize, epochs: 4, shuffle: "once" });
  const first = network();
  first.compile({ optimizer, loss: lenet5.rbfMap({ j: 2 }), metrics: ["accuracy"] });
  await first.fit(data, { ...quiet, batchSize, epochs: 2, shuffle: "once" });
  const second = await lenet5.loadModel(first.toBytes());
  expect(second.training!.objectives[0]!.loss).toEqual({ type: "rbf_map", j: 2 });
  expect([...second.training!.memory.keys()]).toEqual([...first.training!.memory.keys()]);
  await second.fit(data, { ...quiet, batchSize, epochs: 4, initialEpoch: 2, shuffle: "once" });
  expect(bytes(second)).toBe(bytes(straight));
});

it.each([1, 5, 40])("batches of %i: the same bits on 1, 2 and 3 threads", async (batchSize) => {
  const many = { images: noise([70, ...shape], 8), labels: Int32Array.from({ length: 70 }, (_, i) => (i * 7) % 5) };
  const trained = await Promise.all(
    [1, 2, 3].map(async (threads) => {
      const model = network(threads);
      model.compile({ optimizer: sdlm({ learningRate: 0.005, images: 50 }), loss: "rbf_map" });
      const { history } = await model.fit(many, { verbose: 0, batchSize, epochs: 2 });
      return { loss: history.loss, bytes: bytes(model) };
    }),
  );
  expect(trained[1]).toEqual(trained[0]);
  expect(trained[2]).toEqual(trained[0]);
});

it("a stream gives the curvature of its first batch, and the same training as images in memory", async () => {
  const [stream, memory] = [network(), network()];
  const starts = [0, 4, 8];
  stream.compile({ optimizer, loss: "rbf_mse" });
  await stream.fit(
    starts.map((from) => part(from, from + 4)),
    { verbose: 0, epochs: 2 },
  );
  memory.compile({ optimizer: sdlm({ learningRate: schedule, mu: 0.1, images: 4 }), loss: "rbf_mse" });
  await memory.fit(data, { ...quiet, batchSize: 4, epochs: 2 });
  const state = (model: lenet5.Model) => [[...model.weights], [...model.training!.memory]];
  expect(state(stream)).toEqual(state(memory));
});

it('shuffle "once" takes the images in one order drawn from the seed, in every epoch', async () => {
  const order = random(9, "shuffle", 1).shuffle(Uint32Array.from({ length: COUNT }, (_, i) => i));
  const inOrder = {
    images: {
      shape: [COUNT, ...shape],
      data: Float32Array.from([...order].flatMap((i) => [...part(i, i + 1).images.data])),
    },
    labels: Int32Array.from(order, (i) => data.labels[i]!),
  };
  const look = async (given: lenet5.LabelledImages, options: lenet5.FitOptions) => {
    const model = network();
    model.compile({ optimizer, loss: "rbf_mse" });
    await model.fit(given, { verbose: 0, batchSize: 1, epochs: 3, seed: 9, ...options });
    return bytes(model);
  };
  const once = await look(data, { shuffle: "once" });
  expect(once).toBe(await look(inOrder, { shuffle: false }));
  expect(once).not.toBe(await look(data, { shuffle: true }));
});

it("callbacks after every batch and more metrics do not change the result", async () => {
  const look = async (options: lenet5.FitOptions) => {
    const model = network();
    model.compile({ optimizer, loss: "rbf_map", metrics: ["accuracy"] });
    await model.fit(data, { ...quiet, batchSize: 1, epochs: 2, ...options });
    return bytes(model);
  };
  const plain = await look({});
  expect(await look({ callbacks: [{ onBatchEnd() {} }] })).toBe(plain);
  expect(await look({ validationData: data })).toBe(plain);
  expect(await look({ classWeight: { 0: 1, 3: 1 } })).toBe(plain);
  expect(await look({ classWeight: { 0: 2 } })).not.toBe(plain);
});

it("refuses options out of range", () => {
  expect(() => sdlm({ mu: 0 })).toThrow("sdlm mu: expected");
  expect(() => sdlm({ images: 0 })).toThrow("sdlm images: expected");
  expect(() => lenet5.rbfMap({ j: -1 })).toThrow("rbfMap j: expected");
  expect(() => rbf({ centres: [[1, 2], [3]] })).toThrow("centres: expected a row of finite numbers for each unit");
  expect(() => rbf({ centres: [] })).toThrow("centres: expected a row");
  expect(() => rbf({ centres, units: 4 })).toThrow("units: expected 5, as many as centres, got 4");
  expect(() => rbf({})).toThrow("units");
  expect(() => rbf({ centres })(input({ shape: [5] }))).toThrow("expected 6 features, as the centres have, got 5");
  expect(() => rbf({ units: 2 })(input({ shape: [5, 5, 1] }))).toThrow("put flatten() before it");
  expect(() => subsampling2d()(input({ shape: [5] }))).toThrow("expected");
  expect(() => subsampling2d({ poolSize: 0 })).toThrow("poolSize");
  expect(() => subsampling2d({ padding: "same" } as never)).toThrow("padding");
});
