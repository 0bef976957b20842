import { expect, it } from "vitest";
import { dense, InputError, input, lenet5, lenet5Of1998, loadModel, model, pretrained } from "../../src/index.ts";

const image = input({ shape: [4] });
const outputs = dense({ units: 2, activation: "softmax" })(image);
const made = model({ inputs: image, outputs });

it.each<[string, () => unknown, RegExp]>([
  [
    "no options",
    () => model(undefined as never),
    /^model: expected options such as \{ inputs: \.\.\. \}, got undefined/,
  ],
  [
    "an input that is none",
    () => model({ inputs: outputs, outputs }),
    /^model inputs: expected a tensor made by input/,
  ],
  ["no outputs", () => model({ inputs: image, outputs: [] }), /^model outputs: expected a tensor made by layers/],
  ["a layer for its output", () => model({ inputs: image, outputs: dense({ units: 2 }) as never }), /^model outputs/],
  ["an empty name", () => model({ inputs: image, outputs, name: "" }), /^model name: expected a text, got ""/],
  ["a seed that is no number", () => model({ inputs: image, outputs, seed: "1" as never }), /^model seed: expected a/],
  ["half a thread", () => model({ inputs: image, outputs, threads: 0.5 }), /^model threads: .* from 1 to 64, got 0.5/],
  [
    "unknown numerics",
    () => model({ inputs: image, outputs, numerics: "exact" as never }),
    /^model numerics: expected/,
  ],
  ["a misspelt option of compile", () => made.compile({ los: "mse" } as never), /^compile: expected options .*"los"/],
  ["no loss", () => made.compile({} as never), /^compile loss: expected "sparse_categorical_crossentropy"/],
  [
    "a metric for a list",
    () => made.compile({ loss: "mean_squared_error", metrics: "accuracy" as never }),
    /^compile metrics: expected a list such as \["accuracy"\], got "accuracy"/,
  ],
  ["a summary printed somewhere", () => made.summary({ print: "out" as never }), /^summary print: expected true or/],
  ["a misspelt option of lenet5", () => lenet5({ class: 3 } as never), /^lenet5: expected options .*, got "class"/],
  ["one class", () => lenet5({ classes: 1 }), /^lenet5 classes: expected a whole number of at least 2, got 1/],
  ["another C3", () => lenet5({ c3: "half" as never }), /^lenet5 c3: expected "table1" or "full", got "half"/],
  ["a misspelt option of 1998", () => lenet5Of1998({ letters: "ab" } as never), /^lenet5Of1998: .*, got "letters"/],
  [
    "an unknown initializer",
    () => lenet5Of1998({ initializer: "one" as never }),
    /^lenet5Of1998 initializer: expected/,
  ],
])("%s is refused", (_, work, message) => {
  expect(work).toThrow(InputError);
  expect(work).toThrow(message);
});

it.each<[string, () => Promise<unknown>, RegExp]>([
  ["an unknown network", () => pretrained({ network: "vgg" as never }), /^pretrained network: expected "article"/],
  ["a misspelt option", () => pretrained({ thread: 1 } as never), /^pretrained: expected options .*, got "thread"/],
  ["an option of model", () => loadModel(made.toBytes(), { name: "a" } as never), /^loadModel: .*, got "name"/],
  ["words for numbers", () => made.classifier({ numbers: "words" as never }), /^classifier numbers: expected "bytes"/],
  ["an endless scale", () => made.classifier({ scale: Infinity }), /^classifier scale: expected a finite number/],
])("%s rejects", async (_, work, message) => {
  await expect(work()).rejects.toThrow(message);
});
