import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { zipSync } from "fflate";
import { describe, expect, it, test } from "vitest";
import { random } from "../../src/core/random.ts";
import { importKeras } from "../../src/exchange.ts";
import { writeHdf5 } from "../../src/formats/hdf5/write.ts";
import { readZip } from "../../src/formats/zip.ts";
import { InputError } from "../../src/index.ts";

const path = (name: string) => fileURLToPath(new URL(`files/keras/${name}`, import.meta.url));
const bytesOf = (name: string) => new Uint8Array(readFileSync(path(name)));
const json = (value: unknown) => new TextEncoder().encode(JSON.stringify(value));

type Layer = readonly [className: string, config: object];

/** A sequential model of layers on images 8x8x1, with the weights of another. */
function described(layers: readonly Layer[], top: object = {}) {
  const input = { class_name: "InputLayer", config: { batch_input_shape: [null, 8, 8, 1], name: "image" } };
  const list = layers.map(([class_name, config], i) => ({ class_name, config: { name: `layer_${i}`, ...config } }));
  return importKeras(
    { "net.json": json({ class_name: "Sequential", config: { name: "net", layers: [input, ...list] }, ...top }) },
    { weights: path("keras2.3-sequential.weights.h5") },
  );
}

const conv = { filters: 3, kernel_size: [3, 3] };

describe("what is not computed here is refused by its name", () => {
  test.each<[string, readonly Layer[], string]>([
    [
      "Lambda",
      [["Lambda", { function: ["abc", null, null] }]],
      'layer "layer_0" (Lambda): this class is not supported',
    ],
    ["TFOpLambda", [["TFOpLambda", { function: "math.multiply" }]], "(TFOpLambda): this class is not supported"],
    ["MaxoutDense", [["MaxoutDense", { output_dim: 3 }]], "(MaxoutDense): this class is not supported"],
    ["a class of one's own", [["Custom>Mine", {}]], "(Custom>Mine): this class is not supported"],
    ["an activation", [["Activation", { activation: "snake" }]], "expected an activation of linear, relu,"],
    [
      "quantized layers",
      [["Conv2D", { ...conv, dtype: { class_name: "QuantizedDTypePolicy", config: {} } }]],
      "quantised",
    ],
    [
      "int8",
      [["Conv2D", { ...conv, dtype: "int8_from_float32" }]],
      'quantised layers are not supported, got "int8_from',
    ],
    [
      "a quantizer",
      [["Dense", { units: 3, kernel_quantizer: "ste_sign" }]],
      "its option kernel_quantizer is not supported",
    ],
    ["ModuleWrapper", [["ModuleWrapper", {}]], "give the .json file of the layers with the option architecture"],
    [
      "a number for a billion channels",
      [
        ["Conv2D", { ...conv, filters: 200_000 }],
        ["Normalization", { axis: null }],
      ],
      "expected at most 100000 channels",
    ],
    ["LoRA", [["Conv2D", { ...conv, lora_rank: 4 }]], "its option lora_rank is not supported"],
    ["a padding", [["Conv2D", { ...conv, padding: "causal" }]], 'expected padding "valid" or "same", got "causal"'],
    ["a merge", [["Merge", { mode: "dot" }]], 'expected mode "concat", "sum", "mul", "ave" or "max", got "dot"'],
    [
      "resizing that keeps the shape",
      [["Resizing", { height: 16, width: 24, crop_to_aspect_ratio: false, pad_to_aspect_ratio: true }]],
      "resizing 8x8 to 16x24 (bilinear) is not supported",
    ],
    ["resizing", [["Resizing", { height: 12, width: 8 }]], "resizing 8x8 to 12x8 (bilinear) is not supported"],
    [
      "an option of an activation",
      [["Conv2D", { ...conv, activation: { class_name: "LeakyReLU", config: { alpha: "small" } } }]],
      'net.json: layer "layer_0" (Conv2D): its activation: negative_slope: expected a number, got "small"',
    ],
    [
      "a softmax along columns",
      [
        [
          "Conv2D",
          {
            filters: 3,
            kernel_size: 1,
            data_format: "channels_first",
            activation: { class_name: "Softmax", config: { axis: -1 } },
          },
        ],
      ],
      "a softmax along the columns of an image is not supported",
    ],
    [
      "both layouts",
      [
        ["Conv2D", { ...conv, data_format: "channels_first" }],
        ["MaxPooling2D", { data_format: "channels_last" }],
      ],
      "channels first, others last",
    ],
    [
      "softmax along columns",
      [
        ["Conv2D", { ...conv, padding: "same", data_format: "channels_first" }],
        ["Softmax", {}],
      ],
      "softmax along the columns",
    ],
    ["statistics of each batch", [["BatchNormalization", { mode: 2 }]], "expected mode 0"],
    ["an option of another type", [["Conv2D", { ...conv, filters: "many" }]], 'filters: expected a number, got "many"'],
    [
      "what our layers refuse",
      [["Conv2D", { ...conv, kernel_size: 9 }]],
      '(Conv2D): [conv2d "layer_0"] expected an input',
    ],
  ])("%s", async (_, layers, message) => {
    await expect(described(layers)).rejects.toThrow(InputError);
    await expect(described(layers)).rejects.toThrow(message);
  });

  test("a graph that needs itself", async () => {
    const layer = { class_name: "ReLU", name: "a", config: { name: "a" }, inbound_nodes: [[["a", 0, 0, {}]]] };
    const image = {
      class_name: "InputLayer",
      name: "i",
      config: { name: "i", batch_shape: [null, 8, 8, 1] },
      inbound_nodes: [],
    };
    const config = { name: "m", layers: [image, layer], input_layers: [["i", 0, 0]], output_layers: [["a", 0, 0]] };
    const given = { "net.json": json({ class_name: "Model", config }) };
    await expect(importKeras(given, { weights: path("keras2.3-sequential.weights.h5") })).rejects.toThrow(
      'layer "a" needs its own output',
    );
  });

  test.each([
    ["a whole file with weights", "keras3-sequential.keras", { weights: "x.h5" }, "importKeras weights: "],
    ["weights without layers", "keras0-theano.weights.h5", {}, "it has weights, but does not say its layers"],
    ["layers without weights", "keras1-theano.json", { weights: path("keras1-model.io.json") }, "HDF5 file"],
  ])("%s", async (_, name, options, message) => {
    await expect(importKeras(path(name), options)).rejects.toThrow(message);
  });

  test("models that call each other without end", async () => {
    const image = { class_name: "InputLayer", name: "i", config: { name: "i", batch_shape: [null, 8, 8, 1] } };
    let inner: object = { class_name: "ReLU", config: { name: "inner" } };
    for (let depth = 0; depth < 19; depth++) {
      const twice = { ...inner, name: "inner", inbound_nodes: [[["i", 0, 0, {}]], [["inner", 0, 0, {}]]] };
      const config = {
        name: "inner",
        layers: [image, twice],
        input_layers: [["i", 0, 0]],
        output_layers: [["inner", 1, 0]],
      };
      inner = { class_name: "Functional", config };
    }
    const weights = path("keras2.3-sequential.weights.h5");
    await expect(importKeras({ "net.json": json(inner) }, { weights })).rejects.toThrow(
      "expected at most 20000 calls of layers",
    );
  });

  test("a .keras file that is far larger when unpacked", async () => {
    const parts = { "config.json": new Uint8Array(2 ** 22).fill(32), "model.weights.h5": new Uint8Array(8) };
    await expect(importKeras({ "net.keras": zipSync(parts, { level: 9 }) })).rejects.toThrow(
      "unpacked, the file would be more than 32 times as large",
    );
  });

  test("names of thousands of groups in each other", async () => {
    const deep = { [`${"a\\".repeat(20_000)}vars`]: { datasets: { 0: { shape: [1], data: new Float32Array(1) } } } };
    const parts = Object.fromEntries(
      await Promise.all(
        readZip(bytesOf("keras3-sequential.keras")).map(async ({ name, read }) => [name, await read()]),
      ),
    );
    const changed = zipSync({ ...parts, "model.weights.h5": await writeHdf5({ groups: deep }) }, { level: 0 });
    await expect(importKeras({ "net.keras": changed })).rejects.toThrow(InputError);
  });

  test("JSON that is nested without end, and other texts", async () => {
    const deep = new TextEncoder().encode(`${"[".repeat(1000)}${"]".repeat(1000)}`);
    await expect(importKeras(deep)).rejects.toThrow("expected at most 100 brackets within each other");
    await expect(importKeras(new TextEncoder().encode("{} x"))).rejects.toThrow("expected JSON");
    await expect(importKeras(new TextEncoder().encode("version https://git-lfs.github.com/spec/v1\n"))).rejects.toThrow(
      "Git LFS",
    );
  });

  test("weights of other shapes, counts and layers", async () => {
    const dense: Layer = ["Dense", { units: 3 }];
    await expect(described([["Conv2D", conv]])).rejects.toThrow("expected weights of 1 layers");
    await expect(
      described([["Conv2D", conv], ["BatchNormalization", {}], ["Flatten", {}], dense, dense]),
    ).rejects.toThrow(/layer "layer_3": expected "kernel" of shape \[108, 3\], got \[27, 4\]/);
  });
});

describe("damaged files are read or refused", () => {
  const draw = random(3, "damaged Keras");
  const whole = (below: number) => Math.min(below - 1, Math.floor(draw.uniform(0, below)));
  const settles = async (read: () => Promise<unknown>) => {
    try {
      await read();
      return 0;
    } catch (error) {
      expect(error).toBeInstanceOf(InputError);
      expect((error as Error).message).not.toContain("\n");
      return 1;
    }
  };

  test.each(["keras2.3-sequential.h5", "tf2.13-functional.h5", "keras1-model.h5"])("bytes of %s", async (name) => {
    let refused = 0;
    for (let i = 0; i < 40; i++) {
      const bytes = bytesOf(name);
      for (let j = 0; j < 4; j++) bytes[whole(bytes.length)] = whole(256);
      const damaged = i % 7 === 0 ? bytes.slice(0, whole(bytes.length)) : bytes;
      refused += await settles(() => importKeras({ "model.h5": damaged }));
    }
    expect(refused).toBeGreaterThan(5);
  });

  const values = [null, -1, 0, 1e9, 1.5, "", "x", [], {}, [[]], true, "__proto__", [null, 3], { class_name: "Dense" }];

  test.each(["keras3-functional.keras", "tf2.13-functional.keras", "keras3-sequential.keras"])(
    "the config of %s",
    async (name) => {
      const parts = Object.fromEntries(
        await Promise.all(readZip(bytesOf(name)).map(async ({ name: part, read }) => [part, await read()] as const)),
      );
      const text = new TextDecoder().decode(parts["config.json"]);
      let refused = 0;
      for (let i = 0; i < 40; i++) {
        const config: unknown = JSON.parse(text);
        const places: [object, string][] = [];
        const walk = (value: unknown) => {
          if (typeof value !== "object" || value === null) return;
          for (const [key, inner] of Object.entries(value)) {
            places.push([value, key]);
            walk(inner);
          }
        };
        walk(config);
        const [holder, key] = places[whole(places.length)]!;
        Object.assign(holder, { [key]: values[whole(values.length)] });
        const bytes = zipSync({ ...parts, "config.json": json(config) }, { level: 0 });
        refused += await settles(() => importKeras({ "model.keras": bytes }));
      }
      expect(refused).toBeGreaterThan(5);
    },
  );
});

it("an option of another name is ignored, and told", async () => {
  const layers: Layer[] = [
    ["Conv2D", { ...conv, sparkle: 3 }],
    ["BatchNormalization", {}],
    ["AveragePooling2D", {}],
    ["Flatten", {}],
    ["Dense", { units: 4 }],
    ["Dense", { units: 3 }],
  ];
  const { notes } = await described(layers);
  expect(notes).toContain('layer "layer_0": its option sparkle (3) is unknown and was ignored.');
});
