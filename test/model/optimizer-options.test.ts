/** Options of every optimizer, regularizers and constraints: what Keras's numbers in test/golden do not show. */
import { describe, expect, it } from "vitest";
import * as lenet5 from "../../src/index.ts";
import { optimizerNames, optimizers } from "../../src/training/optimizers/table.ts";
import { distance } from "../engine/as-oracle.ts";

const { dense, flatten, input, loadModel, maxNorm, model, sgd } = lenet5;

const images = { shape: [12, 3], data: Float32Array.from({ length: 36 }, (_, i) => ((i * 7) % 11) / 11) };
const labels = Uint8Array.from({ length: 12 }, (_, i) => i % 2);
const fitting = { batchSize: 5, verbose: 0 } as const;

function compiled(optimizer: lenet5.Optimizer, options: Partial<lenet5.DenseOptions> = {}, threads = 1): lenet5.Model {
  const x = input({ shape: [3] });
  const hidden = dense({ units: 4, activation: "tanh", name: "hidden", ...options })(x);
  const made = model({ inputs: x, outputs: dense({ units: 2, activation: "softmax", name: "end" })(hidden), threads });
  made.compile({ optimizer, loss: "sparse_categorical_crossentropy" });
  return made;
}

const kernel = (net: lenet5.Model) => net.weights.get("hidden/kernel")!.data.slice();

/** Each option of every optimizer, at another value than its default. */
const everyOption: readonly lenet5.SgdOptions[] = [
  { clipNorm: 0.05 },
  { globalClipNorm: 0.05 },
  { clipValue: 0.01 },
  { weightDecay: 0.9 },
  { weightDecay: 0.9, excludeFromWeightDecay: ["end/kernel", "bias"] },
  { useEma: true },
  { useEma: true, emaMomentum: 0.5 },
  { useEma: true, emaOverwriteFrequency: 2 },
  { gradientAccumulationSteps: 2 },
];

describe.each(optimizerNames)("%s", (name) => {
  const make = optimizers[name].create as unknown as (options: object) => lenet5.Optimizer;
  const learningRate = name === "adadelta" ? 5 : 0.05;

  it("trains with each option of every optimizer, and each changes the weights", async () => {
    const seen = new Set<string>();
    for (const options of [{}, ...everyOption]) {
      const net = compiled(make({ learningRate, ...options }));
      const { history } = await net.fit({ images, labels }, { ...fitting, epochs: 2 });
      expect(history.loss!.every(Number.isFinite), JSON.stringify(options)).toBe(true);
      seen.add(String(kernel(net)));
    }
    // Lion takes the sign of a gradient, Adam and its like nearly so: how long it is changes little or nothing.
    expect(seen.size).toBeGreaterThan(name === "lion" ? everyOption.length - 3 : everyOption.length - 1);
  });
});

it.each(everyOption)("%j: a checkpoint continues with the same bits, in another process too", async (options) => {
  const optimizer = sgd({ learningRate: 0.1, momentum: 0.5, ...options });
  const straight = compiled(optimizer);
  const checkpoints: Uint8Array[] = [];
  const keep = { onEpochEnd: async () => void checkpoints.push(straight.toBytes()) };
  await straight.fit({ images, labels }, { ...fitting, epochs: 3, callbacks: [keep] });
  const second = await loadModel(checkpoints[0]!);
  expect(second.training!.optimizer).toEqual(optimizer);
  await second.fit({ images, labels }, { ...fitting, epochs: 3, initialEpoch: 1 });
  expect(second.toBytes()).toEqual(straight.toBytes());
});

describe("on any number of threads", () => {
  // More than the 8192 weights of one call, and a batch of several shards.
  const wide = { shape: [70, 10, 10, 1], data: Float32Array.from({ length: 7000 }, (_, i) => ((i * 37) % 101) / 101) };
  const classes = Uint8Array.from({ length: 70 }, (_, i) => i % 3);

  async function trained(optimizer: lenet5.Optimizer, threads: number) {
    const x = input({ shape: [10, 10, 1] });
    const rules = {
      kernelRegularizer: lenet5.l1l2({ l1: 1e-3, l2: 1e-2 }),
      kernelConstraint: maxNorm({ maxValue: 1 }),
    };
    const hidden = dense({ units: 101, activation: "relu", activityRegularizer: "l2", name: "hidden", ...rules });
    const end = dense({ units: 3, activation: "softmax", name: "end" });
    const net = model({ inputs: x, outputs: end(hidden(flatten()(x))), threads, seed: 2 });
    net.compile({ optimizer, loss: "sparse_categorical_crossentropy" });
    const { history } = await net.fit({ images: wide, labels: classes }, { batchSize: 60, epochs: 2, verbose: 0 });
    return { net, loss: history.loss! };
  }

  it.each(everyOption)("%j gives the same bits", async (options) => {
    const optimizer = sgd({ learningRate: 0.1, momentum: 0.5, ...options });
    const one = await trained(optimizer, 1);
    for (const threads of [2, 3]) {
      const several = await trained(optimizer, threads);
      expect(several.loss).toEqual(one.loss);
      expect(several.net.toBytes()).toEqual(one.net.toBytes());
    }
  });

  it.each<[lenet5.SgdOptions, paths: readonly string[]]>([
    [{ clipNorm: 0.03 }, ["hidden/kernel"]],
    [{ globalClipNorm: 0.03 }, ["hidden/kernel", "hidden/bias", "end/kernel", "end/bias"]],
  ])("%j bounds the norm of a step over all parts of a weight", async (options, paths) => {
    const x = input({ shape: [10, 10, 1] });
    const hidden = dense({ units: 101, name: "hidden" })(flatten()(x));
    const end = dense({ units: 3, activation: "softmax", name: "end" })(hidden);
    const net = model({ inputs: x, outputs: end, threads: 2, seed: 2 });
    net.compile({ optimizer: sgd({ learningRate: 1, ...options }), loss: "sparse_categorical_crossentropy" });
    const before = new Map(paths.map((path) => [path, net.weights.get(path)!.data.slice()]));
    await net.fit({ images: wide, labels: classes }, { batchSize: 70, verbose: 0 });
    const squares = paths.flatMap((path) =>
      [...net.weights.get(path)!.data].map((value, i) => (value - before.get(path)![i]!) ** 2),
    );
    expect(Math.sqrt(squares.reduce((sum, square) => sum + square, 0))).toBeCloseTo(0.03, 5);
  });
});

describe("one image at a time", () => {
  it("gives what blocks give: penalties of weights, clipping, constraints", async () => {
    const rules = { kernelRegularizer: "l2", biasConstraint: "nonNeg" } as const;
    const optimizer = sgd({ learningRate: 0.1, globalClipNorm: 0.2 });
    const [alone, block] = [
      compiled(optimizer, rules),
      compiled(optimizer, { ...rules, activityRegularizer: { l1: 0 } }),
    ];
    const [a, b] = [
      await alone.fit({ images, labels }, { batchSize: 1, verbose: 0 }),
      await block.fit({ images, labels }, { batchSize: 1, verbose: 0 }),
    ];
    expect(a.history.loss![0]).toBeCloseTo(b.history.loss![0]!, 6);
    expect(distance(kernel(alone), kernel(block))).toBeLessThan(1e-5);
  });
});

describe("second derivatives", () => {
  const sdlm = lenet5.sdlm({ learningRate: 0, mu: 1 });
  const curvatures = async (options: Partial<lenet5.DenseOptions>) => {
    const net = compiled(sdlm, options);
    await net.fit({ images, labels }, fitting);
    return net.training!.memory.get("curvature/hidden/kernel")!;
  };

  it("include those of a penalty of weights: 2 l2", async () => {
    const [plain, penalized] = [await curvatures({}), await curvatures({ kernelRegularizer: { l1: 3, l2: 0.25 } })];
    const expected = plain.map((value) => value + 0.5);
    expect(distance(penalized, expected)).toBeLessThan(1e-6);
  });

  it("of a penalty of an activity are refused", async () => {
    const net = compiled(sdlm, { activityRegularizer: "l2" });
    await expect(net.fit({ images, labels }, fitting)).rejects.toThrow(
      'fit: expected layers with second derivatives for this optimizer, got "hidden", which has none',
    );
  });
});

it("a frozen layer has no penalty, no decay and no constraint", async () => {
  const rules = { kernelRegularizer: lenet5.l2(5), kernelConstraint: maxNorm({ maxValue: 0.01 }) };
  const optimizer = sgd({ learningRate: 0.1, weightDecay: 0.5, useEma: true });
  const [frozen, plain] = [compiled(optimizer, rules), compiled(optimizer)];
  for (const net of [frozen, plain]) net.getLayer("hidden").trainable = false;
  const before = kernel(frozen);
  const histories = [];
  for (const net of [frozen, plain]) histories.push((await net.fit({ images, labels }, fitting)).history.loss);
  expect(histories[0]).toEqual(histories[1]);
  expect(kernel(frozen)).toEqual(before);
  expect((await frozen.evaluate({ images, labels })).loss).toBe((await plain.evaluate({ images, labels })).loss);
});

it("the average of a layer that is no longer frozen starts from its weights", async () => {
  const net = compiled(sgd({ learningRate: 1e-6, useEma: true }));
  const before = kernel(net);
  const hidden = net.layers.find(({ name }) => name === "hidden")!;
  hidden.trainable = false;
  await net.fit({ images, labels }, { ...fitting, epochs: 2 });
  hidden.trainable = true;
  await net.fit({ images, labels }, fitting);
  expect(kernel(net)).not.toEqual(before);
  expect(distance(kernel(net), before)).toBeLessThan(1e-4);
});

it("regularizers and constraints are saved with the model", async () => {
  const net = compiled(sgd(), { kernelRegularizer: "l1", activityRegularizer: "l2", biasConstraint: "unitNorm" });
  const again = await loadModel(net.toBytes());
  expect(again.getLayer("hidden").config).toEqual(net.getLayer("hidden").config);
  expect((await again.evaluate({ images, labels })).loss).toBe((await net.evaluate({ images, labels })).loss);
});

it("sample weights do not weigh penalties, as in Keras", async () => {
  const net = compiled(sgd(), { activityRegularizer: { l2: 0.5 }, kernelRegularizer: { l2: 0.5 } });
  const plain = compiled(sgd());
  const sampleWeight = new Float32Array(12);
  const { loss } = await net.evaluate({ images, labels, sampleWeight });
  const [with1, without1] = [
    (await net.evaluate({ images, labels })).loss,
    (await plain.evaluate({ images, labels })).loss,
  ];
  expect(loss).toBeCloseTo(with1 - without1, 5);
});

it.each<[object, string]>([
  [{ clipNorm: 1, clipValue: 1 }, "sgd clipValue: expected one way to clip gradients, got clipNorm and clipValue"],
  [{ clipNorm: 1, globalClipNorm: 1 }, "expected one way to clip gradients, got clipNorm and globalClipNorm"],
  [{ clipNorm: 0 }, "sgd clipNorm: expected a finite number above 0, got 0"],
  [{ weightDecay: -1 }, "sgd weightDecay: expected a finite number of at least 0, got -1"],
  [{ excludeFromWeightDecay: ["bias"] }, "sgd excludeFromWeightDecay: expected weightDecay beside it, got none"],
  [
    { weightDecay: 1, excludeFromWeightDecay: "bias" },
    'expected names of weights such as ["bias", "gamma"], got "bias"',
  ],
  [{ weightDecay: 1, excludeFromWeightDecay: [] }, "sgd excludeFromWeightDecay: expected names of weights"],
  [{ emaMomentum: 0.5 }, "sgd emaMomentum: expected useEma: true beside it, got none"],
  [{ emaOverwriteFrequency: 2, useEma: false }, "sgd emaOverwriteFrequency: expected useEma: true beside it"],
  [{ useEma: true, emaMomentum: 2 }, "sgd emaMomentum: expected a finite number from 0 to 1, got 2"],
  [
    { useEma: true, emaOverwriteFrequency: 0 },
    "sgd emaOverwriteFrequency: expected a whole number of at least 1, got 0",
  ],
  [{ gradientAccumulationSteps: 1 }, "sgd gradientAccumulationSteps: expected a whole number of at least 2, got 1"],
])("%j is refused", (options, message) => {
  expect(() => sgd(options)).toThrow(message);
});

it("a name that no weight has is refused by compile", () => {
  expect(() => compiled(sgd({ weightDecay: 0.1, excludeFromWeightDecay: ["biass"] }))).toThrow(
    'sgd excludeFromWeightDecay: expected "kernel" or "bias", or a weight such as "hidden/kernel", got "biass"',
  );
});
