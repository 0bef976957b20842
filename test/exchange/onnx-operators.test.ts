import { expect, test } from "vitest";
import { random } from "../../src/core/random.ts";
import { sizeOf, type Tensor } from "../../src/core/tensor.ts";
import { importOnnx } from "../../src/exchange.ts";
import type { Model } from "../../src/index.ts";
import { type GivenFile, ints, onnxFile } from "./onnx-files.ts";
import { channelsFirst, onnxOutputs } from "./onnxruntime.ts";

/** What onnxruntime and the imported model compute of the same images, the former channels last if it has images. */
async function both(
  given: GivenFile,
  count = 2,
): Promise<{ model: Model; mine: Tensor<Float32Array>; theirs: Tensor<Float32Array> }> {
  const file = onnxFile(given);
  const model = (await importOnnx(file, { threads: 1 })).model as Model;
  const stream = random(7, "images");
  const { shape } = model.inputs;
  const isByte = given.inputType === "UINT8";
  const data = Float32Array.from({ length: count * sizeOf(shape) }, () =>
    isByte ? stream.integer(256) : stream.uniform() * 2 - 1,
  );
  const images: Tensor<Float32Array> = { shape: [count, ...shape], data };
  const dims = Object.values(given.inputs ?? { x: ["N", 2, 6, 6] })[0]!;
  const isLast = dims.length === 4 && dims.slice(1).join() === shape.join();
  const turned = isLast ? images : channelsFirst(images);
  const asked = {
    shape: dims.map((size, axis) => (axis === 0 && typeof size === "string" ? count : Number(size))),
    data: turned.data,
  };
  const given8 = isByte ? { ...asked, data: Uint8Array.from(asked.data) } : asked;
  const [theirs] = await onnxOutputs(file, { x: given8 as Tensor<Float32Array> });
  const mine = await model.predict(images);
  return { model, mine, theirs: isLast ? theirs! : lastOf(theirs!) };
}

function lastOf(tensor: Tensor<Float32Array>): Tensor<Float32Array> {
  if (tensor.shape.length !== 4) return tensor;
  const [N, C, H, W] = tensor.shape as [number, number, number, number];
  const data = tensor.data.map((_, i) => {
    const [channel, position, image] = [i % C, Math.floor(i / C) % (H * W), Math.floor(i / C / H / W)];
    return tensor.data[(image * C + channel) * H * W + position]!;
  });
  return { shape: [N, H, W, C], data };
}

const conv = { w: { dims: [3, 2, 3, 3] }, b: { dims: [3] } };
const x = ["x"];

const cases: Readonly<Record<string, GivenFile>> = {
  "a convolution with padding before the image": {
    nodes: [["Conv", ["x", "w", "b"], "y", { pads: [2, 0, 1, 1], strides: [2, 1] }]],
    weights: conv,
  },
  "a convolution with SAME_UPPER and strides": {
    nodes: [["Conv", ["x", "w"], "y", { auto_pad: "SAME_UPPER", strides: [2, 2], kernel_shape: [2, 3] }]],
    weights: { w: { dims: [3, 2, 2, 3] } },
  },
  "a convolution with SAME_LOWER and an even kernel": {
    nodes: [["Conv", ["x", "w"], "y", { auto_pad: "SAME_LOWER" }]],
    weights: { w: { dims: [3, 2, 4, 2] } },
  },
  "a dilated convolution": {
    nodes: [["Conv", ["x", "w", "b"], "y", { dilations: [2, 1], pads: [2, 1, 2, 1] }]],
    weights: conv,
  },
  "a convolution in groups": {
    inputs: { x: ["N", 4, 5, 5] },
    nodes: [["Conv", ["x", "w"], "y", { group: 2 }]],
    weights: { w: { dims: [6, 2, 2, 2] } },
  },
  "a depthwise convolution with two maps for each channel": {
    nodes: [
      ["Conv", ["x", "w", "b"], "c", { group: 2 }],
      ["Mul", ["c", "s"], "y"],
    ],
    weights: { w: { dims: [4, 1, 3, 2] }, b: { dims: [4] }, s: { dims: [1, 4, 1, 1] } },
  },
  "a bias and a scale for each map become part of the convolution": {
    nodes: [
      ["Conv", ["x", "w"], "c"],
      ["Add", ["c", "a"], "d"],
      ["Mul", ["s", "d"], "e"],
      ["Relu", ["e"], "y"],
    ],
    weights: { ...conv, a: { dims: [3, 1, 1] }, s: { dims: [1, 3, 1, 1] } },
  },
  "a transposed convolution with padding": {
    nodes: [
      ["ConvTranspose", ["x", "w", "b"], "c", { strides: [2, 2], pads: [1, 0, 1, 2], output_padding: [1, 0] }],
      ["Add", ["c", "a"], "y"],
    ],
    weights: { w: { dims: [2, 3, 3, 3] }, b: { dims: [3] }, a: { dims: [3, 1, 1] } },
  },
  "the mean with and without the padding": {
    nodes: [
      ["AveragePool", x, "a", { kernel_shape: [3, 3], pads: [1, 1, 1, 1], count_include_pad: 1 }],
      ["AveragePool", x, "b", { kernel_shape: [3, 3], pads: [1, 1, 1, 1] }],
      ["Concat", ["a", "b"], "y", { axis: 1 }],
    ],
  },
  "a padded maximum after a rectifier": {
    nodes: [
      ["Relu", x, "r"],
      ["MaxPool", ["r"], "y", { kernel_shape: [3, 3], pads: [1, 1, 1, 1], strides: [2, 2] }],
    ],
  },
  "ceil_mode where it adds a window": {
    inputs: { x: ["N", 2, 7, 7] },
    nodes: [["MaxPool", x, "y", { kernel_shape: [2, 2], strides: [2, 2], ceil_mode: 1 }]],
  },
  "pads that no window reaches": {
    inputs: { x: ["N", 2, 5, 5] },
    nodes: [["MaxPool", x, "y", { kernel_shape: [2, 2], strides: [2, 2], pads: [0, 0, 0, 0], ceil_mode: 0 }]],
  },
  "CNTK's network": {
    inputs: { x: [2, 1, 8, 8] },
    listsWeights: true,
    ir: 3,
    opset: 8,
    nodes: [
      ["Reshape", ["fc", "shape2"], "matrix"],
      ["Div", ["x", "byte"], "x1"],
      ["Conv", ["x1", "w"], "c", { auto_pad: "SAME_UPPER", kernel_shape: [5, 5], group: 1, dilations: [1, 1] }],
      ["Add", ["c", "b"], "d"],
      ["Relu", ["d"], "e"],
      ["MaxPool", ["e"], "f", { auto_pad: "NOTSET", kernel_shape: [2, 2], strides: [2, 2], pads: [0, 0, 0, 0] }],
      ["Reshape", ["f", "shape"], "g"],
      ["MatMul", ["g", "matrix"], "h"],
      ["Add", ["h", "bias"], "y"],
    ],
    weights: {
      byte: { dims: [1], data: [255] },
      w: { dims: [4, 1, 5, 5] },
      b: { dims: [4, 1, 1] },
      fc: { dims: [4, 4, 4, 3] },
      shape: ints(2, 64),
      shape2: ints(64, 3),
      bias: { dims: [1, 3] },
    },
  },
  "the flattening of an old tracer": {
    opset: 9,
    nodes: [
      ["Shape", x, "s"],
      ["Constant", [], "zero", { value: { dims: [], data: [0], type: "INT64" } }],
      ["Gather", ["s", "zero"], "n", { axis: 0 }],
      ["Unsqueeze", ["n"], "n1", { axes: [0] }],
      ["Constant", [], "rest", { value: ints(-1) }],
      ["Concat", ["n1", "rest"], "t", { axis: 0 }],
      ["Reshape", ["x", "t"], "f"],
      ["Gemm", ["f", "w", "b"], "y", { transB: 1, alpha: 0.5, beta: { float: 2 } }],
    ],
    weights: { w: { dims: [3, 72] }, b: { dims: [3] } },
  },
  "batch normalization of a flattened image": {
    nodes: [
      ["Flatten", x, "f"],
      ["BatchNormalization", ["f", "g", "b", "m", "v"], "n", { epsilon: 0.01 }],
      ["MatMul", ["n", "w"], "y"],
    ],
    weights: {
      g: { dims: [72] },
      b: { dims: [72] },
      m: { dims: [72] },
      v: { dims: [72], data: Array.from({ length: 72 }, (_, i) => 0.5 + i / 72) },
      w: { dims: [72, 3] },
    },
  },
  "numbers for each feature of a flattened image": {
    nodes: [
      ["Flatten", x, "f"],
      ["Sub", ["b", "f"], "d"],
      ["Div", ["d", "s"], "y"],
    ],
    weights: { b: { dims: [1, 72] }, s: { dims: [72], data: Array.from({ length: 72 }, (_, i) => 1 + i) } },
  },
  "transposed images, flattened": {
    nodes: [
      ["Transpose", x, "t", { perm: [0, 2, 3, 1] }],
      ["Flatten", ["t"], "f"],
      ["Gemm", ["f", "w"], "y"],
    ],
    weights: { w: { dims: [72, 3] } },
  },
  "the channels of a transposed image": {
    inputs: { x: ["N", 4, 5, 3] },
    nodes: [
      ["Transpose", x, "t", { perm: [0, 3, 1, 2] }],
      ["Conv", ["t", "w"], "c"],
      ["Transpose", ["c"], "u", { perm: [0, 2, 3, 1] }],
      ["Add", ["u", "b"], "v"],
      ["Softmax", ["v"], "y"],
    ],
    weights: { w: { dims: [4, 3, 2, 2] }, b: { dims: [4] } },
  },
  bytes: {
    inputType: "UINT8",
    nodes: [
      ["Cast", x, "f", { to: 1 }],
      ["Div", ["f", "byte"], "g"],
      ["Sub", ["g", "mean"], "h"],
      ["Conv", ["h", "w"], "y"],
    ],
    weights: { ...conv, byte: { dims: [], data: [255] }, mean: { dims: [1, 2, 1, 1] } },
  },
  "half precision that is cast": {
    nodes: [
      ["Cast", ["h"], "w", { to: 1 }],
      ["Conv", ["x", "w"], "y"],
    ],
    weights: { h: { dims: [1, 2, 2, 2], data: [15360, 14336, 48128, 0, 1, 33792, 16000, 17000], type: "FLOAT16" } },
  },
  rectifiers: {
    nodes: [
      ["LeakyRelu", x, "a", { alpha: 0.1 }],
      ["PRelu", ["a", "s"], "b"],
      ["ThresholdedRelu", x, "c", { alpha: 0.25 }],
      ["Clip", ["x", "low", "high"], "d"],
      ["Elu", x, "e", { alpha: 0.5 }],
      ["Selu", x, "f"],
      ["Concat", ["b", "c", "d", "e", "f"], "y", { axis: 1 }],
    ],
    weights: { s: { dims: [2, 1, 1] }, low: { dims: [], data: [-0.25] }, high: { dims: [], data: [0.5] } },
  },
  "a slope for each position, and one for all": {
    nodes: [
      ["PRelu", ["x", "s"], "a"],
      ["PRelu", ["a", "one"], "y"],
    ],
    weights: { s: { dims: [1, 6, 6] }, one: { dims: [1] } },
  },
  sigmoids: {
    nodes: [
      ["HardSigmoid", x, "a"],
      ["Sigmoid", x, "b"],
      ["Softplus", x, "c"],
      ["Softsign", x, "d"],
      ["Exp", x, "e"],
      ["Tanh", x, "f"],
      ["Sum", ["a", "b", "c", "d", "e", "f"], "y"],
    ],
  },
  "limits on one side": {
    nodes: [
      ["Clip", ["x", "", "high"], "a"],
      ["Clip", ["x", "low"], "b"],
      ["Max", ["a", "b"], "c"],
      ["Min", ["c", "small"], "y"],
    ],
    weights: {
      low: { dims: [], data: [-0.5] },
      high: { dims: [], data: [0.5] },
      small: { dims: [1], data: [0.25] },
    },
  },
  "an old softmax over all that follows": {
    opset: 11,
    nodes: [["Softmax", x, "y"]],
  },
  "a softmax over the columns": {
    nodes: [["Softmax", x, "y", { axis: 3 }]],
  },
  "the logarithm of a softmax": {
    nodes: [
      ["Flatten", x, "f"],
      ["Gemm", ["f", "w"], "g"],
      ["Softmax", ["g"], "s", { axis: 1 }],
      ["Log", ["s"], "y"],
    ],
    weights: { w: { dims: [72, 4] } },
  },
  "channels weighted by their means": {
    nodes: [
      ["GlobalAveragePool", x, "g"],
      ["Conv", ["g", "w"], "h"],
      ["Sigmoid", ["h"], "s"],
      ["Mul", ["x", "s"], "y"],
    ],
    weights: { w: { dims: [2, 2, 1, 1] } },
  },
  "positions weighted by a map": {
    nodes: [
      ["Conv", ["x", "w"], "m"],
      ["Sub", ["x", "m"], "y"],
    ],
    weights: { w: { dims: [1, 2, 1, 1] } },
  },
  "the mean of rows and columns": {
    nodes: [
      ["ReduceMean", x, "a", { axes: [2, 3], keepdims: 0 }],
      ["GlobalMaxPool", x, "b"],
      ["Squeeze", ["b", "axes"], "c"],
      ["Concat", ["a", "c"], "y", { axis: -1 }],
    ],
    weights: { axes: ints(2, 3) },
  },
  "the mean over channels": {
    nodes: [["ReduceMean", x, "y", { axes: [1], keepdims: 1 }]],
  },
  "the maximum over columns": {
    nodes: [["ReduceMax", x, "y", { axes: [-1], keepdims: 0 }]],
  },
  "two vectors of images joined": {
    nodes: [
      ["Flatten", x, "a"],
      ["Relu", ["a"], "b"],
      ["Concat", ["a", "b"], "c", { axis: 1 }],
      ["Gemm", ["c", "w"], "y", { transB: 1 }],
    ],
    weights: { w: { dims: [3, 144] } },
  },
  "rows cut off and added": {
    nodes: [
      ["Pad", ["x", "pads"], "p"],
      ["Slice", ["p", "starts", "ends", "axes"], "s"],
      ["Split", ["s"], ["a", "b"], { axis: 1 }],
      ["Add", ["a", "b"], "y"],
    ],
    weights: { pads: ints(0, 0, -1, 2, 0, 0, 1, 0), starts: ints(1, -4), ends: ints(6, 9999), axes: ints(2, 3) },
  },
  "a product at each position": {
    nodes: [
      ["MatMul", ["x", "w"], "m"],
      ["Add", ["m", "b"], "y"],
    ],
    weights: { w: { dims: [6, 4] }, b: { dims: [4] } },
  },
  "images made larger": {
    nodes: [
      [
        "Resize",
        ["x", "", "scales"],
        "a",
        { mode: "nearest", coordinate_transformation_mode: "asymmetric", nearest_mode: "floor" },
      ],
      ["Resize", ["x", "", "scales"], "b", { mode: "linear" }],
      ["Add", ["a", "b"], "y"],
    ],
    weights: { scales: { dims: [4], data: [1, 1, 2, 3] } },
  },
  arithmetic: {
    nodes: [
      ["Neg", x, "a"],
      ["Pow", ["x", "two"], "b"],
      ["Mean", ["a", "b", "x"], "c"],
      ["Mul", ["c", "x"], "d"],
      ["Sub", ["d", "b"], "e"],
      ["Mul", ["e", "two"], "f"],
      ["Add", ["f", "two"], "y"],
    ],
    weights: { two: { dims: [], data: [2] } },
  },
  "a normalization of groups": {
    inputs: { x: ["N", 4, 5, 3] },
    nodes: [
      ["Reshape", ["x", "shape"], "a"],
      ["InstanceNormalization", ["a", "one", "zero"], "b"],
      ["Shape", x, "s"],
      ["Reshape", ["b", "s"], "c"],
      ["Mul", ["c", "g"], "d"],
      ["Add", ["d", "h"], "y"],
    ],
    weights: {
      shape: ints(0, 2, -1),
      one: { dims: [2], data: [1, 1] },
      zero: { dims: [2], data: [0, 0] },
      g: { dims: [4, 1, 1] },
      h: { dims: [4, 1, 1] },
    },
  },
  "GELU before it was an operator": {
    nodes: [
      ["Div", ["x", "root"], "a"],
      ["Erf", ["a"], "b"],
      ["Add", ["b", "one"], "c"],
      ["Mul", ["x", "c"], "d"],
      ["Mul", ["d", "half"], "y"],
    ],
    weights: {
      root: { dims: [], data: [Math.SQRT2] },
      one: { dims: [], data: [1] },
      half: { dims: [], data: [0.5] },
    },
  },
  "an image without an axis of images": {
    inputs: { x: [6, 6] },
    nodes: [
      ["Unsqueeze", ["x", "axes"], "a"],
      ["Conv", ["a", "w"], "b"],
      ["Reshape", ["b", "shape"], "c"],
      ["MatMul", ["c", "m"], "y"],
    ],
    weights: { axes: ints(0, 1), w: { dims: [2, 1, 3, 3] }, shape: ints(1, 32), m: { dims: [32, 3] } },
  },
  "maps without an axis of images": {
    inputs: { x: [1, 6, 6] },
    nodes: [
      ["Unsqueeze", ["x", "axis"], "a"],
      ["Conv", ["a", "w", "b"], "c"],
      ["Squeeze", ["c", "axis"], "d"],
      ["Unsqueeze", ["d", "axis"], "e"],
      ["MaxPool", ["e"], "f", { kernel_shape: [2, 2], strides: [2, 2] }],
      ["Squeeze", ["f", "axis"], "g"],
      ["Reshape", ["g", "shape"], "h"],
      ["MatMul", ["h", "m"], "i"],
      ["Add", ["i", "bias"], "j"],
      ["Softmax", ["j"], "y", { axis: -1 }],
    ],
    weights: {
      axis: ints(0),
      w: { dims: [2, 1, 3, 3] },
      b: { dims: [2] },
      shape: ints(-1),
      m: { dims: [8, 3] },
      bias: { dims: [3] },
    },
  },
  "nodes in another order": {
    nodes: [
      ["Relu", ["c"], "y"],
      ["Conv", ["x", "w", "b"], "c"],
    ],
    outputs: ["y"],
    weights: conv,
  },
};

test("before opset 7, a list of slopes has one for each channel", async () => {
  const inputs = { x: ["N", 2, 3, 2] };
  const file = (opset: number, dims: readonly number[]) =>
    onnxFile({ inputs, opset, nodes: [["PRelu", ["x", "s"], "y"]], weights: { s: { dims, data: [0.5, 0.25] } } });
  const images = { shape: [1, 3, 2, 2], data: Float32Array.from({ length: 12 }, (_, i) => -i) };
  const [old, now] = await Promise.all(
    [file(6, [2]), file(7, [2, 1, 1])].map(async (bytes) => {
      const { model } = await importOnnx(bytes, { threads: 1 });
      return (await (model as Model).predict(images)).data;
    }),
  );
  expect(old).toEqual(now);
});

test.each(Object.keys(cases))("%s", async (name) => {
  const given = cases[name]!;
  const alone = typeof given.inputs?.x?.[0] === "number" && given.inputs.x.length < 4;
  const { mine, theirs } = await both(given, alone ? 1 : 2);
  const largest = theirs.data.reduce((most: number, value) => Math.max(most, Math.abs(value)), 1);
  expect(mine.data.length).toBe(theirs.data.length);
  mine.data.forEach((value, i) => {
    expect(Math.abs(value - theirs.data[i]!)).toBeLessThan(1e-5 * largest);
  });
});
