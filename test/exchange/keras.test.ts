import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { zipSync } from "fflate";
import { describe, expect, it, test } from "vitest";
import { importKeras, importModel } from "../../src/exchange.ts";
import { readZip } from "../../src/formats/zip.ts";
import * as lenet5 from "../../src/index.ts";
import { InputError, type Model, type SymbolicTensor, type Tensor } from "../../src/index.ts";

const folder = new URL("files/keras/", import.meta.url);
const path = (name: string) => fileURLToPath(new URL(name, folder));

type AnyModel = Model<SymbolicTensor | readonly SymbolicTensor[], SymbolicTensor | readonly SymbolicTensor[]>;

interface Answers {
  readonly inputs: readonly { shape: readonly number[]; data: readonly number[] }[];
  readonly outputs: readonly { shape: readonly number[]; data: readonly number[] }[];
}

function answersOf(name: string): Answers {
  return JSON.parse(readFileSync(path(`${name}.io.json`), "utf8"));
}

/** The inputs of the file as the imported model takes them: channels last. */
async function predicted(model: AnyModel, { inputs }: Answers): Promise<Tensor<Float32Array>[]> {
  const tensors = "shape" in model.inputs ? [model.inputs] : model.inputs;
  const given = inputs.map(({ shape, data }, i): Tensor => {
    const ours = [shape[0]!, ...tensors[i]!.shape];
    const isFirst = shape.length === 4 && ours.join() !== shape.join();
    return { shape: ours, data: Float32Array.from(isFirst ? channelsLast(shape, data) : data) };
  });
  const outputs = await model.predict((given.length === 1 ? given[0] : given) as Tensor);
  return (Array.isArray(outputs) ? outputs : [outputs]) as Tensor<Float32Array>[];
}

function channelsLast(shape: readonly number[], data: readonly number[]): number[] {
  const [count, channels, rows, columns] = shape as [number, number, number, number];
  const positions = rows * columns;
  const at = (i: number) => {
    const [image, rest] = [Math.floor(i / (channels * positions)), i % (channels * positions)];
    return image * channels * positions + (rest % channels) * positions + Math.floor(rest / channels);
  };
  return Array.from({ length: count * channels * positions }, (_, i) => data[at(i)]!);
}

/** How far the answers are from Keras's, as a share of the largest number of each output (of 1, if that is smaller). */
async function difference(model: AnyModel, answers: Answers): Promise<number> {
  const outputs = await predicted(model, answers);
  const differences = answers.outputs.map(({ shape, data }, i) => {
    const { data: ours, shape: ourShape } = outputs[i]!;
    expect(ourShape).toEqual(shape);
    const largest = Math.max(1, ...data.map(Math.abs));
    return Math.max(...data.map((value, j) => Math.abs(value - ours[j]!))) / largest;
  });
  return Math.max(...differences);
}

describe("files of every Keras answer as in it", () => {
  const files = readdirSync(folder).filter((name) => /\.(keras|h5)$/.test(name) && !/weights/.test(name));

  test.each(files)("%s", async (name) => {
    const { model } = await importKeras(path(name));
    expect(await difference(model, answersOf(name.replace(/\.(keras|h5)$/, "")))).toBeLessThan(1e-5);
  });
});

describe("weights without their layers", () => {
  test.each([
    ["keras2.3-sequential.json", {}],
    ["keras2.3-sequential.weights.h5", {}],
    ["keras1-theano.json", { weights: path("keras1-theano.weights.h5") }],
    ["keras1-theano.weights.h5", { architecture: path("keras1-theano.json") }],
    ["keras1-theano.h5", { architecture: path("keras1-theano.json") }],
    ["keras0-theano.weights.h5", { architecture: path("keras1-theano.json") }],
  ] as const)("%s", async (name, options) => {
    const { model } = await importKeras(path(name), options);
    const answers = answersOf(/0|1/.test(name.slice(5, 6)) ? "keras1-theano" : "keras2.3-sequential");
    expect(await difference(model, answers)).toBeLessThan(1e-5);
  });

  it.each(["keras1-theano.weights.h5", "keras0-theano.weights.h5"])("%s for a network of ours", async (name) => {
    const network = lenet5.sequential([
      lenet5.input({ shape: [9, 9, 1] }),
      // Theano pads as much before as after.
      lenet5.zeroPadding2d({ padding: 1 }),
      lenet5.conv2d({ filters: 3, kernelSize: 3, strides: 2, activation: "relu" }),
      lenet5.zeroPadding2d({ padding: [1, 2] }),
      lenet5.batchNormalization(),
      lenet5.zeroPadding2d({ padding: [1, 2] }),
      lenet5.conv2d({ filters: 2, kernelSize: [2, 4] }),
      lenet5.cropping2d({
        cropping: [
          [0, 1],
          [0, 1],
        ],
      }),
      lenet5.maxPooling2d(),
      lenet5.dropout({ rate: 0.25 }),
      lenet5.flatten(),
      lenet5.dense({ units: 4 }),
      lenet5.rescaling({ scale: 0.2, offset: 0.5 }),
      lenet5.relu({ maxValue: 1 }),
      lenet5.leakyRelu({ negativeSlope: 0.2 }),
      lenet5.dense({ units: 3, activation: "softmax" }),
    ]);
    const { model, notes } = await importKeras(path(name), { network: network as never });
    expect(await difference(model, answersOf("keras1-theano"))).toBeLessThan(1e-5);
    expect(notes).toContainEqual(expect.stringContaining("The weights were matched in their order"));
  });
});

it("importModel knows them by their content, whatever they are called", async () => {
  const bytes = new Uint8Array(readFileSync(path("keras3-sequential.keras")));
  const { source } = await importModel({ "model.bin": bytes });
  expect(source).toBe("Keras 3.15.1 (.keras)");
});

it("says what it left out", async () => {
  const { notes } = await importKeras(path("keras3-sequential.keras"));
  expect(notes).toEqual([
    'layer "random_flip" (RandomFlip) was left out: it changes images in training only, and the library has no such layer.',
  ]);
});

it("takes the layers that AutoKeras puts before a network", async () => {
  const entries = readZip(new Uint8Array(readFileSync(path("keras3-sequential.keras"))));
  const files = Object.fromEntries(await Promise.all(entries.map(async (each) => [each.name, await each.read()])));
  const config = JSON.parse(new TextDecoder().decode(files["config.json"]));
  const [input] = config.config.layers;
  input.config.batch_shape = [null, 8, 8];
  const own = ["CastToFloat32", "ExpandLastDim"].map((name) => ({
    module: "autokeras.keras_layers",
    class_name: name,
    config: { name, trainable: true, dtype: "float32" },
    registered_name: `Custom>${name}`,
  }));
  config.config.layers.splice(1, 0, ...own);
  files["config.json"] = new TextEncoder().encode(JSON.stringify(config));
  const { model } = await importKeras({ "auto.keras": zipSync(files) });
  const { inputs, outputs } = answersOf("keras3-sequential");
  const flat = inputs.map(({ shape, data }) => ({ shape: shape.slice(0, 3), data }));
  expect(await difference(model, { inputs: flat, outputs })).toBeLessThan(1e-5);
});

it("bytes of no Keras are an InputError", async () => {
  await expect(importKeras(new Uint8Array(10))).rejects.toThrow(InputError);
  // Such as an encrypted file.
  await expect(importModel({ "net.keras": Uint8Array.of(0x8f, 0xed, 0x3c, 0x47) })).rejects.toThrow(
    /^net\.keras: expected a zip file \(\.keras\), an HDF5 file \(\.h5\) or JSON of Keras, got a file that starts with the bytes 8f ed 3c 47: is it damaged or encrypted\?$/,
  );
});
