/** Models with several outputs that are trained together. */
import { describe, expect, it } from "vitest";
import * as lenet5 from "../../src/index.ts";
import { distance, gradientLook, gradientsSeen, noise } from "../engine/as-oracle.ts";
import { COUNT, crossentropy, digit, heads, images, parity, quiet, shape, values } from "./several-networks.ts";

const { dense, input, model } = lenet5;

describe("several outputs", () => {
  const data = { images, labels: { digit, parity } };

  it("take labels in a list or by name; the history has Keras's names", async () => {
    const results = [];
    for (const labels of [[digit, parity], { parity, digit }]) {
      const net = heads();
      net.compile({ loss: [crossentropy, crossentropy], metrics: { digit: ["accuracy", "top_2_accuracy"] } });
      const { history } = await net.fit({ images, labels }, { ...quiet, epochs: 2, validationSplit: 0.2 });
      results.push([{ ...history, seconds: 0, images_per_second: 0 }, values(net)]);
    }
    expect(results[0]).toEqual(results[1]);
    const numbers = ["loss", "digit_loss", "parity_loss", "digit_accuracy", "digit_top_2_accuracy"];
    expect(Object.keys(results[0]![0]!)).toEqual([
      ...[...numbers, ...numbers.map((name) => `val_${name}`)],
      ...["learning_rate", "seconds", "images_per_second"],
    ]);
  });

  it("the loss is the weighted sum, and its gradient that of the sum", async () => {
    const alone = [];
    for (const [output, labels] of [digit, parity].entries()) {
      const whole = heads();
      const net = model({ inputs: whole.inputs, outputs: whole.outputs[output]! });
      net.compile({ optimizer: gradientLook, loss: crossentropy });
      const { history } = await net.fit({ images, labels }, { ...quiet, batchSize: 64 });
      alone.push({ loss: history.loss![0]!, gradients: gradientsSeen(net) });
    }
    const net = heads();
    net.compile({ optimizer: gradientLook, loss: crossentropy, lossWeights: { digit: 0.5, parity: 3 } });
    const { history } = await net.fit(data, { ...quiet, batchSize: 64 });
    const [first, second] = alone as [(typeof alone)[0], (typeof alone)[0]];
    expect(history.digit_loss).toEqual([first.loss]);
    expect(history.parity_loss).toEqual([second.loss]);
    expect(history.loss![0]).toBeCloseTo(0.5 * first.loss + 3 * second.loss, 12);
    const seen = gradientsSeen(net);
    const sum = first.gradients
      .get("body/kernel")!
      .map((g, i) => 0.5 * g + 3 * second.gradients.get("body/kernel")![i]!);
    expect(distance(seen.get("body/kernel")!, sum)).toBeLessThan(2e-6);
    expect(
      distance(
        seen.get("parity/bias")!,
        second.gradients.get("parity/bias")!.map((g) => 3 * g),
      ),
    ).toBeLessThan(1e-6);
  });

  it("sample weights are those of each output, or the same for all", async () => {
    const first = Float32Array.from({ length: COUNT }, (_, i) => (i % 3) / 2);
    const second = first.map((weight) => 2 - weight);
    const run = async (sampleWeight: lenet5.LabelledImages["sampleWeight"]) => {
      const net = heads();
      net.compile({ loss: crossentropy });
      const { history } = await net.fit({ ...data, sampleWeight }, { ...quiet, batchSize: 64 });
      return [history.digit_loss![0]!, history.parity_loss![0]!];
    };
    const [digits, parities] = [await run(first), await run(second)];
    expect(await run([first, second])).toEqual([digits[0], parities[1]]);
    expect(await run({ parity: second, digit: first })).toEqual([digits[0], parities[1]]);
    expect(await run([first, first])).toEqual(digits);
    expect(digits[0]).not.toBe(parities[0]);
  });

  it("an output without a loss is not trained; without metrics, it needs no labels", async () => {
    const net = heads();
    net.compile({ loss: { digit: crossentropy, parity: null }, optimizer: "sgd" });
    const before = values(net);
    const { history } = await net.fit({ images, labels: digit }, quiet);
    expect(Object.keys(history)).toEqual(["loss", "learning_rate", "seconds", "images_per_second"]);
    expect(values(net)["parity/kernel"]).toEqual(before["parity/kernel"]);
    expect(values(net)["body/kernel"]).not.toEqual(before["body/kernel"]);
    net.compile({ loss: [crossentropy, null], metrics: [null, "accuracy"] });
    const both = await net.evaluate(data);
    expect(Object.keys(both)).toEqual(["loss", "parity_accuracy"]);
    await expect(net.evaluate({ images, labels: digit })).rejects.toThrow(
      /^labels: expected an array for each of "digit" and "parity", in a list or an object by name, got a single one$/,
    );
  });

  it("evaluate returns confusion matrix, classes and predictions by output, as a model of that output would", async () => {
    const net = heads();
    net.compile({ loss: crossentropy, metrics: [["accuracy"], ["accuracy"]] });
    await net.fit(data, { ...quiet, epochs: 3 });
    const options = { confusionMatrix: true, predictions: true } as const;
    const both = await net.evaluate(data, { ...options, classNames: { parity: ["even", "odd"] } });
    for (const [output, name, labels] of [
      [0, "digit", digit],
      [1, "parity", parity],
    ] as const) {
      const one = model({ inputs: net.inputs, outputs: net.outputs[output]! });
      one.compile({ loss: crossentropy, metrics: ["accuracy"] });
      const alone = await one.evaluate({ images, labels }, options);
      expect(both.confusionMatrix[name]).toEqual(alone.confusionMatrix);
      expect(both.predictions[name]).toEqual(alone.predictions);
      expect(both[`${name}_accuracy`]).toBe(alone.accuracy);
      expect(both[`${name}_loss`]).toBe(alone.loss);
    }
    expect(both.perClass.parity!.map(({ name }) => name)).toEqual(["even", "odd"]);
    await expect(net.evaluate(data, { classNames: ["a", "b"] })).rejects.toThrow(
      "evaluate classNames: expected lists by output for a model with several, such as { digit: [...] }, got one list",
    );
    await expect(net.evaluate(data, { classNames: { sum: ["a"] } })).rejects.toThrow(
      'evaluate classNames: expected outputs with labels ("digit" or "parity"), got "sum"',
    );
  });

  it("train to the same bits on 1, 2 and 3 threads, and after saving and loading", async () => {
    const optimizer = lenet5.sgd({ learningRate: 0.1, momentum: 0.9 });
    const objective = { optimizer, loss: crossentropy, lossWeights: [1, 0.3], metrics: [["accuracy"], []] } as const;
    const made = [];
    for (const threads of [1, 2, 3]) {
      const net = heads({ threads });
      net.compile(objective);
      const { history } = await net.fit(data, { batchSize: 16, verbose: 0, epochs: 4 });
      made.push({ bytes: Buffer.from(net.toBytes()).toString("base64"), loss: history.loss });
    }
    expect(new Set(made.map(({ bytes }) => bytes)).size).toBe(1);
    const first = heads();
    first.compile(objective);
    await first.fit(data, { batchSize: 16, verbose: 0, epochs: 2 });
    const loaded = await lenet5.loadModel(first.toBytes());
    expect(loaded.training!.objectives).toEqual(first.training!.objectives);
    await loaded.fit(data, { batchSize: 16, verbose: 0, epochs: 4, initialEpoch: 2 });
    expect(Buffer.from(loaded.toBytes()).toString("base64")).toBe(made[0]!.bytes);
  });

  it.each<[string, unknown, RegExp]>([
    [
      "a loss for one of two",
      { loss: { digit: crossentropy } },
      /^compile loss: expected a loss for each output, got none for "parity": give null for an output that is not trained$/,
    ],
    [
      "a list of one loss",
      { loss: [crossentropy] },
      /^compile loss: expected one for each of the 2 outputs \("digit" or "parity"\), got 1$/,
    ],
    [
      "a loss of an unknown output",
      { loss: { digit: crossentropy, sum: crossentropy } },
      /^compile loss: expected outputs "digit" or "parity", got "sum"$/,
    ],
    ["an unknown loss of one", { loss: [crossentropy, "hinges"] }, /^compile loss "parity": expected "/],
    ["no loss at all", { loss: [null, null] }, /^compile loss: expected a loss for at least one output, got none$/],
    [
      "a weight that is no number",
      { loss: crossentropy, lossWeights: { digit: 1, parity: Number.NaN } },
      /^compile lossWeights "parity": expected a finite number, got NaN$/,
    ],
    [
      "one weight for two outputs",
      { loss: crossentropy, lossWeights: [1] },
      /^compile lossWeights: expected one for each of the 2 outputs/,
    ],
    [
      "a number as the weights",
      { loss: crossentropy, lossWeights: 2 },
      /^compile lossWeights: expected a number for each output \("digit" or "parity"\), got 2$/,
    ],
    [
      "a list of one metric",
      { loss: crossentropy, metrics: ["accuracy"] },
      /^compile metrics: expected one for each of the 2 outputs/,
    ],
    [
      "a metric of an unknown output",
      { loss: crossentropy, metrics: { sum: ["accuracy"] } },
      /^compile metrics: expected outputs "digit" or "parity", got "sum"$/,
    ],
    [
      "a loss of distances",
      { loss: [crossentropy, "rbf_mse"] },
      /^compile loss "parity": expected a model that ends in rbf units/,
    ],
  ])("compile refuses %s", (_, options, message) => {
    expect(() => heads().compile(options as never)).toThrow(message);
    expect(() => heads().compile(options as never)).toThrow(lenet5.InputError);
  });

  it("compile refuses two numbers of one name in the history", () => {
    const image = input({ shape: [3] });
    const net = model({
      inputs: image,
      outputs: ["val", "other"].map((name) => dense({ units: 2, name })(image)),
    });
    expect(() => net.compile({ loss: "mean_squared_error" })).toThrow(
      'compile: expected different names in the history, got "val_loss" twice: rename a layer',
    );
  });

  it.each<[string, object, RegExp]>([
    ["one list of labels", { labels: digit }, /^labels: expected an array for each of "digit" and "parity", in a list/],
    ["a missing output", { labels: { digit } }, /got none for "parity"$/],
    ["an unknown output", { labels: { digit, parity, sum: digit } }, /got an array for "sum"$/],
    [
      "a label out of range",
      { labels: { digit, parity: digit } },
      /^labels "parity": expected class numbers from 0 to 1, got/,
    ],
    [
      "too few labels",
      { labels: [digit, parity.slice(1)] },
      /^labels "parity": expected 37 class numbers, one for each image, got 36$/,
    ],
    [
      "sample weights of an unknown output",
      { sampleWeight: { sum: digit } },
      /^sampleWeight: expected an array for each of/,
    ],
  ])("fit refuses %s", async (_, wrong, message) => {
    const net = heads();
    net.compile({ loss: crossentropy });
    await expect(net.fit({ ...data, ...wrong } as never, quiet)).rejects.toThrow(message);
  });

  it("fit refuses class weights, which Keras has for one output only", async () => {
    const net = heads();
    net.compile({ loss: crossentropy });
    await expect(net.fit(data, { ...quiet, classWeight: { 0: 2 } })).rejects.toThrow(
      "fit classWeight: expected a model with one output, got 2: give sampleWeight for each output instead",
    );
  });

  it("callbacks see the numbers by Keras's names", async () => {
    const net = heads();
    net.compile({ loss: crossentropy, metrics: { parity: ["accuracy"] } });
    const best = lenet5.earlyStopping({ monitor: "val_parity_accuracy", patience: 0 });
    const seen: string[] = [];
    const look: lenet5.Callback = { onBatchEnd: (_, logs) => void seen.push(Object.keys(logs).join()) };
    await net.fit(data, { ...quiet, epochs: 9, validationSplit: 0.3, callbacks: [best, look] });
    expect(new Set(seen)).toEqual(new Set(["loss,digit_loss,parity_loss,parity_accuracy"]));
  });

  it("the same tensor twice, or an output that another reads, adds up its gradients", async () => {
    const image = input({ shape: [3], name: "image" });
    const first = dense({ units: 4, activation: "softmax", name: "first" })(image);
    const second = dense({ units: 4, activation: "softmax", name: "second" })(first);
    const labels = digit;
    const look = async (outputs: lenet5.SymbolicTensor[], weights: number[]) => {
      const net = model({ inputs: image, outputs });
      net.compile({ optimizer: gradientLook, loss: crossentropy, lossWeights: weights });
      const { history } = await net.fit(
        { images: noise([COUNT, 3], 5), labels: outputs.map(() => labels) },
        { ...quiet, batchSize: 64 },
      );
      return { history, gradient: gradientsSeen(net).get("first/kernel")! };
    };
    const [one, two] = [await look([first, second], [1, 0]), await look([first, second], [0, 1])];
    const both = await look([first, second], [1, 1]);
    expect(
      distance(
        both.gradient,
        one.gradient.map((g, i) => g + two.gradient[i]!),
      ),
    ).toBeLessThan(2e-6);
    const twice = await look([first, first], [1, 1]);
    const doubled = one.gradient.map((g) => 2 * g);
    expect(distance(twice.gradient, doubled)).toBeLessThan(2e-6);
    expect(Object.keys(twice.history).slice(0, 3)).toEqual(["loss", "first_loss", "first_1_loss"]);
  });
});

describe("one image at a time, and second derivatives", () => {
  const data = { images, labels: { digit, parity } };

  it("the gradient of one image by itself is that in a batch", async () => {
    const look = async (count: number) => {
      const net = heads();
      net.compile({ optimizer: gradientLook, loss: crossentropy, lossWeights: [2, 0.5] });
      const some = { shape: [count, ...shape], data: images.data.slice(0, count * 30) };
      const sampleWeight = Float32Array.from({ length: count }, (_, i) => (i === 0 ? count : 0));
      const labels = [digit.slice(0, count), parity.slice(0, count)];
      const { history } = await net.fit({ images: some, labels, sampleWeight }, { ...quiet, batchSize: count });
      return { loss: history.loss, seen: gradientsSeen(net) };
    };
    const [one, two] = [await look(1), await look(2)];
    expect(distance(one.loss!, two.loss!)).toBeLessThan(1e-6);
    for (const [path, want] of two.seen) expect(distance(one.seen.get(path)!, want), path).toBeLessThan(1e-5);
  });

  it("second derivatives refuse distances that a layer reads: they know the derivatives of the loss only", async () => {
    const image = input({ shape: [3], name: "image" });
    const near = lenet5.rbf({ units: 4, name: "near" })(dense({ units: 2 })(image));
    const end = dense({ units: 2, activation: "softmax", name: "parity" })(near);
    const net = model({ inputs: image, outputs: [near, end] });
    net.compile({ optimizer: lenet5.sdlm(), loss: ["rbf_mse", crossentropy] });
    const some = { images: noise([COUNT, 3], 1), labels: [digit, parity] };
    await expect(net.fit(some, quiet)).rejects.toThrow(
      'fit: expected rbf units that nothing but their loss reads for this optimizer, got "near": use another optimizer, such as "sgd"',
    );
    net.compile({ optimizer: "sgd", loss: ["rbf_mse", crossentropy] });
    expect((await net.fit(some, quiet)).history.loss![0]).toBeGreaterThan(0);
  });

  it("second derivatives add up, each times its weight", async () => {
    const look = async (lossWeights: number[]) => {
      const net = heads();
      net.compile({ optimizer: lenet5.sdlm(), loss: crossentropy, lossWeights });
      await net.fit(data, { ...quiet, batchSize: 64 });
      const [path, curvature] = [...net.training!.memory].find(([name]) => name.endsWith("body/kernel"))!;
      expect(path).toMatch(/body\/kernel$/);
      return curvature;
    };
    const [first, second] = [await look([1, 0]), await look([0, 1])];
    const sum = first.map((h, i) => 2 * h + 0.5 * second[i]!);
    expect(distance(await look([2, 0.5]), sum)).toBeLessThan(2e-6);
  });
});
