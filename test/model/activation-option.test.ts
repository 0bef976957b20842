/** How an activation is named: Keras's strings and their other spellings. */
import { expect, it } from "vitest";
import {
  type ActivationOption,
  activation,
  conv2d,
  dense,
  elu,
  input,
  leakyRelu,
  loadModel,
  model,
  prelu,
  relu,
} from "../../src/index.ts";

it.each<[ActivationOption, string]>([
  ["leaky_relu", "leaky_relu"],
  ["leakyRelu", "leaky_relu"],
  ["silu", "silu"],
  ["swish", "silu"],
  ["hard_swish", "hard_silu"],
  ["hardSwish", "hard_silu"],
  ["hardSilu", "hard_silu"],
  ["hardSigmoid", "hard_sigmoid"],
  ["logSoftmax", "log_softmax"],
  ["scaledTanh", "scaled_tanh"],
  ["relu6", "relu6"],
])("%s is kept and saved as %s", async (given, kept) => {
  for (const layer of [dense({ units: 2, activation: given }), activation({ activation: given })])
    expect(layer.config.activation).toBe(kept);
  expect(conv2d({ filters: 2, kernelSize: 1, activation: given }).config.activation).toBe(kept);
  const x = input({ shape: [3] });
  const net = model({ inputs: x, outputs: dense({ units: 2, activation: given, name: "end" })(x) });
  expect((await loadModel(net.toBytes())).getLayer("end").config.activation).toBe(kept);
});

it("an unknown activation is refused with the names that exist", () => {
  expect(() => activation({ activation: "leakyReLU" as never })).toThrow(
    /^\[activation\] activation: expected "linear", "relu", "leaky_relu", .* or "log_softmax", got "leakyReLU"$/,
  );
  expect(() => dense({ units: 1, activation: null as never })).toThrow("got null");
  expect(() => dense({ units: 1, activation: "toString" as never })).toThrow('got "toString"');
});

it("options out of range are refused", () => {
  expect(() => relu({ maxValue: -1 })).toThrow("[relu] maxValue: expected a finite number of at least 0, got -1");
  expect(() => relu({ negativeSlope: -0.1 })).toThrow("negativeSlope");
  expect(() => relu({ threshold: Number.NaN })).toThrow("threshold");
  expect(() => leakyRelu({ negativeSlope: -1 })).toThrow("[leakyRelu] negativeSlope");
  expect(() => elu({ alpha: -1 })).toThrow("[elu] alpha");
  for (const sharedAxes of [[0], [1.5], [1, 1], 2 as never, ["1"] as never])
    expect(() => prelu({ sharedAxes })).toThrow("[prelu] sharedAxes: expected a list of different axes from 1 on");
  expect(() => prelu({ sharedAxes: [2] })(input({ shape: [4] }))).toThrow(
    "[prelu] expected sharedAxes from 1 to 1, got 2",
  );
});
