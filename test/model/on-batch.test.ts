import { describe, expect, it } from "vitest";
import {
  batchNormalization,
  dense,
  dropout,
  InputError,
  input,
  loadModel,
  type Model,
  model,
  sgd,
} from "../../src/index.ts";
import { network, part, points } from "./three-classes.ts";

const quiet = { verbose: 0, epochs: 1, shuffle: false, batchSize: 8 } as const;
const copies = (net: Model) => new Map([...net.weights].map(([path, { data }]) => [path, data.slice()]));
const batches = () => [0, 8, 16, 24, 32].map((from) => part(from, from + 8));

describe("trainOnBatch", () => {
  it("trains as fit does, bit for bit, the optimizer's state included", async () => {
    const [one, other] = [network(), network()];
    await one.fit(points, { ...quiet, epochs: 2 });
    for (const batch of [...batches(), ...batches()]) await other.trainOnBatch(batch);
    expect(copies(other)).toEqual(copies(one));
    expect(other.training).toEqual(one.training);
    expect(other.toBytes()).toEqual(one.toBytes());
  });

  it("returns the loss and metrics of this batch alone, before its update", async () => {
    const net = network();
    await net.trainOnBatch(part(0, 8));
    const before = await net.testOnBatch(part(8, 16));
    const logs = await net.trainOnBatch(part(8, 16));
    expect(Object.keys(logs)).toEqual(["loss", "accuracy"]);
    expect(logs.accuracy).toBe(before.accuracy);
    expect(logs.loss).toBeCloseTo(before.loss!, 6);
  });

  it("the weights are up to date wherever they are read after a batch", async () => {
    const net = network();
    const sharing = model({ inputs: net.inputs, outputs: net.outputs });
    const readers: Record<string, () => unknown> = {
      weights: () => copies(net),
      getWeights: () => net.getWeights(),
      toBytes: () => net.toBytes(),
      predict: async () => (await net.predict(points.images)).data,
      "predict one": async () => (await net.predict(part(0, 1).images)).data,
      "another model of the layers": async () => (await sharing.predict(points.images)).data,
      evaluate: () => net.evaluate(points),
      clone: () => copies(net.clone({ weights: true })),
      memory: () => new Map(net.training!.memory),
    };
    for (const [name, read] of Object.entries(readers)) {
      const before = await read();
      await net.trainOnBatch(part(0, 8));
      await net.trainOnBatch(part(8, 16));
      expect(await read(), name).not.toEqual(before);
    }
  });

  it("goes on from setWeights, from fit, and fit from it, as calls of fit alone do", async () => {
    const [one, other] = [network(), network()];
    const zeros = { "end/kernel": new Float32Array(18) };
    const alone = (batch: typeof points) => one.fit(batch, { ...quiet, batchSize: batch.labels.length });
    for (const train of [alone, (batch: typeof points) => other.trainOnBatch(batch)]) {
      const net = train === alone ? one : other;
      await train(part(0, 8));
      net.setWeights(zeros);
      await train(part(8, 16));
      await net.fit(points, quiet);
      await train(part(16, 24));
      await train(part(16, 19));
      await train(part(0, 32));
      await train(part(0, 1));
    }
    expect(copies(other)).toEqual(copies(one));
    expect(other.toBytes()).toEqual(one.toBytes());
  });

  it("two models that share layers take turns, each with its own optimizer", async () => {
    /** A generator and a judge of its output, as in adversarial training. */
    const make = () => {
      const x = input({ shape: [6] });
      const shared = dense({ units: 4, activation: "tanh", name: "shared" });
      const first = model({ inputs: x, outputs: dense({ units: 3, activation: "softmax", name: "a" })(shared(x)) });
      const second = model({ inputs: x, outputs: dense({ units: 3, activation: "softmax", name: "b" })(shared(x)) });
      first.compile({ loss: "sparse_categorical_crossentropy", optimizer: "adam", metrics: ["accuracy"] });
      second.compile({ loss: "sparse_categorical_crossentropy", optimizer: sgd({ momentum: 0.9 }) });
      return [first, second] as const;
    };
    const [a, b] = make();
    const [c, d] = make();
    for (const batch of batches()) {
      await a.trainOnBatch(batch);
      await b.trainOnBatch(batch);
      await c.fit(batch, quiet);
      await d.fit(batch, quiet);
    }
    expect(copies(a)).toEqual(copies(c));
    expect(copies(b)).toEqual(copies(d));
  });

  it("layers can be frozen between two batches", async () => {
    const net = network();
    await net.trainOnBatch(part(0, 8));
    const x = model({ inputs: net.inputs, outputs: dense({ units: 3, activation: "softmax" })(net.outputs) });
    x.compile({ loss: "sparse_categorical_crossentropy" });
    await x.trainOnBatch(part(0, 8));
    net.trainable = false;
    const before = copies(x);
    await x.trainOnBatch(part(8, 16));
    const after = copies(x);
    expect(after.get("end/kernel")).toEqual(before.get("end/kernel"));
    expect(after.get("dense/kernel")).not.toEqual(before.get("dense/kernel"));
  });

  it("moving statistics move, dropout draws from the seed and the batch's number", async () => {
    const make = () => {
      const x = input({ shape: [6] });
      const hidden = dropout({ rate: 0.5 })(batchNormalization({ name: "norm" })(dense({ units: 8 })(x)));
      const net = model({ inputs: x, outputs: dense({ units: 3, activation: "softmax" })(hidden), threads: 2 });
      net.compile({ loss: "sparse_categorical_crossentropy" });
      return net;
    };
    const [one, other, third] = [make(), make(), make()];
    await one.fit(points, { ...quiet, seed: 5 });
    for (const batch of batches()) await other.trainOnBatch(batch, { seed: 5 });
    for (const batch of batches()) await third.trainOnBatch(batch);
    expect(copies(other)).toEqual(copies(one));
    expect(copies(third)).not.toEqual(copies(one));
    expect(one.weights.get("norm/moving_mean")!.data.some((mean) => mean !== 0)).toBe(true);
  });

  it("a compile starts the optimizer afresh, and a saved model goes on", async () => {
    const [one, other] = [network(), network()];
    await one.trainOnBatch(part(0, 8));
    const back = await loadModel(one.toBytes());
    await one.trainOnBatch(part(8, 16));
    await back.trainOnBatch(part(8, 16));
    expect(copies(back)).toEqual(copies(one));
    await other.trainOnBatch(part(0, 8));
    for (const net of [one, other]) net.compile({ loss: "sparse_categorical_crossentropy" });
    expect(one.training).toMatchObject({ iterations: 0, memory: new Map() });
    other.setWeights(copies(one));
    for (const net of [one, other]) await net.trainOnBatch(part(0, 8));
    expect(copies(other)).toEqual(copies(one));
  });

  it("weights of classes and images count as in fit", async () => {
    const [one, other] = [network(), network()];
    const weighted = { ...part(0, 8), sampleWeight: [1, 2, 0, 1, 1, 3, 1, 1] };
    const logs = await one.trainOnBatch(weighted, { classWeight: { 1: 3 } });
    const { history } = await other.fit(weighted, { ...quiet, classWeight: { 1: 3 } });
    expect(copies(one)).toEqual(copies(other));
    expect([logs.loss]).toEqual(history.loss);
  });

  it("while a batch is trained, another call and reading are refused; both work when it is awaited", async () => {
    const net = network();
    await net.trainOnBatch(part(0, 8));
    const running = net.trainOnBatch(part(8, 16));
    await expect(net.trainOnBatch(part(8, 16))).rejects.toThrow(/^trainOnBatch: expected one call at a time/);
    await expect(net.fit(points, quiet)).rejects.toThrow(/^fit: expected one call at a time/);
    expect(() => net.compile({ loss: "mean_squared_error" })).toThrow(/^compile: expected one call at a time/);
    expect(() => net.getWeights()).toThrow(InputError);
    expect(() => net.toBytes()).toThrow(/^expected weights to be read after trainOnBatch has ended, got a call before/);
    await running;
    expect(await net.evaluate(points)).toHaveProperty("loss");
  });

  it.each<[string, (net: Model) => Promise<unknown>, RegExp]>([
    [
      "a tensor",
      (net) => net.trainOnBatch(points.images as never),
      /write trainOnBatch\(\{ images: x, labels: y \}\)$/,
    ],
    ["a tensor", (net) => net.testOnBatch(points.images as never), /write testOnBatch\(\{ images: x, labels: y \}\)$/],
    ["a list of batches", (net) => net.trainOnBatch(batches() as never), /^trainOnBatch: expected one batch \{ images/],
    ["a list of batches", (net) => net.testOnBatch(batches() as never), /^testOnBatch: expected one batch \{ images/],
    ["an option of fit", (net) => net.trainOnBatch(points, { epochs: 2 } as never), /^trainOnBatch: .* got "epochs"$/],
    ["a missing class", (net) => net.trainOnBatch(points, { classWeight: { 9: 1 } }), /^classWeight: .* got "9"$/],
    [
      "balanced",
      (net) => net.trainOnBatch(points, { classWeight: "balanced" as never }),
      /"balanced", which needs all/,
    ],
    [
      "a number",
      (net) => net.trainOnBatch(points, { classWeight: 2 as never }),
      /^trainOnBatch classWeight: .* got 2$/,
    ],
    ["a fractional seed", (net) => net.trainOnBatch(points, { seed: 0.5 }), /^trainOnBatch seed: expected a whole/],
    [
      "an optimizer with second derivatives",
      (net) => {
        net.compile({ optimizer: "sdlm", loss: "sparse_categorical_crossentropy" });
        return net.trainOnBatch(points);
      },
      /^trainOnBatch: expected an optimizer without second derivatives, .* got "sdlm": use fit$/,
    ],
    [
      "a model that is not compiled",
      (net) => net.clone().trainOnBatch(points),
      /^trainOnBatch: expected a compiled model/,
    ],
  ])("%s is refused", async (_, work, message) => {
    await expect(work(network())).rejects.toThrow(InputError);
    await expect(work(network())).rejects.toThrow(message);
  });
});

it("testOnBatch and predictOnBatch are evaluate and predict of one batch", async () => {
  const net = network();
  expect(await net.testOnBatch(points)).toEqual(await net.evaluate(points));
  expect(await net.predictOnBatch(points.images)).toEqual(await net.predict(points.images));
});
