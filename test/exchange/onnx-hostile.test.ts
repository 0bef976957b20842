import { create, toBinary } from "@bufbuild/protobuf";
import { describe, expect, test } from "vitest";
import { importOnnx } from "../../src/exchange.ts";
import {
  AttributeProtoSchema,
  type GraphProto,
  GraphProtoSchema,
  ModelProtoSchema,
} from "../../src/formats/onnx/schema.ts";
import { damageAll } from "./hostile-onnx.ts";
import { type GivenFile, ints, onnxFile } from "./onnx-files.ts";

test("damaged files are refused in one line or read", () => damageAll(120));

/** The message with which a file is refused. */
async function refusal(file: Uint8Array | GivenFile, options = {}): Promise<string> {
  const bytes = file instanceof Uint8Array ? file : onnxFile(file);
  return importOnnx({ "net.onnx": bytes }, options).then(
    () => "none",
    (error: Error) => error.message,
  );
}

const x = ["x"];

describe("refusals name the node, what came and what is supported", () => {
  const cases: Readonly<Record<string, readonly [GivenFile, RegExp]>> = {
    "an operator": [
      { nodes: [["LSTM", x, "y"]] },
      /^net\.onnx: node "LSTM_0" \(LSTM\): the operator LSTM is not supported; supported are Conv, pools, .*: export the model without it, or take a tensor before it with the option output$/,
    ],
    "quantized weights": [
      { nodes: [["QLinearConv", x, "y"]] },
      /node "QLinearConv_0" \(QLinearConv\): the operator QLinearConv is not supported/,
    ],
    "an attribute": [
      { nodes: [["Relu", x, "y", { alpha: 3 }]] },
      /node "Relu_0" \(Relu\): attribute "alpha" is not supported/,
    ],
    "a convolution of sequences": [
      { inputs: { x: ["N", 2, 6] }, nodes: [["Conv", ["x", "w"], "y"]], weights: { w: { dims: [3, 2, 3] } } },
      /expected a convolution of images, with a kernel of 4 axes, got one of 3 axes/,
    ],
    "another number of channels": [
      { nodes: [["Conv", ["x", "w"], "y"]], weights: { w: { dims: [3, 5, 3, 3] } } },
      /expected a kernel for 2 channels in 1 groups, got \[3,5,3,3\]/,
    ],
    "a kernel larger than the image": [
      { nodes: [["Conv", ["x", "w"], "y"]], weights: { w: { dims: [3, 2, 7, 7] } } },
      /node "Conv_0" \(Conv\): \[conv2d\] expected an input at least as large as the window of 7, got 6/,
    ],
    "a reshape that mixes images": [
      { nodes: [["Reshape", ["x", "s"], "y"]], weights: { s: ints(-1, 5) } },
      /node "Reshape_0" \(Reshape\): expected a shape that keeps the images of \[N, 2, 6, 6\] apart, got \[-1, 5\]/,
    ],
    "a mean over the images": [
      { nodes: [["ReduceMean", x, "y", { axes: [0] }]] },
      /expected it over axes of an image, got it over the images/,
    ],
    "a padded maximum of numbers that may be negative": [
      { nodes: [["MaxPool", x, "y", { kernel_shape: [3, 3], pads: [1, 1, 1, 1], strides: [2, 2] }]] },
      /padding \[1,1; 1,1\] of a maximum over numbers that may be negative is not supported/,
    ],
    "a quotient of whole numbers": [
      { inputType: "UINT8", nodes: [["Div", ["x", "w"], "y"]], weights: { w: { dims: [], data: [2], type: "UINT8" } } },
      /arithmetic on uint8 is not supported: cast it to float before/,
    ],
    "whole numbers cast to truth values": [
      { inputType: "INT32", nodes: [["Cast", x, "y", { to: 9 }]] },
      /a cast of numbers of the network to bool/,
    ],
    "a mean that is taken away alone": [
      { opset: 1, nodes: [["MeanVarianceNormalization", x, "y", { normalize_variance: 0 }]] },
      /normalize_variance 0 is not supported/,
    ],
    "numbers cast to whole ones": [
      { nodes: [["Cast", x, "y", { to: 7 }]] },
      /a cast of numbers of the network to int64/,
    ],
    "an input of any size": [
      { inputs: { x: ["N", 1, "height", "width"] }, nodes: [["Relu", x, "y"]] },
      /^net\.onnx: input "x": the file leaves its size open, \[\?, 1, \?, \?\]: give the option inputShape/,
    ],
    "several outputs": [
      {
        nodes: [
          ["Relu", x, "y"],
          ["Tanh", x, "z"],
        ],
        outputs: ["y", "z"],
      },
      /^net\.onnx: it has 2 outputs: choose one with the option output, "y" or "z"$/,
    ],
    "an output that needs no input": [
      { nodes: [["Constant", [], "y", { value: ints(1) }]] },
      /expected a graph that computes its output from an input, got none/,
    ],
    "operators of the future": [
      { nodes: [["Relu", x, "y"]], opset: 99 },
      /expected operators of version \(opset\) 1 to \d+, got 99/,
    ],
    "weights that are not finite": [
      { nodes: [["Conv", ["x", "w"], "y"]], weights: { w: { dims: [1, 2, 1, 1], data: [1, Number.NaN] } } },
      /node "Conv_0" \(Conv\): .*expected finite numbers as kernel of a layer conv2d, got NaN/,
    ],
  };

  test.each(Object.keys(cases))("%s", async (name) => {
    const [given, message] = cases[name]!;
    const text = await refusal(given);
    expect(text).toMatch(message);
    expect(text).toMatch(/^net\.onnx: [^\n]*$/);
  });
});

test("an output is chosen by its name; classes give way to their scores", async () => {
  const nodes = [
    ["Flatten", x, "f"],
    ["Gemm", ["f", "w"], "scores"],
    ["ArgMax", ["scores"], "label", { axis: 1 }],
    ["Softmax", ["scores"], "p"],
  ] as const;
  const weights = { w: { dims: [72, 3] } };
  const one = await importOnnx(onnxFile({ nodes, weights, outputs: ["label"] }));
  expect(one.notes[0]).toMatch(/^The model answers "scores"; left out: "label", which name classes/);
  const both = onnxFile({ nodes, weights, outputs: ["scores", "p", "label"] });
  expect(await refusal(both)).toMatch(/choose one with the option output, "scores", "p" or "label"/);
  const chosen = await importOnnx(both, { output: "p" });
  expect(chosen.model.layers.at(-1)!.config.activation).toBe("softmax");
  expect(await refusal(both, { output: "q" })).toMatch(
    /output: expected "scores", "p" or "label", or another tensor of the graph, got "q"/,
  );
});

test("the size of an input that the file leaves open", async () => {
  const file = onnxFile({ inputs: { x: ["N", 2, "h", "w"] }, nodes: [["Relu", x, "y"]] });
  const { model } = await importOnnx(file, { inputShape: [4, 5, 2] });
  expect(model.summaryData().layers[0]!.outputShape).toEqual([4, 5, 2]);
  expect(await refusal(file, { inputShape: [4, 5, 3] })).toMatch(/expected an inputShape that fits/);
});

describe("files that ask for more than they are", () => {
  test("a weight with a shape larger than its bytes", async () => {
    const file = onnxFile({
      nodes: [["Conv", ["x", "w"], "y"]],
      weights: { w: { dims: [1, 2, 30000, 30000], data: [1] } },
    });
    expect(await refusal(file)).toMatch(/tensor "w": expected 7200000000 bytes|expected a shape of up to 16 axes/);
  });

  test("constants out of nothing", async () => {
    const nodes = [
      ["ConstantOfShape", ["s"], "c"],
      ["Add", ["x", "c"], "y"],
    ] as const;
    expect(await refusal({ nodes, weights: { s: ints(1, 2, 20000, 20000) } })).toMatch(/makes more than \d+ numbers/);
    expect(await refusal({ nodes, weights: { s: ints(1, -2) } })).toMatch(/expected a shape of a constant/);
  });

  test("a constant that many nodes read", async () => {
    const rest = { weights: { w: { dims: [2, 2, 600, 600] } }, inputs: { x: ["N", 2, 600, 600] } };
    const casts = Array.from({ length: 60 }, (_, i) => ["Cast", ["w"], `c${i}`, { to: 11 }] as const);
    const sum = [["Sum", casts.map(([, , name]) => name), "s"] as const, ["Conv", ["x", "s"], "y"] as const];
    expect(await refusal({ nodes: [...casts, ...sum], ...rest })).toMatch(/makes more than \d+ numbers/);
    const convolutions = Array.from({ length: 60 }, (_, i) => ["Conv", ["x", "w"], `c${i}`] as const);
    const end = ["Sum", convolutions.map(([, , name]) => name), "y"] as const;
    expect(await refusal({ nodes: [...convolutions, end], ...rest })).toMatch(/makes more than \d+ numbers/);
  });

  test("products of thousands of products", async () => {
    const many = Array.from({ length: 20_000 }, () => "x");
    const nodes = [["Mul", many, "a"] as const, ["Mul", many.map(() => "a"), "y"] as const];
    const start = performance.now();
    expect(await refusal({ nodes })).toBe("none");
    expect(performance.now() - start).toBeLessThan(5_000);
  });

  test("an image without end, and one of no size", async () => {
    const nodes = [["LayerNormalization", ["x", "w"], "y", { axis: 1 }]] as const;
    const weights = { w: { dims: [1] } };
    const huge = { inputs: { x: ["N", 1, 65536, 65536] }, nodes, weights, opset: 17 };
    expect(await refusal(huge)).toMatch(/^net\.onnx: input "x": expected at most \d+ numbers/);
    const large = { inputs: { x: ["N", 1, 4096, 4096] }, nodes, weights, opset: 17 };
    expect(await refusal(large)).toMatch(/makes more than \d+ numbers/);
    expect(await refusal({ inputs: { x: ["N"] }, nodes: [["Relu", x, "y"]] })).toMatch(
      /^net\.onnx: input "x": expected images or vectors, got one axis/,
    );
  });

  test("layers without end", async () => {
    const pad = { nodes: [["Pad", ["x", "p"], "y"]] as const, weights: { p: ints(0, 0, 9e8, 9e8, 0, 0, 0, 0) } };
    expect(await refusal(pad)).toMatch(/expected an output of at most 67,108,864 numbers/);
  });

  test("a value that is computed from itself, or by two", async () => {
    const circle: GivenFile = {
      nodes: [
        ["Add", ["x", "b"], "a"],
        ["Relu", ["a"], "b"],
      ],
      outputs: ["b"],
    };
    expect(await refusal(circle)).toMatch(/^net\.onnx: "\w" is computed from itself/);
    const twice: GivenFile = {
      nodes: [
        ["Relu", x, "y"],
        ["Tanh", x, "y"],
      ],
    };
    expect(await refusal(twice)).toMatch(/expected one node that computes "y", got two/);
    expect(await refusal({ nodes: [["Add", ["x", "nothing"], "y"]] })).toMatch(
      /it needs "nothing", which no node computes/,
    );
  });

  test("graphs in graphs in graphs", async () => {
    let graph: GraphProto = create(GraphProtoSchema, {});
    for (let depth = 0; depth < 40; depth++)
      graph = create(GraphProtoSchema, { node: [{ attribute: [create(AttributeProtoSchema, { g: graph })] }] });
    expect(await refusal(toBinary(ModelProtoSchema, create(ModelProtoSchema, { graph })))).toMatch(
      /nested more than 24 deep/,
    );
  });

  test("a million parts in four megabytes", async () => {
    // Field 7, the graph, of empty nodes (field 1): two bytes each.
    const nodes = new Uint8Array(2_000_000).map((_, i) => (i % 2 === 0 ? 0x0a : 0));
    const length = [0x80, 0x89, 0x7a];
    const file = new Uint8Array(4 + nodes.length);
    file.set([0x3a, ...length]);
    file.set(nodes, 4);
    expect(await refusal(file)).toMatch(/it has more than 500000 parts/);
  });

  test("thousands of layers are no deeper than one", async () => {
    const nodes = Array.from({ length: 4_000 }, (_, i) => ["Relu", [i === 0 ? "x" : `r${i - 1}`], `r${i}`] as const);
    const { model } = await importOnnx(onnxFile({ nodes }));
    expect(model.layers.length).toBe(4_001);
  });
});

test("external data stay in the folder and within their file", async () => {
  const file = (location: string, offset: string) => {
    const model = create(ModelProtoSchema, {});
    model.irVersion = 7n;
    model.opsetImport = [create(ModelProtoSchema, { opsetImport: [{ version: 13n }] }).opsetImport[0]!];
    model.graph = create(GraphProtoSchema, {
      node: [{ opType: "Conv", name: "c", input: ["x", "w"], output: ["y"] }],
      input: [
        {
          name: "x",
          type: {
            value: {
              case: "tensorType",
              value: {
                elemType: 1,
                shape: { dim: [1n, 2n, 6n, 6n].map((value) => ({ value: { case: "dimValue" as const, value } })) },
              },
            },
          },
        },
      ],
      output: [{ name: "y" }],
      initializer: [
        {
          name: "w",
          dataType: 1,
          dims: [1n, 2n, 1n, 1n],
          dataLocation: 1,
          externalData: [
            { key: "location", value: location },
            { key: "offset", value: offset },
            { key: "length", value: "8" },
          ],
        },
      ],
    });
    return toBinary(ModelProtoSchema, model);
  };
  const given = (location: string, offset: string) =>
    importOnnx({ "net.onnx": file(location, offset), "w.bin": new Uint8Array(16) }).then(
      () => "none",
      (error: Error) => error.message,
    );
  expect(await given("w.bin", "8")).toBe("none");
  expect(await given("w.bin", "9")).toMatch(/tensor "w": expected its data at bytes 9 to 17 of "w\.bin", which has 16/);
  expect(await given("w.bin", "1e3")).toMatch(/expected a whole number as offset/);
  expect(await given("../w.bin", "0")).toMatch(/outside of its folder/);
  expect(await given("v.bin", "0")).toMatch(/it keeps weights in another file: .*which was not given/);
});
