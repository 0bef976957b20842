import { describe, expect, it } from "vitest";
import {
  batchNormalization,
  conv2d,
  dense,
  digits,
  dropout,
  flatten,
  InputError,
  input,
  type Layer,
  lenet5,
  loadModel,
  type Model,
  maxPooling2d,
  model,
  rbf,
} from "../../src/index.ts";
import { expectAsOracle } from "../engine/expect-as-oracle.ts";

const { train } = digits({ train: 48, test: 1 });
const quiet = { verbose: 0, epochs: 1, batchSize: 16 } as const;

/** Convolution, batch normalization and a dense layer. */
function network(options: { threads?: number; trainable?: boolean } = {}): Model {
  const image = input({ shape: [32, 32, 1] });
  let x = conv2d({ filters: 3, kernelSize: 5, name: "conv", trainable: options.trainable ?? true })(image);
  x = batchNormalization({ name: "norm" })(x);
  x = maxPooling2d({ poolSize: 4 })(x);
  x = dense({ units: 10, activation: "softmax", name: "end" })(flatten()(x));
  return model({ inputs: image, outputs: x, threads: options.threads ?? 1 });
}

const compiled = (net: Model): Model => {
  net.compile({ loss: "sparse_categorical_crossentropy", optimizer: "adam" });
  return net;
};

const copies = (net: Model) => new Map([...net.weights].map(([path, { data }]) => [path, data.slice()]));

/** The names of the weights that an epoch of training changes. */
async function changed(net: Model): Promise<string[]> {
  const before = copies(net);
  await net.fit(train, quiet);
  return [...net.weights].filter(([path, { data }]) => `${data}` !== `${before.get(path)}`).map(([path]) => path);
}

describe("layer.trainable", () => {
  it("is true by default, the option `trainable`, and false for rbf units", () => {
    expect(dense({ units: 2 }).trainable).toBe(true);
    expect(dense({ units: 2, trainable: false }).trainable).toBe(false);
    expect(rbf({ units: 2 }).trainable).toBe(false);
    expect(rbf({ units: 2, trainable: true }).trainable).toBe(true);
  });

  it.each([0, "false", null, Number.NaN])("%o is refused, as an option and when it is set", (value) => {
    const layer: { trainable: unknown } = dense({ units: 2, name: "end" });
    const message = /^\[dense "end"\] trainable: expected true or false, got /;
    expect(() => dense({ units: 2, name: "end", trainable: value as never })).toThrow(InputError);
    expect(() => {
      layer.trainable = value;
    }).toThrow(message);
    expect(layer.trainable).toBe(true);
  });

  it("freezes the weights of a layer, wherever it is in the network; the others learn", async () => {
    const all = ["conv/bias", "conv/kernel", "end/bias", "end/kernel"];
    const norm = ["norm/beta", "norm/gamma", "norm/moving_mean", "norm/moving_variance"];
    for (const [name, own] of [
      ["conv", ["conv/bias", "conv/kernel"]],
      ["norm", norm],
      ["end", ["end/bias", "end/kernel"]],
    ] as const) {
      const net = compiled(network());
      net.getLayer(name).trainable = false;
      const others = [...all, ...norm].filter((path) => !(own as readonly string[]).includes(path));
      // A bias before a batch normalization has the gradient 0, but for rounding.
      expect((await changed(net)).filter((path) => path !== "conv/bias").sort()).toEqual(
        others.filter((path) => path !== "conv/bias").sort(),
      );
    }
  });

  it("counts from the next call of fit, in both directions, without a new compile", async () => {
    const net = compiled(network());
    const conv = net.getLayer("conv");
    expect(await changed(net)).toContain("conv/kernel");
    conv.trainable = false;
    expect(await changed(net)).not.toContain("conv/kernel");
    conv.trainable = true;
    expect(await changed(net)).toContain("conv/kernel");
  });

  it("gives the other weights the gradients that they would have anyway", async () => {
    const free = compiled(network());
    const frozen = compiled(network());
    frozen.getLayer("conv").trainable = false;
    await free.fit(train, { ...quiet, batchSize: 48 });
    await frozen.fit(train, { ...quiet, batchSize: 48 });
    for (const path of ["norm/gamma", "end/kernel"])
      expect(frozen.weights.get(path)!.data).toEqual(free.weights.get(path)!.data);
  });

  it("trains with the same bits on 1, 2 and 3 threads", async () => {
    const results = [];
    for (const threads of [1, 2, 3]) {
      const net = compiled(network({ threads }));
      net.getLayer("norm").trainable = false;
      await net.fit(train, quiet);
      results.push(copies(net));
    }
    expect(results[1]).toEqual(results[0]);
    expect(results[2]).toEqual(results[0]);
  });

  it("trains one image at a time, and with second derivatives", async () => {
    for (const options of [{ batchSize: 1 }, { optimizer: "sdlm" as const }]) {
      const net = lenet5({ threads: 1 });
      net.compile({ loss: "sparse_categorical_crossentropy", optimizer: options.optimizer ?? "sgd" });
      for (const name of ["C1", "F6"]) net.getLayer(name).trainable = false;
      const before = copies(net);
      await net.fit(train, { ...quiet, batchSize: options.batchSize ?? 16 });
      const still = [...net.weights].filter(([path, { data }]) => `${data}` === `${before.get(path)}`);
      expect(still.map(([path]) => path)).toEqual(["C1/kernel", "C1/bias", "F6/kernel", "F6/bias"]);
    }
  });

  it("a model whose layers are all frozen is refused with what to do", async () => {
    const net = compiled(network());
    net.trainable = false;
    await expect(net.fit(train, quiet)).rejects.toThrow(
      "fit: expected a model with weights to train, got one whose layers are frozen: set trainable = true on some",
    );
  });

  it("does not change what dropout does", async () => {
    const image = input({ shape: [32, 32, 1] });
    const drop = dropout({ rate: 0.5 });
    const net = model({ inputs: image, outputs: dense({ units: 10 })(flatten()(drop(image))), threads: 1 });
    net.compile({ loss: "mean_squared_error", optimizer: "sgd" });
    const data = { images: train.images, labels: new Float32Array(480) };
    const losses = async () => (await net.fit(data, { ...quiet, batchSize: 48 })).history.loss![0];
    const start = net.weights;
    const values = new Map([...start].map(([path, { data: numbers }]) => [path, numbers.slice()]));
    const free = await losses();
    net.setWeights(values);
    net.compile({ loss: "mean_squared_error", optimizer: "sgd" });
    drop.trainable = false;
    expect(await losses()).toBe(free);
  });
});

describe("a frozen batch normalization", () => {
  it("uses its moving statistics in training, and its gradients are the oracle's", async () => {
    const at = (freeze: (layer: Layer) => void) => {
      const image = input({ shape: [3, 5, 4] });
      let x = dense({ units: 60, activation: "tanh" })(flatten()(image));
      const norm = batchNormalization({ name: "norm" });
      x = norm(x);
      freeze(norm);
      return model({ inputs: image, outputs: dense({ units: 3, activation: "softmax" })(x), threads: 2 });
    };
    for (const count of [1, 5, 17, 40])
      await expectAsOracle(
        at((norm) => {
          norm.trainable = false;
        }),
        count,
      );
  });

  it("trains in one pass over the batch, so that small batches do not disturb it", async () => {
    const net = compiled(network());
    net.getLayer("norm").trainable = false;
    await net.fit(train, { ...quiet, batchSize: 1 });
    const moving = net.weights.get("norm/moving_variance")!.data;
    expect([...moving]).toEqual([1, 1, 1]);
  });
});

describe("model.trainable", () => {
  it("sets all layers, and is true while one trains", () => {
    const net = network();
    expect(net.trainable).toBe(true);
    net.trainable = false;
    expect(net.layers.map(({ trainable }) => trainable)).toEqual(net.layers.map(() => false));
    expect(net.trainable).toBe(false);
    net.getLayer("end").trainable = true;
    expect(net.trainable).toBe(true);
    expect(() => {
      (net as { trainable: unknown }).trainable = "no";
    }).toThrow('model trainable: expected true or false, got "no"');
  });

  it("the summary counts as Keras does", () => {
    const net = network();
    const { params, trainableParams } = net.summaryData();
    expect(params - trainableParams).toBe(6);
    net.getLayer("norm").trainable = false;
    expect(net.summaryData()).toMatchObject({ params, trainableParams: trainableParams - 6 });
    net.getLayer("conv").trainable = false;
    expect(net.summaryData()).toMatchObject({ params, trainableParams: trainableParams - 6 - 78 });
    expect(net.summary({ print: false })).toContain("Non-trainable params: 90");
  });
});

describe("the model file", () => {
  it("keeps which layers are frozen, and resumes with the same bits", async () => {
    const whole = compiled(network());
    whole.getLayer("conv").trainable = false;
    await whole.fit(train, { ...quiet, epochs: 2 });
    const half = compiled(network({ trainable: false }));
    await half.fit(train, quiet);
    const back = await loadModel(half.toBytes(), { threads: 1 });
    expect(back.layers.map(({ trainable }) => trainable)).toEqual([true, false, true, true, true, true]);
    await back.fit(train, { ...quiet, epochs: 2, initialEpoch: 1 });
    expect(copies(back)).toEqual(copies(whole));
    expect([...back.training!.memory.keys()].some((slot) => slot.includes("conv"))).toBe(false);
  });

  it("keeps the optimizer's slots of a layer that was frozen after training", async () => {
    const net = compiled(network());
    await net.fit(train, quiet);
    const slot = net.training!.memory.get("velocity/conv/kernel")!.slice();
    net.getLayer("conv").trainable = false;
    await net.fit(train, { ...quiet, epochs: 2, initialEpoch: 1 });
    const back = await loadModel(net.toBytes(), { threads: 1 });
    expect(back.training!.memory.get("velocity/conv/kernel")).toEqual(slot);
    for (const each of [net, back]) {
      each.trainable = true;
      await each.fit(train, { ...quiet, epochs: 3, initialEpoch: 2 });
    }
    expect(copies(back)).toEqual(copies(net));
  });
});
