/** Arguments that are refused, each with an error of one line. */
import { expect, it } from "vitest";
import * as lenet5 from "../../src/index.ts";
import { everyLayer, images, labels } from "./every-layer.ts";
import { network, part, points } from "./three-classes.ts";

const { dense, input, model } = lenet5;

it.each<[string, () => unknown, RegExp]>([
  [
    "an unknown option",
    () => network().fit(points, { epoch: 5 } as never),
    /^fit: expected options "epochs", .* got "epoch"$/,
  ],
  [
    "null for data",
    () => network().fit(null as never),
    /^data: expected \{ images, labels \} or an iterable .* got null$/,
  ],
  [
    "labels as a second argument",
    () => network().fit([points.images] as never, [points.labels] as never),
    /^fit: expected images and labels in one object, got a second argument of numbers: write fit\(\{ images: x, labels: y \}\)$/,
  ],
  [
    "validation data in a list",
    () => network().fit(points, { validationData: [points.images, points.labels] as never }),
    /^data: expected \{ images, labels \} and, if needed, sampleWeight, got a tensor: write \{ images: x, labels: y \}$/,
  ],
  [
    "sample_weight",
    () => network().evaluate({ ...points, sample_weight: [1] } as never),
    /^data: expected \{ images, labels \} and, if needed, sampleWeight, got "sample_weight"$/,
  ],
  [
    "a layer's name for getWeights",
    async () => (network().getWeights as CallableFunction)("C1"),
    /^getWeights: expected no arguments, got "C1": get one weight by its name from weights$/,
  ],
  [
    "overwrite: false",
    () => (network().save as CallableFunction)("/nowhere/model.safetensors", { overwrite: false }),
    /^save: expected a path only, got an object \{"overwrite":false\}: a file of that name is always replaced$/,
  ],
  [
    "images without a shape",
    () => network().predict([1, 2] as never),
    /^images: expected a tensor .* got an array \[1,2\]$/,
  ],
  [
    "text for labels",
    () => network().fit({ images: points.images, labels: "abc" as never }),
    /^labels: expected numbers .* got "abc"$/,
  ],
  [
    "nested targets",
    () => network().fit({ images: part(0, 1).images, labels: [[1, 0, 0]] as never }),
    /use "categorical_crossentropy"/,
  ],
  [
    "a scale of NaN",
    () => network().predict({ ...points.images, scale: Number.NaN }),
    /^images: expected a finite scale, got NaN$/,
  ],
  [
    "a controller instead of its signal",
    () => network().fit(points, { signal: new AbortController() as never }),
    /^fit signal: expected an AbortSignal/,
  ],
  [
    "an unknown shuffle",
    () => network().fit(points, { shuffle: "twice" as never }),
    /^fit shuffle: expected true, false or "once", got "twice"$/,
  ],
  [
    "an unknown verbosity",
    () => network().fit(points, { verbose: 3 as never }),
    /^fit verbose: expected 0, 1, 2, true, false or "auto", got 3$/,
  ],
  [
    "a callback instead of a list",
    () => network().fit(points, { callbacks: lenet5.stepRecorder() as never }),
    /^fit callbacks: expected a list of callbacks/,
  ],
  [
    "half an epoch",
    () => network().fit(points, { epochs: 0.5 }),
    /^fit epochs: expected a whole number of at least 0, got 0.5$/,
  ],
  [
    "two kinds of validation data",
    () => network().fit(points, { validationSplit: 0.1, validationData: points }),
    /^fit: expected validationData or validationSplit, got both$/,
  ],
  [
    "text for an option of evaluate",
    () => network().evaluate(points, { predictions: "yes" as never }),
    /^evaluate predictions: expected true or false, got "yes"$/,
  ],
  ["stepsPerEpoch for images in memory", () => network().fit(points, { stepsPerEpoch: 2 }), /^fit stepsPerEpoch: /],
  [
    "batchSize for a stream",
    () => network().fit([part(0, 8)], { batchSize: 8 }),
    /^fit batchSize: expected images in memory/,
  ],
])("%s is refused with a one-line error", async (_, work, message) => {
  await expect(work()).rejects.toThrow(message);
  await expect(work()).rejects.toThrow(lenet5.InputError);
});

it.each<[string, () => unknown, RegExp]>([
  [
    "text for a learning rate",
    () => lenet5.adam({ learningRate: "0.001" as never }),
    /^adam learningRate: expected a number or a schedule .* got "0.001"$/,
  ],
  [
    "a schedule of another kind",
    () => lenet5.adam({ learningRate: { type: "triangular" } as never }),
    /^adam learningRate type: expected "constant", .* got "triangular"$/,
  ],
  [
    "an unknown optimizer",
    () => network().compile({ optimizer: "noSuchOptimizer" as never, loss: "mean_squared_error" }),
    /^compile optimizer type: expected ".*", got "noSuchOptimizer"$/,
  ],
  [
    "an optimizer whose options were changed by hand",
    () => network().compile({ optimizer: { ...lenet5.sgd(), momentum: 2 }, loss: "mean_squared_error" }),
    /^sgd momentum: expected a finite number from 0 to 1, got 2$/,
  ],
  [
    "an unknown metric",
    () => network().compile({ loss: "mean_squared_error", metrics: ["top_0_accuracy"] }),
    /^compile metrics: expected "accuracy", .* "top_<k>_accuracy", a metric .* or a function, got "top_0_accuracy"$/,
  ],
  ["a beta of 1", () => lenet5.adam({ beta1: 1 }), /^adam beta1: expected a number in \[0, 1\), got 1$/],
  ["a misspelt option", () => lenet5.sgd({ lr: 1 } as never), /^sgd: expected options .* got "lr"$/],
  [
    "a number instead of options",
    () => lenet5.sgd(0.1 as never),
    /^sgd: expected options such as \{ learningRate: ... \}, got 0.1$/,
  ],
  [
    "an optimizer that was not called",
    () => network().compile({ optimizer: lenet5.adam as never, loss: "mean_squared_error" }),
    /got a function$/,
  ],
  [
    "a layer instead of its tensor",
    () => dense({ units: 1 })(dense({ units: 1 }) as never),
    /got a layer: call it with its inputs first$/,
  ],
  [
    "no kernelSize",
    () => lenet5.conv2d({ filters: 6 } as never),
    /^\[conv2d\] kernelSize: expected a number or \[rows, columns\], got undefined$/,
  ],
  [
    "no options",
    () => lenet5.dropout(undefined as never),
    /^\[dropout\]: expected options such as \{ rate: ... \}, got undefined$/,
  ],
  [
    "a connection table without lists",
    () => lenet5.conv2d({ filters: 2, kernelSize: 1, connectionTable: [0, 1] as never }),
    /expected a list of input channels for each filter/,
  ],
  [
    "too many threads",
    () => lenet5.lenet5({ threads: 1e8 }),
    /^lenet5 threads: expected a whole number from 1 to 64, got 100000000$/,
  ],
  [
    "the two best of a single score",
    () => single().compile({ loss: "mean_squared_error", metrics: ["top_2_accuracy"] }),
    /^compile metrics "top_2_accuracy": expected at most 1 best of 1 outputs, got 2$/,
  ],
  [
    "a loss for an output that is an image",
    () => build((x) => lenet5.reshape({ targetShape: [2, 2, 1], name: "map" })(x)).compile({ loss: "mse" }),
    /^\[reshape "map"\] expected an output \[N, classes\]/,
  ],
  [
    "a layer name that files reserve",
    () => dense({ units: 1, name: "optimizer" }),
    /not "optimizer", got "optimizer"$/,
  ],
])("%s is refused with a one-line error", (_, work, message) => {
  expect(work).toThrow(message);
  expect(work).toThrow(lenet5.InputError);
});

function single(): lenet5.Model {
  const x = input({ shape: [2] });
  return model({ inputs: x, outputs: dense({ units: 1 })(x) });
}

it.each<[string, () => unknown, RegExp]>([
  [
    "two layers of one name",
    () => build((x) => lenet5.dense({ units: 1, name: "a" })(lenet5.dense({ units: 1, name: "a" })(x))),
    /got "a" twice/,
  ],
  [
    "a second input",
    () => model({ inputs: input({ shape: [4] }), outputs: lenet5.dense({ units: 1 })(input({ shape: [4] })) }),
    /needs another/,
  ],
  [
    "an image as the input of dense",
    () => lenet5.dense({ units: 1, name: "F6" })(input({ shape: [4, 4, 1] })),
    /^\[dense "F6"\] expected a vector input .* put flatten\(\) before it$/,
  ],
  [
    "a vector as the input of conv2d",
    () => lenet5.conv2d({ filters: 1, kernelSize: 1, name: "C3" })(input({ shape: [4] })),
    /^\[conv2d "C3"\] expected an image input/,
  ],
  [
    "a window larger than the image",
    () => lenet5.conv2d({ filters: 1, kernelSize: 9 })(input({ shape: [4, 4, 1] })),
    /at least as large as the window of 9, got 4/,
  ],
  [
    "a connection table for another input",
    () => lenet5.conv2d({ filters: 1, kernelSize: 1, connectionTable: [[5]] })(input({ shape: [4, 4, 5] })),
    /below 5 in connectionTable\[0\], got 5/,
  ],
  [
    "a connection table for another number of filters",
    () => lenet5.conv2d({ filters: 2, kernelSize: 1, connectionTable: [[0]] }),
    /expected 2 lists, one for each filter, got 1/,
  ],
  [
    "an unknown activation",
    () => lenet5.dense({ units: 1, activation: "gelou" as never }),
    /"linear", "relu", .* got "gelou"/,
  ],
  ["0 units", () => lenet5.dense({ units: 0 }), /expected a whole number of at least 1, got 0/],
  [
    "a sum of different shapes",
    () => lenet5.add()([input({ shape: [4] }), input({ shape: [5] })]),
    /\[N, 4\] and \[N, 5\]/,
  ],
  [
    "a slice outside of the input",
    () => lenet5.channelSlice({ start: 3, count: 2 })(input({ shape: [4] })),
    /within the input's 4, got 3 to 4/,
  ],
  ["a dropout rate of 1", () => lenet5.dropout({ rate: 1 }), /in \[0, 1\), got 1/],
  [
    "a second input shape for a layer",
    () => {
      const layer = lenet5.dense({ units: 1 });
      layer(input({ shape: [4] }));
      layer(input({ shape: [5] }));
    },
    /make a second layer/,
  ],
])("%s is refused with a one-line error", (_, make, message) => {
  expect(make).toThrow(message);
  expect(make).toThrow(lenet5.InputError);
});

it.each<[string, Partial<lenet5.LabelledImages>, RegExp]>([
  [
    "images of another shape",
    { images: { shape: [20, 28, 28, 1], data: new Uint8Array(20 * 784) } },
    /expected \[N, 6, 5, 3\], got \[20, 28, 28, 1\]/,
  ],
  ["too few labels", { labels: [1, 2] }, /expected 20 class numbers, one for each image, got 2/],
  ["a label out of range", { labels: Int32Array.from({ length: 20 }, () => 4) }, /from 0 to 3, got 4 for image 0/],
  [
    "a sample weight of NaN",
    { sampleWeight: new Float32Array(20).fill(Number.NaN) },
    /finite numbers, got NaN for image 0/,
  ],
  [
    "too few numbers",
    { images: { shape: [20, 6, 5, 3], data: new Float32Array(5) } },
    /expected 1800 numbers .* got 5/,
  ],
])("fit refuses %s with a one-line error", async (_, wrong, message) => {
  const made = everyLayer();
  made.compile({ loss: "sparse_categorical_crossentropy" });
  await expect(made.fit({ images, labels, ...wrong }, { verbose: 0 })).rejects.toThrow(message);
});

it("fit without compile is refused with the remedy", async () => {
  await expect(everyLayer().fit({ images, labels })).rejects.toThrow(/call compile\(/);
});

function build(layers: (x: lenet5.SymbolicTensor) => lenet5.SymbolicTensor): lenet5.Model {
  const x = input({ shape: [4] });
  return model({ inputs: x, outputs: layers(x) });
}
