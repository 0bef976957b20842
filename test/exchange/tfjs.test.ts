import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { random } from "../../src/core/random.ts";
import { exportTfjs, importModel, importTfjs } from "../../src/exchange.ts";
import type { LayerType, Model, Tensor } from "../../src/index.ts";
import * as lenet5 from "../../src/index.ts";
import { noise } from "../engine/as-oracle.ts";
import { layerSamples } from "../members/layer-samples.ts";
import { modelAround } from "../members/models.ts";

const folder = new URL("files/tfjs/", import.meta.url);

interface Values {
  readonly shape: number[];
  readonly data: number[];
}

/** The files of a model by name, model.json first, and what its own program answers. */
function opened(name: string) {
  const files = readdirSync(new URL(`${name}/`, folder));
  const read = (file: string) => new Uint8Array(readFileSync(new URL(`${name}/${file}`, folder)));
  const others = files.filter((file) => file !== "model.json" && file !== "io.json");
  const io = JSON.parse(new TextDecoder().decode(read("io.json"))) as { inputs: Values[]; outputs: Values[] };
  return { io, files: Object.fromEntries(["model.json", ...others].map((file) => [file, read(file)])) };
}

const tensorOf = ({ shape, data }: Values): Tensor => ({ shape, data: Float32Array.from(data) });

async function outputsOf(model: Model, inputs: readonly Tensor[]): Promise<Tensor[]> {
  const predicted: Tensor | Tensor[] = await model.predict((inputs.length > 1 ? inputs : inputs[0]) as Tensor);
  return Array.isArray(predicted) ? predicted : [predicted];
}

function expectClose(got: readonly Tensor[], wanted: readonly Tensor[], tolerance: number): void {
  expect(got.map(({ shape }) => [...shape])).toEqual(wanted.map(({ shape }) => [...shape]));
  got.forEach(({ data }, i) => {
    data.forEach((value, k) => {
      expect(Math.abs(value - wanted[i]!.data[k]!)).toBeLessThan(tolerance);
    });
  });
}

describe("importTfjs", () => {
  test.each(readdirSync(folder))("%s answers as its own program does", async (name) => {
    const { io, files } = opened(name);
    const { model, source } = await importModel(files);
    expect(source).toMatch(/^TensorFlow.js \(.*\d+\.\d+/);
    // The file has quantized numbers, and its program answered before it was quantized.
    const tolerance = { uint8: 0.05, uint16: 1e-4, float16: 2e-3 }[name.replace("keras3-", "")] ?? 1e-5;
    expectClose(await outputsOf(model as Model, io.inputs.map(tensorOf)), io.outputs.map(tensorOf), tolerance);
  });
});

describe("exportTfjs", () => {
  const lacking: Partial<Record<LayerType, string>> = {
    conv2dTranspose: "outputPadding and dilationRate of a Conv2DTranspose layer",
    upSampling2d: "UpSampling2D as Keras has it",
    relu: "thresholds of a ReLU layer",
    elu: "an ELU layer with another alpha than 1",
    groupNormalization: "a GroupNormalization layer",
    unitNormalization: "a UnitNormalization layer",
    subtract: "a Subtract layer",
    channelSlice: "a ChannelSlice layer",
    rbf: "a RBF layer",
  };

  test.each(Object.entries(layerSamples))(
    "%s: what is exported answers the same when read back",
    async (type, sample) => {
      const model = modelAround(sample);
      const missing = lacking[type as LayerType];
      if (missing) return expect(exportTfjs(model)).rejects.toThrow(`TensorFlow.js does not have ${missing}`);
      await expectSame(model);
    },
  );

  test("activations that tfjs lacks become layers, groups and connection tables zeros, and several ends stay", async () => {
    const [left, right] = [0, 1].map(() => lenet5.input({ shape: [5, 5, 4] })) as [
      lenet5.SymbolicTensor,
      lenet5.SymbolicTensor,
    ];
    const grouped = lenet5.conv2d({ filters: 6, kernelSize: 3, groups: 2, activation: "scaled_tanh" });
    const table = lenet5.conv2d({
      filters: 3,
      kernelSize: 3,
      connectionTable: [[0], [1, 2], []],
      activation: "leaky_relu",
    });
    const both = lenet5.concatenate()([grouped(left), table(right), grouped(right)]);
    const hard = lenet5.dense({ units: 2, activation: "hard_sigmoid" })(lenet5.flatten()(both));
    const model = lenet5.model({ inputs: [left, right], outputs: [hard, lenet5.flatten()(table.output)], seed: 3 });
    const { notes } = await expectSame(model as unknown as Model);
    expect(notes).toEqual([
      'TensorFlow.js has no groups: "conv2d" became a convolution with a 0 for each missing connection, which training there would change.',
      'TensorFlow.js has no connection tables: "conv2d_1" became a convolution with a 0 for each missing connection, which training there would change.',
    ]);
  });

  test("names of classes and the preparation travel", async () => {
    const model = modelAround((maps) => maps);
    model.reading = { classNames: ["a", "b", "c"], preparation: { size: [6, 5], scale: 1 } };
    const { model: again } = await importTfjs(filesOf(await exportTfjs(model)));
    expect(again.reading).toEqual(model.reading);
  });
});

function filesOf({ bytes, beside }: Awaited<ReturnType<typeof exportTfjs>>): Record<string, Uint8Array> {
  return { "model.json": bytes, ...beside };
}

/** Exports a model, reads it back, and compares the outputs. */
async function expectSame(model: Model) {
  const exported = await exportTfjs(model);
  const { model: again } = await importTfjs(filesOf(exported));
  const inputs = [model.inputs].flat().map(({ shape }, i) => noise([4, ...shape], i));
  expectClose(await outputsOf(again as Model, inputs), await outputsOf(model, inputs), 1e-6);
  return exported;
}

/** Lists of sizes, each twice as long as the one before it. */
function doubled(count: number): object[] {
  const names = ["shape", ...Array.from({ length: count }, (_, i) => `sizes${i}`)];
  return [
    { name: "shape", op: "Shape", input: ["x"] },
    ...names.slice(1).map((name, i) => ({ name, op: "Pack", input: [names[i], names[i]] })),
  ];
}

describe("a hostile model of tfjs", () => {
  const model = (parts: object) => ({
    modelTopology: { class_name: "Sequential", config: [] },
    weightsManifest: [],
    ...parts,
  });
  const bytes = (json: unknown) => new TextEncoder().encode(JSON.stringify(json));
  const weight = { name: "dense/kernel", shape: [2, 2], dtype: "float32" };
  const manifest = (...weights: object[]) => [{ paths: ["a.bin"], weights }];
  const refused = (json: unknown, shard = new Uint8Array(16)) =>
    expect(importTfjs({ "model.json": bytes(json), "a.bin": shard })).rejects;

  test("is refused in one line", async () => {
    await refused({}).toThrow("expected a TensorFlow.js model.json with modelTopology and weightsManifest");
    await refused(model({ weightsManifest: 3 })).toThrow("its weightsManifest is wrong at its top level");
    await refused(model({ weightsManifest: manifest({ ...weight, shape: [2, -2] }) })).toThrow("0.weights.0.shape.1");
    await refused(model({ weightsManifest: manifest({ ...weight, shape: [1e9, 1e6] }) })).toThrow(
      'expected 4000000000000000 bytes of weights in "a.bin", got 16',
    );
    await refused(model({ weightsManifest: manifest({ ...weight, shape: Array(9).fill(1) }) })).toThrow(
      "weightsManifest",
    );
    await refused(model({ weightsManifest: manifest({ ...weight, dtype: "string" }) })).toThrow(
      'weight "dense/kernel": expected "float32", "int32" or "bool", got "string"',
    );
    const quantization = { dtype: "uint8", min: 0 };
    await refused(model({ weightsManifest: manifest({ ...weight, quantization }) }), new Uint8Array(4)).toThrow(
      "expected scale and min of its quantization",
    );
    await refused(model({ weightsManifest: manifest({ ...weight, quantization: { dtype: "toString" } }) })).toThrow(
      'expected quantization to "uint8", "uint16" or "float16", got "toString"',
    );
    await refused(model({ weightsManifest: manifest(weight, weight) })).toThrow("two weights have the name");
    for (const path of ["../a.bin", "/etc/passwd", "C:\\a.bin", "x/../../a.bin", "", "http://a/a.bin", "%2E%2e/a.bin"])
      await refused(model({ weightsManifest: [{ paths: [path], weights: [] }] })).toThrow("outside of its folder");
    for (const path of ["b.bin", "constructor", "__proto__", ".//etc/passwd"])
      await refused(model({ weightsManifest: [{ paths: [path], weights: [] }] })).toThrow("which was not given");
    await refused(model({ weightsManifest: [{ paths: ["a.bin", "./a.bin"], weights: [] }] })).toThrow("twice");
  });

  test("a graph that is none, or has operators that are not supported, is refused by the node", async () => {
    const graph = (...node: object[]) => model({ format: "graph-model", modelTopology: { node } });
    const dim = [{ size: "-1" }, { size: "2" }];
    const x = { name: "x", op: "Placeholder", attr: { shape: { shape: { dim } } } };
    const kernel = { name: "dense/kernel", op: "Const" };
    const refusedGraph = (...nodes: object[]) => refused({ ...graph(...nodes), weightsManifest: manifest(weight) });
    await refused(model({ format: "graph-model" })).toThrow("expected a graph of at most 20000 nodes");
    await refusedGraph(x, x).toThrow('node "x" (Placeholder): two nodes have this name');
    await refusedGraph(x, { name: "y", op: "Erf", input: ["x"] }).toThrow(
      'node "y" (Erf): the operator is not supported',
    );
    await refusedGraph(x, { name: "y", op: "Relu", input: ["z"] }).toThrow('the node "z", which is not there');
    await refusedGraph(x, { name: "y", op: "Relu", input: ["x:1"] }).toThrow('reads output 1 of "x"');
    await refusedGraph(
      { name: "a", op: "Relu", input: ["b"] },
      { name: "b", op: "Relu", input: ["a"] },
      { name: "c", op: "Relu", input: ["b"] },
    ).toThrow("it reads what follows from itself");
    await refusedGraph(x, { name: "y", op: "MatMul", input: ["x"] }).toThrow("expected at least 2 inputs, got 1");
    await refusedGraph(x, { name: "y", op: "MatMul", input: ["x", "x"] }).toThrow(
      "expected constant numbers as input 2",
    );
    const conv = { name: "y", op: "Conv2D", input: ["x", "dense/kernel"] };
    await refusedGraph(x, kernel, conv).toThrow("expected a kernel of 4 axes, got [2, 2]");
    const { model: made } = await importTfjs({
      "model.json": bytes({
        ...graph(x, kernel, { name: "y", op: "MatMul", input: ["x", "dense/kernel"] }),
        weightsManifest: manifest(weight),
      }),
      "a.bin": new Uint8Array(Float32Array.of(1, 2, 3, 4).buffer),
    });
    const [y] = await outputsOf(made as Model, [{ shape: [1, 2], data: Float32Array.of(1, 10) }]);
    expect([...y!.data]).toEqual([31, 42]);
    const product = { name: "p", op: "MatMul", input: ["x", "dense/kernel"] };
    await refusedGraph(
      { name: "a", op: "Identity", input: ["b"] },
      { name: "b", op: "Identity", input: ["a"] },
      ...[x, kernel, product, { name: "y", op: "Add", input: ["p", "a"] }],
    ).toThrow("it reads what follows from itself");
    await refusedGraph(
      x,
      kernel,
      product,
      { name: "y", op: "Reshape", input: ["p", "sizes31"] },
      ...doubled(32),
    ).toThrow("expected at most 64 sizes");
    // [2, 1] is no bias of two units.
    const along = { ...weight, shape: [2, 1], name: "rows" };
    const rows = { name: "rows", op: "Const" };
    await refused(
      {
        ...graph(x, kernel, rows, product, { name: "y", op: "Add", input: ["p", "rows"] }),
        weightsManifest: manifest(weight, along),
      },
      new Uint8Array(24),
    ).toThrow("expected numbers along the last axis, got some of shape [2, 1]");
  });

  test("sums, differences, products and quotients of a tensor and constants, in both orders", async () => {
    const dim = [{ size: "-1" }, { size: "2" }];
    const x = { name: "x", op: "Placeholder", attr: { shape: { shape: { dim } } } };
    const constant = { name: "c", shape: [2], dtype: "float32" };
    const computed = async (op: string, input: string[]) => {
      const node = [x, { name: "c", op: "Const" }, { name: "y", op, input }];
      const { model: made } = await importTfjs({
        "model.json": bytes(
          model({ format: "graph-model", modelTopology: { node }, weightsManifest: manifest(constant) }),
        ),
        "a.bin": new Uint8Array(Float32Array.of(4, 0.5).buffer),
      });
      const [y] = await outputsOf(made as Model, [{ shape: [1, 2], data: Float32Array.of(1, 10) }]);
      return [...y!.data];
    };
    expect(await computed("AddV2", ["x", "c"])).toEqual([5, 10.5]);
    expect(await computed("Add", ["c", "x"])).toEqual([5, 10.5]);
    expect(await computed("Sub", ["x", "c"])).toEqual([-3, 9.5]);
    expect(await computed("Sub", ["c", "x"])).toEqual([3, -9.5]);
    expect(await computed("Mul", ["x", "c"])).toEqual([4, 5]);
    expect(await computed("Mul", ["c", "x"])).toEqual([4, 5]);
    expect(await computed("RealDiv", ["x", "c"])).toEqual([0.25, 20]);
    await expect(computed("RealDiv", ["c", "x"])).rejects.toThrow("with constant numbers below only");
  });

  test("layers that differ from Keras's in tfjs", async () => {
    const layers = (class_name: string, config: object) => ({
      class_name: "Sequential",
      config: [{ class_name, config: { name: "a", batch_input_shape: [null, 4, 4, 1], ...config } }],
    });
    const none = (modelTopology: object) => model({ modelTopology, weightsManifest: [] });
    await refused(none(layers("UpSampling2D", { interpolation: "bilinear" }))).toThrow('interpolation "bilinear" of');
    await refused(none(layers("Resizing", { height: 8, width: 8 }))).toThrow("resizing 4x4 to 8x8 (bilinear)");
    const topology = { keras_version: "3.4.1", model_config: layers("Activation", { activation: "hard_sigmoid" }) };
    const { model: made } = await importTfjs({ "model.json": bytes(none(topology)) });
    const [y] = await outputsOf(made as Model, [{ shape: [1, 4, 4, 1], data: new Float32Array(16).fill(1) }]);
    expect(y!.data[0]).toBeCloseTo(0.7, 6);
  });

  test("a product and the sum after it are two outputs where a graph has both", async () => {
    const shape = (size: string) => ({ shape: { shape: { dim: [{ size: "-1" }, { size }] } } });
    const node = [
      { name: "x", op: "Placeholder", attr: shape("2") },
      { name: "k", op: "Const" },
      { name: "b", op: "Const" },
      { name: "p", op: "MatMul", input: ["x", "k"] },
      { name: "s", op: "BiasAdd", input: ["p", "b"] },
    ];
    const weights = [
      { ...weight, name: "k" },
      { ...weight, name: "b", shape: [2] },
    ];
    const signature = { outputs: { a: { name: "p:0" }, b: { name: "s:0" } } };
    const { model: made } = await importTfjs({
      "model.json": bytes(
        model({ format: "graph-model", modelTopology: { node }, signature, weightsManifest: manifest(...weights) }),
      ),
      "a.bin": new Uint8Array(Float32Array.of(1, 2, 3, 4, 5, 6).buffer),
    });
    const found = await outputsOf(made as Model, [{ shape: [1, 2], data: Float32Array.of(1, 10) }]);
    expect(found.map(({ data }) => [...data])).toEqual([
      [31, 42],
      [36, 48],
    ]);
  });

  test("a graph whose images have rows and columns alone is taken as it is", async () => {
    const dim = [{ size: "-1" }, { size: "2" }, { size: "1" }];
    const x = { name: "x", op: "Placeholder", attr: { shape: { shape: { dim } } } };
    await refused(
      model({ format: "graph-model", modelTopology: { node: [x, { name: "y", op: "Softmax", input: ["x"] }] } }),
    ).toThrow('node "y" (Softmax): it reads images of [rows, columns]: expected a Reshape, Flatten or ExpandDims');
    const { model: made } = await importTfjs({
      "model.json": bytes({
        ...model({
          format: "graph-model",
          modelTopology: {
            node: [
              x,
              { name: "axis", op: "Const" },
              { name: "image", op: "ExpandDims", input: ["x", "axis"] },
              { name: "flat", op: "Flatten", input: ["image"] },
              { name: "dense/kernel", op: "Const" },
              { name: "y", op: "MatMul", input: ["flat", "dense/kernel"] },
            ],
          },
        }),
        weightsManifest: manifest(weight, { name: "axis", shape: [1], dtype: "int32" }),
      }),
      "a.bin": new Uint8Array([...new Uint8Array(Float32Array.of(1, 2, 3, 4).buffer), 255, 255, 255, 255]),
    });
    const [y] = await outputsOf(made as Model, [{ shape: [1, 2, 1, 1], data: Float32Array.of(1, 10) }]);
    expect([...y!.data]).toEqual([31, 42]);
  });

  test("with changed or missing bytes gives a model or an InputError, and nothing else", async () => {
    for (const name of ["keras3-uint8", "tfjs-4.22.0-sequential", "graph-branches"]) {
      const { files } = opened(name);
      const names = Object.keys(files);
      for (let i = 0; i < 150; i++) {
        const numbers = random(5, name, i);
        const victim = names[numbers.integer(names.length)]!;
        const changed = files[victim]!.slice();
        for (let k = 0; k <= i % 3; k++) changed[numbers.integer(changed.length)] = numbers.integer(256);
        const cut = i % 4 === 0 ? changed.subarray(0, numbers.integer(changed.length)) : changed;
        try {
          await importTfjs({ ...files, [victim]: cut });
        } catch (error) {
          expect(error, String((error as Error).stack)).toBeInstanceOf(lenet5.InputError);
          expect((error as Error).message).not.toContain("\n");
        }
      }
    }
  });
});
