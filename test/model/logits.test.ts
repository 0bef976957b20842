/** A cross-entropy needs probabilities, or the option fromLogits: anything else would train badly and say nothing. */
import { describe, expect, it } from "vitest";
import * as lenet5 from "../../src/index.ts";
import { noise } from "../engine/as-oracle.ts";

const { activation, dense, flatten, globalAveragePooling2d, input, model } = lenet5;

type Layers = (x: lenet5.SymbolicTensor) => lenet5.SymbolicTensor;

function ending(layers: Layers): lenet5.Model {
  const image = input({ shape: [4, 4, 2], name: "image" });
  return model({ inputs: image, outputs: layers(image), seed: 1, threads: 1 });
}

const logits: Layers = (x) => dense({ units: 3, name: "end" })(flatten()(x));
const softmax: Layers = (x) => dense({ units: 3, activation: "softmax", name: "end" })(flatten()(x));
const sigmoid: Layers = (x) => dense({ units: 3, activation: "sigmoid", name: "end" })(flatten()(x));

describe("a cross-entropy of outputs that are no probabilities is refused", () => {
  it.each(["sparse_categorical_crossentropy", "categorical_crossentropy", "kl_divergence"] as const)("%s", (loss) => {
    expect(() => ending(logits).compile({ loss })).toThrow(
      new RegExp(
        `^compile loss: expected probabilities for "${loss}", got "end", which ends in no softmax or sigmoid: give the last layer the activation "softmax"`,
      ),
    );
  });

  it("the message names the way out", () => {
    expect(() => ending(logits).compile({ loss: "binary_crossentropy" })).toThrow(
      'give the last layer the activation "sigmoid", or give the loss fromLogits: true',
    );
    expect(() => ending(logits).compile({ loss: "bce" })).toThrow('"binary_crossentropy"');
  });

  it("other activations are none", () => {
    for (const name of ["relu", "tanh", "softplus", "log_softmax"] as const) {
      const net = ending((x) => activation({ activation: name })(logits(x)));
      expect(() => net.compile({ loss: "sparse_categorical_crossentropy" })).toThrow("expected probabilities");
    }
  });

  it("a softmax before dropout or a dense layer does not count", () => {
    const behind = ending((x) => lenet5.dropout({ rate: 0.5, name: "end" })(softmaxBefore(x)));
    expect(() => behind.compile({ loss: "categorical_crossentropy" })).toThrow("expected probabilities");
  });

  it("a loss for each of several outputs is checked by itself", () => {
    const image = input({ shape: [4] });
    const good = dense({ units: 2, activation: "softmax", name: "good" })(image);
    const bad = dense({ units: 2, name: "bad" })(image);
    const net = model({ inputs: image, outputs: [good, bad] });
    expect(() => net.compile({ loss: "sparse_categorical_crossentropy" })).toThrow(
      'compile loss "bad": expected probabilities',
    );
    net.compile({
      loss: ["sparse_categorical_crossentropy", lenet5.sparseCategoricalCrossentropy({ fromLogits: true })],
    });
  });
});

const softmaxBefore: Layers = (x) => dense({ units: 3, activation: "softmax", name: "softmax" })(flatten()(x));

describe("probabilities by construction are accepted", () => {
  it.each<[string, Layers]>([
    ["softmax", softmax],
    ["sigmoid", sigmoid],
    ["a softmax layer, then flatten", (x) => flatten()(activation({ activation: "softmax" })(x))],
    ["the mean of softmax maps", (x) => globalAveragePooling2d()(activation({ activation: "softmax" })(x))],
  ])("%s", (_, layers) => {
    for (const loss of ["sparse_categorical_crossentropy", "categorical_crossentropy", "binary_crossentropy"] as const)
      ending(layers).compile({ loss });
  });
});

it("fromLogits of an output that already ends in a softmax or sigmoid is refused", () => {
  expect(() => ending(softmax).compile({ loss: lenet5.sparseCategoricalCrossentropy({ fromLogits: true }) })).toThrow(
    'compile loss: expected logits for "sparse_categorical_crossentropy" with fromLogits, got "end", which ends in a softmax: leave out fromLogits, or give the layer no activation',
  );
  expect(() => ending(sigmoid).compile({ loss: lenet5.binaryCrossentropy({ fromLogits: true }) })).toThrow(
    "ends in a sigmoid",
  );
});

it("a model of logits trains as its twin with softmax, predicts logits, and knows its confidence", async () => {
  const [plain, twin] = [ending(logits), ending(softmax)];
  const data = { images: noise([9, 4, 4, 2], 3), labels: Int32Array.from({ length: 9 }, (_, i) => i % 3) };
  plain.compile({ loss: lenet5.sparseCategoricalCrossentropy({ fromLogits: true }), metrics: ["accuracy"] });
  twin.compile({ loss: "sparse_categorical_crossentropy", metrics: ["accuracy"] });
  const options = { epochs: 2, batchSize: 4, verbose: 0 } as const;
  const [a, b] = [await plain.fit(data, options), await twin.fit(data, options)];
  expect(a.history.loss).toEqual(b.history.loss);
  expect(plain.weights.get("end/kernel")!.data).toEqual(twin.weights.get("end/kernel")!.data);
  const [z, p] = [await plain.predict(data.images), await twin.predict(data.images)];
  const sum = Math.exp(z.data[0]!) + Math.exp(z.data[1]!) + Math.exp(z.data[2]!);
  expect(Math.abs(Math.exp(z.data[0]!) / sum - p.data[0]!)).toBeLessThan(1e-6);
  const [ours, theirs] = [
    await plain.evaluate(data, { predictions: true }),
    await twin.evaluate(data, { predictions: true }),
  ];
  expect(ours).toEqual(theirs);
});

it("the loss's options are saved with the model", async () => {
  const net = ending(logits);
  const loss = lenet5.categoricalCrossentropy({ fromLogits: true, labelSmoothing: 0.1 });
  net.compile({ loss });
  const again = await lenet5.loadModel(net.toBytes());
  expect(again.toBytes()).toEqual(net.toBytes());
  expect(JSON.stringify(again.training)).toContain('"labelSmoothing":0.1');
});

it("Keras's short names are names", () => {
  for (const [alias, name] of [
    ["mse", "mean_squared_error"],
    ["MAE", "mean_absolute_error"],
  ] as const) {
    const net = ending(logits);
    net.compile({ loss: alias });
    expect(JSON.stringify(net.training)).toContain(`"type":"${name}"`);
  }
});
