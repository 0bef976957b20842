/** Committees: the mean of several models as one model. */
import { describe, expect, it } from "vitest";
import * as lenet5 from "../../src/index.ts";
import { noise } from "../engine/as-oracle.ts";

const { activation, average, dense, ensemble, flatten, input, lenet5: network, loadModel, model } = lenet5;

const images = noise([20, 32, 32, 1], 3);
const members = [1, 2, 3].map((seed) => network({ seed, threads: 1 }));
const committee = ensemble(members, { threads: 2 });

/** The mean of rows of numbers, in float64. */
async function meanOf(parts: readonly lenet5.Model[], of: (row: Float32Array) => number[] = (row) => [...row]) {
  const all = await Promise.all(parts.map(async (part) => (await part.predict(images)).data));
  const rows = all.map((data) => Array.from({ length: 20 }, (_, i) => of(data.slice(10 * i, 10 * i + 10))).flat());
  return rows[0]!.map((_, i) => rows.reduce((sum, row) => sum + row[i]!, 0) / rows.length);
}

/** Sums of a few float32 numbers up to 1, and one product. */
function expectClose(got: Float32Array, wanted: readonly number[], tolerance = 2e-7): void {
  expect(got).toHaveLength(wanted.length);
  expect(Math.max(...wanted.map((value, i) => Math.abs(value - got[i]!)))).toBeLessThan(tolerance);
}

function softmaxOf(row: ArrayLike<number>): number[] {
  const most = Math.max(...Array.from(row));
  const powers = Array.from(row, (value) => Math.exp(value - most));
  const sum = powers.reduce((total, power) => total + power, 0);
  return powers.map((power) => power / sum);
}

describe("the answer of a committee", () => {
  it("is the mean of its members', for a batch, one image and a hidden layer", async () => {
    const wanted = await meanOf(members);
    expectClose((await committee.predict(images)).data, wanted);
    const classify = await committee.classifier({ scale: 1, numbers: "floats" });
    expectClose(classify({ shape: [32, 32, 1], data: images.data.slice(0, 1024) }), wanted.slice(0, 10));
    const inside = model({ inputs: committee.inputs, outputs: committee.outputs.inputs as lenet5.SymbolicTensor[] });
    const parts = await inside.predict(images);
    for (const [i, member] of members.entries()) expect(parts[i]).toEqual(await member.predict(images));
  });

  it("does not change with its members, and they do not change with it", async () => {
    const own = members.map((member) => member.clone({ weights: true }));
    const made = ensemble(own);
    const before = await made.predict(images);
    own[0]!.setWeights({ "C1/bias": new Float32Array(6).fill(2) });
    expect(await made.predict(images)).toEqual(before);
    made.setWeights({ "lenet5_2_C1/bias": new Float32Array(6).fill(2) });
    expect(await made.predict(images)).not.toEqual(before);
    expect(own[2]!.weights.get("C1/bias")!.data).toEqual(members[2]!.weights.get("C1/bias")!.data);
  });

  it("is that of probabilities where members give logits or distances", async () => {
    const scores = () => {
      const image = input({ shape: [32, 32, 1] });
      return model({ inputs: image, outputs: dense({ units: 10 })(flatten()(image)), threads: 1 });
    };
    const logits = scores();
    logits.compile({ loss: lenet5.sparseCategoricalCrossentropy({ fromLogits: true }) });
    const mixed = ensemble([logits, members[0]!]);
    expect(mixed.outputKind).toBe("probabilities");
    const [own, other] = [await meanOf([logits], softmaxOf), await meanOf([members[0]!])];
    expectClose(
      (await mixed.predict(images)).data,
      own.map((value, i) => (value + other[i]!) / 2),
      1e-6,
    );

    const of1998 = [1, 2].map((seed) => lenet5.lenet5Of1998({ seed, threads: 1 }));
    const both = ensemble(of1998);
    expect(both.outputsDistances).toBe(false);
    expect(both.outputKind).toBe("probabilities");
    const wanted = await meanOf(of1998, (row) => softmaxOf(row.map((distance) => -distance)));
    // Distances are sums of 84 squares up to some hundred: their rounding is that of the exponent.
    expectClose((await both.predict(images)).data, wanted, 1e-4);
  });

  it("is that of the numbers themselves where they are no probabilities", async () => {
    const points = noise([5, 4], 1);
    const lines = [1, 2].map((seed) => {
      const x = input({ shape: [4] });
      return model({ inputs: x, outputs: dense({ units: 2, kernelInitializer: "he_normal" })(x), seed, threads: 1 });
    });
    const made = ensemble(lines);
    expect(made.outputKind).toBeUndefined();
    const [a, b] = await Promise.all(lines.map(async (line) => (await line.predict(points)).data));
    expectClose(
      (await made.predict(points)).data,
      Array.from(a!, (value, i) => (value + b![i]!) / 2),
      1e-6,
    );
  });

  it("of single units is a probability; a unit with logits gets its sigmoid", async () => {
    const unit = (seed: number, last?: "sigmoid") => {
      const x = input({ shape: [4] });
      return model({ inputs: x, outputs: dense({ units: 1, ...(last && { activation: last }) })(x), seed, threads: 1 });
    };
    const logit = unit(2);
    logit.compile({ loss: lenet5.binaryCrossentropy({ fromLogits: true }) });
    const made = ensemble([unit(1, "sigmoid"), logit]);
    expect(made.outputKind).toBe("probabilities");
    const points = noise([5, 4], 1);
    const [p, z] = [(await unit(1, "sigmoid").predict(points)).data, (await logit.predict(points)).data];
    const wanted = Array.from(p, (value, i) => (value + 1 / (1 + Math.exp(-z[i]!))) / 2);
    expectClose((await made.predict(points)).data, wanted, 1e-6);
  });
});

describe("names", () => {
  it("of layers begin with those of their members", () => {
    const names = committee.layers.map(({ name }) => name);
    expect(names).toHaveLength(1 + 3 * (members[0]!.layers.length - 1) + 1);
    expect(names).toEqual(expect.arrayContaining(["image", "lenet5_C1", "lenet5_1_C1", "lenet5_2_output", "average"]));
    const named = ensemble(members, { names: ["a", "b", "c"], name: "three" });
    expect(named.name).toBe("three");
    expect(named.getLayer("b_C3").type).toBe("conv2d");
  });

  it("stay different where prefixes and layers could be the same, and in a committee of committees", async () => {
    const odd = (name: string, layer: string) => {
      const x = input({ shape: [4], name: "average" });
      return model({ inputs: x, outputs: dense({ units: 2, activation: "softmax", name: layer })(x), name });
    };
    const made = ensemble([odd("a", "1_end"), odd("a", "end"), odd("a/1", "x"), odd("b", "a_1")]);
    expect(new Set(made.layers.map(({ name }) => name)).size).toBe(made.layers.length);
    const twice = ensemble([made, made]);
    const points = noise([3, 4], 2);
    const again = await loadModel(twice.toBytes());
    expectClose((await again.predict(points)).data, [...(await made.predict(points)).data]);
  });
});

it("a file keeps it", async () => {
  const again = await loadModel(committee.toBytes());
  expect(await again.predict(images)).toEqual(await committee.predict(images));
  expect(again.summaryData()).toEqual(committee.summaryData());
});

it("frozen layers stay frozen", () => {
  const frozen = members[0]!.clone({ weights: true });
  frozen.getLayer("C1").trainable = false;
  const made = ensemble([frozen, members[1]!], { names: ["a", "b"] });
  expect([made.getLayer("a_C1").trainable, made.getLayer("b_C1").trainable]).toEqual([false, true]);
});

it("fit trains the members together, once it is compiled", async () => {
  const { train } = lenet5.digits({ train: 64, test: 0 });
  const made = ensemble(members.slice(1), { threads: 2 });
  await expect(made.fit(train)).rejects.toThrow("expected a compiled model");
  made.compile({ optimizer: "adam", loss: "sparse_categorical_crossentropy", metrics: ["accuracy"] });
  const { history } = await made.fit(train, { epochs: 4, batchSize: 16, verbose: 0 });
  expect(history.loss!.at(-1)!).toBeLessThan(0.8 * history.loss![0]!);
  for (const name of ["lenet5_C1/kernel", "lenet5_1_C1/kernel"])
    expect(made.weights.get(name)!.data).not.toEqual(committee.weights.get(name)!.data);
});

it("it reads pictures as its members do; the confidence of a member is not that of the committee", () => {
  const own = members.map((member) => member.clone({ weights: true }));
  const confidence = { temperature: 2, unsure: 0.5, images: 100, falseAlarms: 0.01 };
  const preparation = { size: [28, 28] as const, framing: "mnist" as const };
  const classNames = Array.from("abcdefghij");
  for (const member of own) member.reading = { preparation, classNames, confidence };
  const { reading } = ensemble(own);
  expect(reading).toEqual({ preparation: own[0]!.reading!.preparation, classNames });
});

it("custom layers come along, and load with their definitions", async () => {
  const double = lenet5.defineLayer("double", { call: (x) => lenet5.ops.multiply(x, 2) });
  const own = [1, 2].map((seed) => {
    const x = input({ shape: [4] });
    const end = activation({ activation: "softmax" })(double()(dense({ units: 3 })(x)));
    return model({ inputs: x, outputs: end, seed });
  });
  const made = ensemble(own);
  const points = noise([3, 4], 2);
  const again = await loadModel(made.toBytes(), { customObjects: [double] });
  expect(await again.predict(points)).toEqual(await made.predict(points));
});

describe("refused in one line", () => {
  const x = input({ shape: [4] });
  const two = model({ inputs: x, outputs: dense({ units: 2, activation: "softmax" })(x) });
  const three = model({ inputs: x, outputs: dense({ units: 3, activation: "softmax", name: "b" })(x), name: "three" });
  const scores = model({ inputs: x, outputs: dense({ units: 2 })(x), name: "scores" });
  const several = model({ inputs: x, outputs: [two.outputs, three.outputs], name: "several" });
  const read = (reading: lenet5.ReadingOptions) => {
    const copy = two.clone({ weights: true });
    copy.reading = reading;
    return copy;
  };
  it.each<[string, () => unknown, RegExp]>([
    ["no list", () => ensemble(two as never), /expected at least two models in a list, got an object/],
    ["one model", () => ensemble([two]), /expected at least two models in a list, got 1$/],
    ["no model", () => ensemble([two, {} as never]), /expected models, got an object {} as number 2$/],
    ["several outputs", () => ensemble([two, several as never]), /one input and one output, got several of number 2/],
    ["other images", () => ensemble([two, members[0]!]), /images of one shape, got \[N, 4\] of "model" and \[N, 32/],
    ["other classes", () => ensemble([two, three]), /outputs of one shape, got \[N, 2\] of "model" and \[N, 3\]/],
    ["another kind", () => ensemble([two, scores]), /of one kind, got probabilities of a softmax of "model" and other/],
    [
      "other names of classes",
      () => ensemble([read({ classNames: ["a", "b"] }), read({ classNames: ["b", "a"] })]),
      /with the same classes, got \["a","b"\] of "model" and \["b","a"\] of "model_1"$/,
    ],
    [
      "another preparation",
      () =>
        ensemble([read({ preparation: { size: [28, 28] } }), read({ preparation: { size: [28, 28], ink: "dark" } })]),
      /pictures prepared in the same way, got {"size"/,
    ],
    [
      "no preparation",
      () => ensemble([read({ preparation: { size: [28, 28] } }), two]),
      /and "not known" of "model_1"$/,
    ],
    ["equal names", () => ensemble([two, two], { names: ["a", "a"] }), /names: expected a different text/],
    ["a name with a slash", () => ensemble([two, two], { names: ["a", "b/c"] }), /without "\/" for each member/],
    ["too few names", () => ensemble([two, two], { names: ["a"] }), /names: expected 2, one for each member, got 1$/],
    ["unknown options", () => ensemble([two, two], { weights: [1, 2] } as never), /expected options "name"/],
  ])("%s", (_, make, message) => {
    expect(make).toThrow(lenet5.InputError);
    expect(make).toThrow(message);
    expect(make).not.toThrow("\n");
  });
});

it("a mean of means of means ... of one tensor compiles at once", () => {
  const x = input({ shape: [2] });
  let end = dense({ units: 2, activation: "softmax" })(x);
  for (let i = 0; i < 200; i++) end = average()([end, end]);
  const net = model({ inputs: x, outputs: end });
  net.compile({ loss: "sparse_categorical_crossentropy" });
  expect(net.outputKind).toBe("probabilities");
});
