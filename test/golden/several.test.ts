import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import * as lenet5 from "../../src/index.ts";
import { hashedValues } from "./read-golden.ts";

/** Written by tools/golden/several.py: fits of a model with three inputs and two outputs, one of which reads the other. */
interface GoldenSeveral {
  readonly weights: readonly { readonly name: string; readonly shape: readonly number[] }[];
  readonly runs: readonly {
    readonly name: string;
    /** Keras's arguments of compile. */
    readonly compile: {
      readonly loss: lenet5.CompileOptions["loss"];
      readonly loss_weights?: number[] | Record<string, number>;
      readonly metrics?: lenet5.CompileOptions["metrics"];
    };
    readonly sampleWeight: SampleWeight | readonly SampleWeight[] | null;
    readonly history: Readonly<Record<string, readonly number[]>>;
    readonly evaluation: Readonly<Record<string, number>>;
    readonly finalSquares: Readonly<Record<string, number>>;
  }[];
}
type SampleWeight = "weight" | "otherWeight";

const golden: GoldenSeveral = JSON.parse(readFileSync(new URL("several.json", import.meta.url), "utf8"));
const COUNT = 14;
const CLASSES = 5;
const image = [8, 7, 1] as const;
const hashed = (shape: readonly number[], seed: number, center = 0, limit = 1) => ({
  shape,
  data: hashedValues(shape, seed, center, limit),
});
const images = {
  left: hashed([COUNT, ...image], 1),
  right: hashed([COUNT, ...image], 2),
  features: hashed([COUNT, 3], 3),
};
const digit = Array.from({ length: COUNT }, (_, i) => (i * 7) % CLASSES);
const position = hashed([COUNT, 2], 4);
const sampleWeights = { weight: hashed([COUNT], 5, 1, 0.9), otherWeight: hashed([COUNT], 6, 1, 0.9) };

function network(threads: number) {
  const [left, right] = [
    lenet5.input({ shape: image, name: "left" }),
    lenet5.input({ shape: image, name: "right" }),
  ] as const;
  const features = lenet5.input({ shape: [3], name: "features" });
  const conv = lenet5.conv2d({ filters: 4, kernelSize: 3, strides: 2, activation: "tanh", name: "conv" });
  const flatten = lenet5.flatten();
  const embed = lenet5.dense({ units: 6, activation: "tanh", name: "embed" });
  const branch = (x: lenet5.SymbolicTensor) => embed(flatten(conv(x)));
  const joined = lenet5.concatenate()([branch(left), branch(right), features]);
  const digit = lenet5.dense({ units: CLASSES, activation: "softmax", name: "digit" })(joined);
  const position = lenet5.dense({ units: 2, name: "position" })(lenet5.concatenate()([joined, digit]));
  const model = lenet5.model({ inputs: [left, right, features], outputs: [digit, position], threads });
  model.setWeights(
    Object.fromEntries(golden.weights.map(({ name, shape }, i) => [name, hashedValues(shape, 11 + i, 0, 0.4)])),
  );
  return model;
}

// Float32 kernels against Keras in float64. Five epochs of four steps enlarge a difference.
const TOLERANCE = 2e-5;

describe.each(golden.runs)("Keras's fit of two outputs, $name", ({ compile, sampleWeight, ...want }) => {
  const weights = typeof sampleWeight === "string" ? sampleWeights[sampleWeight] : undefined;
  const each = Array.isArray(sampleWeight) ? sampleWeight.map((name: SampleWeight) => sampleWeights[name]) : weights;
  const data = { images, labels: [digit, position], ...(each && { sampleWeight: each }) };

  it.each([1, 2])("the history, what evaluate returns and the final weights, on %i threads", async (threads) => {
    const model = network(threads);
    const { loss, loss_weights: lossWeights, metrics = [] } = compile;
    const optimizer = lenet5.sgd({ learningRate: 0.1, momentum: 0.9 });
    model.compile({ optimizer, loss, metrics, ...(lossWeights && { lossWeights }) });
    const options = { epochs: 5, batchSize: 4, shuffle: false, validationSplit: 0.25, verbose: 0 } as const;
    const { history } = await model.fit(data, options);
    const { learning_rate: _, seconds: __, images_per_second: ___, ...numbers } = history;
    expect(Object.keys(numbers).sort()).toEqual(Object.keys(want.history).sort());
    for (const [name, values] of Object.entries(want.history)) {
      values.forEach((value, epoch) => {
        expect(Math.abs(numbers[name]![epoch]! - value), `${name} of epoch ${epoch + 1}`).toBeLessThan(
          TOLERANCE * Math.max(1, value),
        );
      });
    }
    const evaluation: Readonly<Record<string, unknown>> = { ...(await model.evaluate(data)) };
    expect(Object.keys(evaluation).sort()).toEqual(Object.keys(want.evaluation).sort());
    for (const [name, value] of Object.entries(want.evaluation)) {
      expect(Math.abs((evaluation[name] as number) - value), name).toBeLessThan(TOLERANCE * Math.max(1, value));
    }
    for (const [name, squares] of Object.entries(want.finalSquares)) {
      const got = model.weights.get(name)!.data.reduce((sum, value) => sum + value * value, 0);
      expect(Math.abs(got / squares - 1), name).toBeLessThan(1e-4);
    }
  });
});
