import { describe, expect, it } from "vitest";
import * as lenet5 from "../../src/index.ts";
import { noise } from "../engine/as-oracle.ts";

const { InputError, activation, add, concatenate, dense, input, loadModel, model } = lenet5;

describe("the order of layers", () => {
  it("puts each layer after its inputs, and lists it once, however often it is read", () => {
    const x = input({ shape: [4], name: "x" });
    const a = dense({ units: 4, name: "a" })(x);
    const b = dense({ units: 4, name: "b" })(a);
    const sum = add({ name: "sum" })([b, a, x]);
    const twice = concatenate({ name: "twice" })([sum, sum, b]);
    const { layers, outputs } = model({ inputs: x, outputs: [twice, a, x] });
    expect(layers.map(({ name }) => name)).toEqual(["x", "a", "b", "sum", "twice"]);
    expect(outputs).toEqual([twice, a, x]);
  });

  it("does not count a layer twice when its output is also an output of the model", () => {
    const x = input({ shape: [4], name: "x" });
    const a = dense({ units: 4, name: "a" })(x);
    const b = dense({ units: 2, name: "b" })(a);
    const { connections, layers } = model({ inputs: x, outputs: [b, a, a, x] }).summaryData();
    expect(connections).toBe(20 + 10);
    expect(layers.map(({ connectedTo }) => connectedTo)).toEqual([[], ["x"], ["a"]]);
  });

  it("is found for a network deeper than the call stack", () => {
    const x = input({ shape: [1] });
    let end = x;
    for (let i = 0; i < 20_000; i++) end = activation({ activation: "relu", name: `layer ${i}` })(end);
    const { layers } = model({ inputs: x, outputs: end });
    expect([layers.length, layers[1]!.name, layers.at(-1)!.name]).toEqual([20_001, "layer 0", "layer 19999"]);
  });
});

describe("the names of layers", () => {
  it("do not change when a second model uses the layer; its new layers get other numbers", () => {
    const x = input({ shape: [4] });
    const hidden = dense({ units: 3 })(x);
    model({ inputs: x, outputs: dense({ units: 2 })(hidden) });
    const second = model({ inputs: x, outputs: dense({ units: 1 })(dense({ units: 1 })(hidden)) });
    expect(second.layers.map(({ name }) => name)).toEqual(["input", "dense", "dense_1", "dense_2"]);
  });

  it("must differ between two models that a third one joins", () => {
    const x = input({ shape: [4] });
    const [a, b] = [dense({ units: 2 })(x), dense({ units: 2 })(x)];
    model({ inputs: x, outputs: a });
    model({ inputs: x, outputs: b });
    expect(() => model({ inputs: x, outputs: add()([a, b]) })).toThrow(
      /got "dense" twice: name the layers that come from other models$/,
    );
  });
});

describe("initial weights", () => {
  const weightsOf = (made: lenet5.Model) => [...made.weights].map(([name, { data }]) => [name, [...data]]);
  const built = (seed: number | undefined, name: string) => {
    const x = input({ shape: [4] });
    return model({ inputs: x, outputs: dense({ units: 3, name })(x), ...(seed !== undefined && { seed }) });
  };

  it("depend on the seed, which is 0 by default, and on the layer's name", () => {
    expect(weightsOf(built(undefined, "a"))).toEqual(weightsOf(built(0, "a")));
    expect(weightsOf(built(1, "a"))).not.toEqual(weightsOf(built(0, "a")));
    expect(weightsOf(built(0, "b"))[0]![1]).not.toEqual(weightsOf(built(0, "a"))[0]![1]);
  });

  it("are marked as trainable, and moving statistics as not trainable", () => {
    const x = input({ shape: [4] });
    const { layers } = model({ inputs: x, outputs: lenet5.batchNormalization()(dense({ units: 1 })(x)) });
    const trainable = layers.flatMap(({ variables }) => [...variables].map(([name, it]) => [name, it.trainable]));
    expect(Object.fromEntries(trainable)).toEqual({
      kernel: true,
      bias: true,
      gamma: true,
      beta: true,
      moving_mean: false,
      moving_variance: false,
    });
  });

  it("of a layer that already has weights do not change in a second model", () => {
    const x = input({ shape: [4] });
    const hidden = dense({ units: 3, name: "hidden" })(x);
    const before = weightsOf(model({ inputs: x, outputs: hidden, seed: 1 }));
    const second = model({ inputs: x, outputs: dense({ units: 2, name: "end" })(hidden), seed: 2 });
    expect(weightsOf(second).slice(0, 2)).toEqual(before);
  });
});

describe("a model is refused in one line", () => {
  const x = input({ shape: [4] });
  const y = dense({ units: 1 })(x);
  it.each<[string, () => unknown, string]>([
    ["without inputs", () => model({ outputs: y } as never), "model inputs: expected a tensor made by input()"],
    [
      "whose input is no tensor",
      () => model({ inputs: {} as never, outputs: y }),
      "model inputs: expected a tensor made by input()",
    ],
    [
      "whose input is a hidden layer",
      () => model({ inputs: y, outputs: y }),
      "model inputs: expected a tensor made by input()",
    ],
    [
      "without outputs",
      () => model({ inputs: x } as never),
      "model outputs: expected a tensor made by layers, or several, got undefined",
    ],
    ["with null for outputs", () => model({ inputs: x, outputs: null as never }), "or several, got null"],
    [
      "with no outputs in a list",
      () => model({ inputs: x, outputs: [] }),
      "model outputs: expected a tensor made by layers, or several, got an array []",
    ],
    [
      "with an output that is a number",
      () => model({ inputs: x, outputs: [y, 1 as never] }),
      "model outputs: expected a tensor made by layers, or several, got an array",
    ],
    [
      "with an output that is missing",
      () => model({ inputs: x, outputs: [undefined as never] }),
      "model outputs: expected a tensor made by layers, or several, got an array",
    ],
    [
      "that reads another input",
      () => model({ inputs: x, outputs: concatenate()([y, input({ shape: [4] })]) }),
      "model outputs: expected to be computed from the given input alone, got one that needs another",
    ],
    ["with an unknown option", () => model({ inputs: x, outputs: y, loss: 1 } as never), 'got "loss"'],
  ])("%s", (_, make, message) => {
    expect(make).toThrow(message);
    expect(make).toThrow(InputError);
  });
});

describe("layers in several models, or several times in one", () => {
  it("a model of inner outputs shares the weights", async () => {
    const image = input({ shape: [12, 12, 1] });
    const c1 = lenet5.conv2d({ filters: 2, kernelSize: 3, name: "C1" })(image);
    const s2 = lenet5.averagePooling2d({ name: "S2" })(c1);
    const end = dense({ units: 2, activation: "softmax", name: "end" })(lenet5.flatten()(s2));
    const whole = model({ inputs: image, outputs: end });
    const inner = model({ inputs: image, outputs: [c1, s2] });
    const picture = noise([3, 12, 12, 1], 1);
    const before = await inner.predict(picture);
    expect(before.map(({ shape }) => shape)).toEqual([
      [3, 10, 10, 2],
      [3, 5, 5, 2],
    ]);
    whole.setWeights({ "C1/kernel": new Float32Array(18), "C1/bias": [1, 2] });
    const [after] = await inner.predict(picture);
    expect([...after!.data.slice(0, 4)]).toEqual([1, 2, 1, 2]);
  });

  it("the layers of a loaded model have names and outputs, from which other models can be made", async () => {
    const loaded = await loadModel(lenet5.lenet5({ seed: 4 }).toBytes());
    expect(loaded.layers.map(({ name }) => name)).toEqual([
      "image",
      "C1",
      "S2",
      "C3",
      "S4",
      "C5",
      "flatten",
      "F6",
      "output",
    ]);
    const inside = model({ inputs: loaded.inputs, outputs: loaded.getLayer("C3").output });
    expect((await inside.predict(noise([2, 32, 32, 1], 1))).shape).toEqual([2, 10, 10, 16]);
    expect(() => loaded.getLayer("C4")).toThrow(/^getLayer: expected "image", .* got "C4"$/);
  });

  it("a layer that is used twice has one set of weights and the sum of both gradients", async () => {
    const x = input({ shape: [3] });
    const shared = dense({ units: 3, name: "shared" });
    const twice = model({ inputs: x, outputs: shared(shared(x)) });
    expect(twice.summaryData().params).toBe(12);
    twice.compile({ optimizer: lenet5.sgd({ learningRate: 1, momentum: 0.5 }), loss: "mean_squared_error" });
    twice.setWeights({ "shared/kernel": [2, 0, 0, 0, 2, 0, 0, 0, 2] });
    const ones = { shape: [1, 3], data: Float32Array.of(1, 0, 0) };
    await twice.fit({ images: ones, labels: Float32Array.of(0, 0, 0) }, { verbose: 0 });
    // y = w^2 = 4 for the first feature; dL/dy = 2 y / 3, dy/dw = 2 w on the diagonal.
    expect(-twice.training!.memory.get("momentum/shared/kernel")![0]!).toBeCloseTo(((2 * 4) / 3) * 4, 4);
  });

  it("layers without a name are named by type and number", () => {
    const x = input({ shape: [4] });
    const made = model({
      inputs: x,
      outputs: dense({ units: 1 })(dense({ units: 2 })(dense({ units: 3, name: "dense_1" })(x))),
    });
    expect(made.layers.map((layer) => layer.name)).toEqual(["input", "dense_1", "dense", "dense_2"]);
  });
});
