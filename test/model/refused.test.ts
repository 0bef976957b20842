/** Arguments that are refused, each with an error of one line. */
import { expect, it } from "vitest";
import * as lenet5 from "../../src/index.ts";
import { network, part, points } from "./three-classes.ts";

const { dense, input, model } = lenet5;

it.each<[string, () => unknown, RegExp]>([
  [
    "an option that is none",
    () => network().fit(points, { epoch: 5 } as never),
    /^fit: expected options "epochs", .* got "epoch"$/,
  ],
  [
    "data that are none",
    () => network().fit(null as never),
    /^data: expected \{ images, labels \} or an iterable .* got null$/,
  ],
  [
    "images without a shape",
    () => network().predict([1, 2] as never),
    /^images: expected a tensor .* got an array \[1,2\]$/,
  ],
  [
    "labels that are none",
    () => network().fit({ images: points.images, labels: "abc" as never }),
    /^labels: expected numbers .* got "abc"$/,
  ],
  [
    "nested targets",
    () => network().fit({ images: part(0, 1).images, labels: [[1, 0, 0]] as never }),
    /use "categorical_crossentropy"/,
  ],
  [
    "a scale that is no number",
    () => network().predict({ ...points.images, scale: Number.NaN }),
    /^images: expected a finite scale, got NaN$/,
  ],
  [
    "a controller for a signal",
    () => network().fit(points, { signal: new AbortController() as never }),
    /^fit signal: expected an AbortSignal/,
  ],
  [
    "a shuffle that is none",
    () => network().fit(points, { shuffle: "twice" as never }),
    /^fit shuffle: expected true, false or "once", got "twice"$/,
  ],
  [
    "a verbosity that is none",
    () => network().fit(points, { verbose: 3 as never }),
    /^fit verbose: expected 0, 1 or 2, got 3$/,
  ],
  [
    "a callback for a list",
    () => network().fit(points, { callbacks: lenet5.terminateOnNaN() as never }),
    /^fit callbacks: expected a list of callbacks/,
  ],
  [
    "half an epoch",
    () => network().fit(points, { epochs: 0.5 }),
    /^fit epochs: expected a whole number of at least 0, got 0.5$/,
  ],
  [
    "validation data twice",
    () => network().fit(points, { validationSplit: 0.1, validationData: points }),
    /^fit: expected validationData or validationSplit, got both$/,
  ],
  [
    "an option of evaluate in quotes",
    () => network().evaluate(points, { predictions: "yes" as never }),
    /^evaluate predictions: expected true or false, got "yes"$/,
  ],
  ["stepsPerEpoch for images in memory", () => network().fit(points, { stepsPerEpoch: 2 }), /^fit stepsPerEpoch: /],
  [
    "batchSize for a stream",
    () => network().fit([part(0, 8)], { batchSize: 8 }),
    /^fit batchSize: expected images in memory/,
  ],
])("complains of %s in one line", async (_, work, message) => {
  await expect(work()).rejects.toThrow(message);
  await expect(work()).rejects.toThrow(lenet5.InputError);
});

it.each<[string, () => unknown, RegExp]>([
  [
    "a learning rate in quotes",
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
    () => network().compile({ optimizer: "adagrad" as never, loss: "mean_squared_error" }),
    /^compile optimizer type: expected "adam", .* got "adagrad"$/,
  ],
  [
    "an optimizer whose options were changed by hand",
    () => network().compile({ optimizer: { ...lenet5.sgd(), momentum: 2 }, loss: "mean_squared_error" }),
    /^sgd momentum: expected a finite number from 0 to 1, got 2$/,
  ],
  [
    "an unknown metric",
    () => network().compile({ loss: "mean_squared_error", metrics: ["top_0_accuracy"] }),
    /^compile metrics: expected "accuracy" or "top_<k>_accuracy" .* got "top_0_accuracy"$/,
  ],
  ["a beta of 1", () => lenet5.adam({ beta1: 1 }), /^adam beta1: expected a number in \[0, 1\), got 1$/],
  ["a misspelt option", () => lenet5.sgd({ lr: 1 } as never), /^sgd: expected options .* got "lr"$/],
  [
    "a number for options",
    () => lenet5.sgd(0.1 as never),
    /^sgd: expected options such as \{ learningRate: ... \}, got 0.1$/,
  ],
  [
    "an optimizer not called",
    () => network().compile({ optimizer: lenet5.adam as never, loss: "mean_squared_error" }),
    /got a function$/,
  ],
  [
    "a layer for its tensor",
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
    "connections that are no lists",
    () => lenet5.conv2d({ filters: 2, kernelSize: 1, connectionTable: [0, 1] as never }),
    /expected a list of input channels for each filter/,
  ],
  [
    "threads by the thousand",
    () => lenet5.lenet5({ threads: 1e8 }),
    /^lenet5 threads: expected a whole number from 1 to 64, got 100000000$/,
  ],
  [
    "accuracy of a single score",
    () => single().compile({ loss: "mean_squared_error", metrics: ["accuracy"] }),
    /at least two scores/,
  ],
  ["the name that files use", () => dense({ units: 1, name: "optimizer" }), /not "optimizer", got "optimizer"$/],
])("complains of %s in one line", (_, work, message) => {
  expect(work).toThrow(message);
  expect(work).toThrow(lenet5.InputError);
});

function single(): lenet5.Model {
  const x = input({ shape: [2] });
  return model({ inputs: x, outputs: dense({ units: 1 })(x) });
}
