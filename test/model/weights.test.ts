import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import {
  batchNormalization,
  concatenate,
  conv2d,
  dense,
  flatten,
  InputError,
  input,
  lenet5,
  type Model,
  model,
  sequential,
} from "../../src/index.ts";
import { noise } from "../engine/as-oracle.ts";
import { network, points } from "./three-classes.ts";

/** Two branches of different depth, joined. */
function branches(): Model {
  const x = input({ shape: [4] });
  const a = dense({ units: 2, name: "a" })(x);
  const b2 = dense({ units: 5, name: "b2" })(dense({ units: 3, name: "b" })(x));
  const end = dense({ units: 1, name: "o" })(batchNormalization({ name: "n" })(concatenate()([a, b2])));
  return model({ inputs: x, outputs: end });
}

describe("getWeights and setWeights", () => {
  it("have Keras's order: farthest from the output first, moving statistics last", () => {
    const net = branches();
    // keras 3.15.1: [w.path for w in model.weights] is b, a, b2, n, o, although a was made first.
    const order = ["b", "a", "b2", "n", "o"];
    const shapes = order.flatMap((name) => [...net.getLayer(name).variables.values()].map(({ shape }) => shape));
    expect(net.getWeights().map(({ shape }) => shape)).toEqual(shapes);
    expect([...net.getLayer("n").variables.keys()]).toEqual(["gamma", "beta", "moving_mean", "moving_variance"]);
    const before = net.getWeights();
    net.trainable = false;
    expect(net.getWeights()).toEqual(before);
  });

  it("have the checksum of their bytes in this order, as Python computes it", async () => {
    const net = branches();
    const checksum = () => {
      const hash = createHash("sha256");
      for (const { data } of net.getWeights()) hash.update(Buffer.from(data.buffer, data.byteOffset, data.byteLength));
      return hash.digest("hex");
    };
    const before = await net.checksum();
    expect(before).toBe(checksum());
    expect(before).toMatch(/^[0-9a-f]{64}$/);
    expect(await net.clone({ weights: true }).checksum()).toBe(before);
    net.setWeights({ "o/bias": [0.5] });
    expect(await net.checksum()).toBe(checksum());
    expect(await net.checksum()).not.toBe(before);
  });

  it("a list sets all weights, in tensors or arrays; what getWeights returned does not change", async () => {
    const [one, other] = [branches(), branches().clone({ seed: 7 })];
    const images = noise([3, 4], 1);
    const weights = one.getWeights();
    expect((await one.predict(images)).data).not.toEqual((await other.predict(images)).data);
    other.setWeights(weights);
    expect((await one.predict(images)).data).toEqual((await other.predict(images)).data);
    other.setWeights(weights.map(({ data }) => [...data].map((value) => value + 1)));
    expect(weights).toEqual(one.getWeights());
    expect(other.getWeights()[0]!.data[0]).toBeCloseTo(weights[0]!.data[0]! + 1, 6);
  });

  it("weights without a connection stay 0, and one image is read as several", async () => {
    const [net, same] = [lenet5({ seed: 1 }), lenet5({ seed: 1 })];
    const { shape, data } = net.weights.get("C3/kernel")!;
    const missing = data.map((value) => (value === 0 ? 0.5 : value));
    net.setWeights({ "C3/kernel": { shape, data: missing } });
    expect(await net.checksum()).toBe(await same.checksum());
    const images = noise([1, 32, 32, 1], 1);
    expect((await net.predict(images)).data).toEqual((await same.predict(images)).data);
  });

  it.each<[string, unknown, string]>([
    ["too few", [[1]], "setWeights: expected 2 weights in a list, in the order of getWeights(), got 1"],
    ["a short one", [new Float32Array(17), [0, 0, 0]], 'setWeights "end/kernel": expected 18 numbers, got 17'],
    [
      "another shape",
      [{ shape: [3, 6], data: new Float32Array(18) }, [0, 0, 0]],
      'setWeights "end/kernel": expected shape [6, 3], got [3, 6]',
    ],
    [
      "a NaN",
      [new Float32Array(18), [0, Number.NaN, 0]],
      'setWeights "end/bias": expected finite numbers in a flat array, got NaN at index 1',
    ],
    ["a number", [new Float32Array(18), 3], 'setWeights "end/bias": expected numbers in an array or a tensor, got 3'],
    ["no weights", null, "setWeights: expected weights by name or in a list, got null"],
    ["a flat array", new Float32Array(21), "setWeights: expected weights by name or in a list, got an object"],
    ["a name without numbers", { "end/bias": null }, 'setWeights "end/bias": expected numbers in an array or a tensor'],
  ])("%s is refused, and nothing changes", (_, given, message) => {
    const net = network();
    const before = net.getWeights();
    expect(() => net.setWeights(given as never)).toThrow(InputError);
    expect(() => net.setWeights(given as never)).toThrow(message);
    expect(net.getWeights()).toEqual(before);
  });
});

describe("sequential", () => {
  const layers = () => [conv2d({ filters: 2, kernelSize: 3, name: "conv" }), flatten(), dense({ units: 3 })] as const;

  it("is the model of the layers one after the other", () => {
    const net = sequential([input({ shape: [6, 6, 1] }), ...layers()], { name: "small", seed: 3, threads: 1 });
    const x = input({ shape: [6, 6, 1] });
    const [conv, flat, end] = layers();
    const same = model({ inputs: x, outputs: end(flat(conv(x))), name: "small", seed: 3, threads: 1 });
    expect(net.summaryData()).toEqual(same.summaryData());
    expect(net.weights).toEqual(same.weights);
    expect(net.threads).toBe(1);
  });

  it("continues a model, whose layers it shares", async () => {
    const base = network();
    const net = sequential([base, dense({ units: 2, name: "more" })]);
    expect(net.getLayer("end")).toBe(base.getLayer("end"));
    expect((await net.predict(points.images)).shape).toEqual([40, 2]);
  });

  it.each<[string, unknown, string]>([
    [
      "a layer first",
      layers(),
      "sequential: expected input({ shape: [rows, columns, channels] }) first, got the layer",
    ],
    ["nothing", [], "sequential: expected input({ shape: [rows, columns, channels] }) first, got undefined"],
    ["no list", input({ shape: [4] }), "sequential: expected a list that begins with input({ shape })"],
    ["options of a layer", [input({ shape: [4] }), { units: 3 }], 'got an object {"units":3} at index 1'],
    ["an input later", [input({ shape: [4] }), input({ shape: [4] })], "sequential: expected layers after the first"],
    ["a model later", [input({ shape: [6] }), network()], "sequential: expected layers after the first"],
  ])("%s is refused", (_, given, message) => {
    expect(() => sequential(given as never)).toThrow(InputError);
    expect(() => sequential(given as never)).toThrow(message);
  });

  it("refuses options of model that it does not have", () => {
    const x = input({ shape: [4] });
    expect(() => sequential([x, dense({ units: 1 })], { outputs: x } as never)).toThrow(
      'sequential: expected options "name", "seed", "threads" or "numerics", got "outputs"',
    );
  });
});

describe("clone", () => {
  it("has the same architecture, its own layers and new weights, and is not compiled", async () => {
    const net = branches();
    net.getLayer("b").trainable = false;
    net.compile({ loss: "mean_squared_error" });
    const copy = net.clone();
    expect(copy.summaryData()).toEqual(net.summaryData());
    expect(copy.training).toBeUndefined();
    expect([copy.name, copy.threads, copy.numerics]).toEqual([net.name, net.threads, net.numerics]);
    expect(copy.layers.map(({ trainable }) => trainable)).toEqual(net.layers.map(({ trainable }) => trainable));
    expect(copy.layers.some((layer) => net.layers.includes(layer))).toBe(false);
    expect(copy.weights).toEqual(net.weights);
    expect(net.clone({ seed: 1 }).weights).not.toEqual(net.weights);
    copy.setWeights({ "o/bias": [5] });
    expect(net.weights.get("o/bias")!.data[0]).toBe(0);
  });

  it("takes the weights on request", async () => {
    const net = network();
    await net.fit(points, { verbose: 0 });
    expect(net.clone().weights).not.toEqual(net.weights);
    const copy = net.clone({ weights: true });
    expect(copy.weights).toEqual(net.weights);
    expect((await copy.predict(points.images)).data).toEqual((await net.predict(points.images)).data);
  });

  it("keeps a layer that is used twice one layer, and several outputs", () => {
    const x = input({ shape: [4] });
    const twice = dense({ units: 4, name: "twice" });
    const net = model({ inputs: x, outputs: [twice(twice(x)), twice(x)] as const });
    const copy = net.clone();
    expect(copy.layers).toHaveLength(2);
    expect(copy.outputs).toHaveLength(2);
    expect(copy.summaryData()).toEqual(net.summaryData());
  });

  it("refuses unknown options", () => {
    expect(() => network().clone({ weight: true } as never)).toThrow(
      'clone: expected options "weights" or "seed", got "weight"',
    );
  });
});
