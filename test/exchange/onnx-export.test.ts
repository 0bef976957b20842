import { fromBinary, toBinary } from "@bufbuild/protobuf";
import { expect, test } from "vitest";
import { exportOnnx, importOnnx } from "../../src/exchange.ts";
import { ModelProtoSchema } from "../../src/formats/onnx/schema.ts";
import type { SymbolicTensor } from "../../src/index.ts";
import * as lenet5 from "../../src/index.ts";
import { expectDigitsAlike, expectOnnxAlike } from "./onnx-alike.ts";
import { channelsFirst, onnxOutputs } from "./onnxruntime.ts";

const { conv2d, conv2dTranspose, dense, flatten, permute, reshape } = lenet5;
const pooled = (x: SymbolicTensor) => lenet5.globalAveragePooling2d()(x);

/** Options of layers, and places of layers, whose operators differ from those of test/members/layer-samples.ts. */
const samples: Record<string, (x: SymbolicTensor) => SymbolicTensor | SymbolicTensor[]> = {
  "a convolution with padding and strides": conv2d({ filters: 2, kernelSize: [3, 2], strides: 2, padding: "same" }),
  "a convolution with dilation": conv2d({ filters: 2, kernelSize: 2, padding: "same", dilationRate: [2, 3] }),
  "a convolution in groups, without bias": conv2d({ filters: 6, kernelSize: 2, groups: 3, useBias: false }),
  "a depthwise convolution with dilation": lenet5.depthwiseConv2d({ kernelSize: 2, dilationRate: 2, useBias: false }),
  "a separable convolution with padding": lenet5.separableConv2d({
    filters: 2,
    kernelSize: 3,
    strides: 2,
    padding: "same",
  }),
  "a transposed convolution, same": conv2dTranspose({ filters: 2, kernelSize: 3, strides: 2, padding: "same" }),
  "a transposed convolution, strides above the kernel": conv2dTranspose({
    filters: 2,
    kernelSize: [1, 2],
    strides: 3,
    padding: "same",
  }),
  "a transposed convolution, valid": conv2dTranspose({ filters: 2, kernelSize: 2, strides: 3, useBias: false }),
  "a transposed convolution with dilation": conv2dTranspose({
    filters: 2,
    kernelSize: 2,
    dilationRate: 2,
    padding: "same",
  }),
  "pooling with strides beyond the window": lenet5.maxPooling2d({ poolSize: 2, strides: 3, padding: "same" }),
  "global pooling": pooled,
  "the largest of each map": lenet5.globalMaxPooling2d(),
  "rows repeated": lenet5.upSampling2d({ size: [2, 3] }),
  "sums of a window": lenet5.subsampling2d({ poolSize: 2, activation: "linear" }),
  ReLU: lenet5.relu(),
  "ReLU with a slope": lenet5.relu({ negativeSlope: 0.5 }),
  "ReLU with a limit": lenet5.relu({ maxValue: 0.5 }),
  "ReLU with a threshold": lenet5.relu({ threshold: 0.3 }),
  "ReLU with a threshold and a limit": lenet5.relu({ threshold: 0.3, maxValue: 0.6 }),
  "ReLU with a threshold and a slope": lenet5.relu({ threshold: 0.3, negativeSlope: 0.5 }),
  "ReLU with a slope and a limit": lenet5.relu({ negativeSlope: 0.5, maxValue: 0.5 }),
  "a slope of every element": lenet5.prelu({ alphaInitializer: { uniform: [-1, 1] } }),
  "a slope of every map": lenet5.prelu({ alphaInitializer: { uniform: [-1, 1] }, sharedAxes: [1, 2] }),
  "probabilities at every position": lenet5.softmax(),
  "log-probabilities at every position": lenet5.activation({ activation: "log_softmax" }),
  "instance normalization": lenet5.groupNormalization({ groups: -1, gammaInitializer: { uniform: [1, 2] } }),
  "a normalization of a vector": (x) => lenet5.layerNormalization({ scale: false })(pooled(x)),
  "a normalization of a vector in groups": (x) => lenet5.groupNormalization({ groups: 6, center: false })(flatten()(x)),
  "a unit vector": (x) => lenet5.unitNormalization()(pooled(x)),
  "a batch normalization of a vector": (x) => lenet5.batchNormalization({ center: false })(pooled(x)),
  "a batch normalization without gamma": lenet5.batchNormalization({ scale: false }),
  "a scale alone": lenet5.rescaling({ scale: 0.5 }),
  "an offset alone": lenet5.rescaling({ scale: 1, offset: 0.5 }),
  "flatten, dropout, dense": (x) =>
    dense({ units: 3, activation: "softmax" })(lenet5.dropout({ rate: 0.5 })(flatten()(x))),
  "flatten as an output": (x) => flatten()(x),
  "a flatten that a dense layer and the user read": (x) => {
    const flat = flatten()(x);
    return [flat, dense({ units: 2 })(flat)];
  },
  "a flatten for two dense layers": (x) => {
    const flat = flatten()(flatten()(x));
    return [dense({ units: 2, useBias: false })(flat), lenet5.rbf({ units: 2 })(flat)];
  },
  "an activation between flatten and dense": (x) =>
    dense({ units: 3 })(lenet5.prelu({ alphaInitializer: { uniform: [-1, 1] } })(flatten()(x))),
  "one dense layer after flatten and after another order": (x) => {
    const shared = dense({ units: 3, name: "shared" });
    return [shared(flatten()(x)), shared(reshape({ targetShape: [90] })(permute({ dims: [2, 1, 3] })(x)))];
  },
  "a shared convolution": (x) => {
    const shared = conv2d({ filters: 3, kernelSize: 1, name: "shared" });
    return [shared(x), shared(lenet5.activation({ activation: "tanh" })(x))];
  },
  "tables and back": (x) => {
    const table = reshape({ targetShape: [15, 6] })(x);
    const turned = permute({ dims: [2, 1] })(table);
    return [table, turned, reshape({ targetShape: [2, 5, 9] })(turned), reshape({ targetShape: [90] })(turned)];
  },
  "channels of a table": (x) => {
    const table = reshape({ targetShape: [15, 6] })(x);
    const normal = lenet5.batchNormalization()(lenet5.activation({ activation: "softmax" })(table));
    const parts = [lenet5.channelSlice({ start: 2 })(normal), lenet5.groupNormalization({ groups: 2 })(table)];
    return lenet5.concatenate()(parts);
  },
  "images of one row, of one channel": (x) => {
    const row = reshape({ targetShape: [1, 30, 3] })(x);
    const grey = reshape({ targetShape: [10, 9, 1] })(x);
    return [
      flatten()(row),
      flatten()(grey),
      reshape({ targetShape: [6, 15, 1] })(grey),
      permute({ dims: [3, 1, 2] })(grey),
    ];
  },
  "tensors of fewer axes, repeated": (x) => {
    const table = reshape({ targetShape: [5, 3] })(
      lenet5.channelSlice({ start: 0, count: 15 })(reshape({ targetShape: [90] })(x)),
    );
    return [lenet5.add()([pooled(x), x, table]), lenet5.multiply()([table, pooled(x)]), lenet5.average()([x, x])];
  },
  "a layer that does nothing at the end": (x) => [
    lenet5.dropout({ rate: 0.5 })(x),
    lenet5.gaussianNoise({ stddev: 0.5 })(x),
  ],
  "one tensor as two outputs": (x) => {
    const y = pooled(x);
    return [y, y, x];
  },
  "names that tensors inside would take": (x) => {
    const first = conv2d({ filters: 3, kernelSize: 1, activation: "tanh", name: "A b:c" });
    return [first(x), pooled(first(x)), lenet5.activation({ activation: "relu", name: "A b:c_1" })(first(x))];
  },
};

test.each(Object.keys(samples))("%s", async (name) => {
  const image = lenet5.input({ shape: [6, 5, 3], name: "image" });
  const outputs = samples[name]!(image);
  await expectOnnxAlike(
    lenet5.model<SymbolicTensor | SymbolicTensor[], SymbolicTensor>({ inputs: image, outputs, seed: 3 }),
  );
});

test("several inputs, one of them an output too", async () => {
  const [left, right] = [lenet5.input({ shape: [4, 3, 2], name: "left" }), lenet5.input({ shape: [5] })];
  const both = dense({ units: 3, name: "both" })(lenet5.concatenate()([flatten()(left), right]));
  await expectOnnxAlike(lenet5.model({ inputs: [left, right], outputs: [both, left, right] }));
});

test.each(["article", "modern", "1998"] as const)("the network %s answers 100 digits alike", async (network) => {
  await expectDigitsAlike(await lenet5.pretrained({ network }), 100);
});

const prepared = lenet5.lenet5();
prepared.reading = { preparation: { size: [28, 28], padding: 2, framing: "mnist" }, classNames: [..."0123456789"] };

test("withPreparation takes the bytes of a picture, scales and pads them", async () => {
  for (const layout of ["nchw", "nhwc"] as const) {
    const { bytes, notes } = await exportOnnx(prepared, { layout, withPreparation: true });
    expect(notes.join()).toContain("takes bytes of 28x28 pixels, scales and pads them. Finding and centring the ink");
    const { images } = lenet5.digits({ train: 20, test: 0, size: 28 }).train;
    const given = images as lenet5.Tensor<Uint8Array>;
    const [output] = await onnxOutputs(bytes, { image: layout === "nchw" ? channelsFirst(given) : given });
    const wanted = (await prepared.predict(lenet5.digits({ train: 20, test: 0 }).train.images)).data;
    const got = output!.data;
    expect(Math.max(...got.map((value, i) => Math.abs(value - wanted[i]!)))).toBeLessThan(1e-5);
  }
});

test("a file comes back with names and preparation, with withPreparation for bytes without padding", async () => {
  const whole = (await importOnnx((await exportOnnx(prepared)).bytes)).model;
  expect(whole.reading).toEqual(prepared.reading);
  const { model } = await importOnnx((await exportOnnx(prepared, { withPreparation: true })).bytes);
  const preparation = { ...prepared.reading!.preparation!, padding: 0, scale: 1 };
  expect(model.reading).toEqual({ ...prepared.reading, preparation });
  const bytes = lenet5.digits({ train: 20, test: 0, size: 28 }).train.images;
  const got = (await (model as lenet5.Model).predict({ shape: bytes.shape, data: bytes.data })).data;
  const wanted = (await prepared.predict(lenet5.digits({ train: 20, test: 0 }).train.images)).data;
  expect(Math.max(...got.map((value, i) => Math.abs(value - wanted[i]!)))).toBeLessThan(1e-5);
});

test("a file whose weights were changed is refused by its test vector", async () => {
  const file = fromBinary(ModelProtoSchema, (await exportOnnx(prepared)).bytes);
  const kernel = file.graph!.initializer.find(({ name }) => name === "F6/kernel")!;
  kernel.rawData.fill(0);
  await expect(importOnnx(toBinary(ModelProtoSchema, file))).rejects.toThrow("answers its test vector");
  kernel.rawData.fill(255);
  await expect(importOnnx(toBinary(ModelProtoSchema, file))).rejects.toThrow(
    /^model file: node "F6\/Gemm" \(Gemm\): expected finite numbers .*got NaN/,
  );
});

test("withPreparation needs one that fits", async () => {
  const bare = lenet5.lenet5();
  await expect(exportOnnx(bare, { withPreparation: true })).rejects.toThrow("got none: set model.reading");
  bare.reading = { preparation: { size: [28, 28] } };
  await expect(exportOnnx(bare, { withPreparation: true })).rejects.toThrow("expected one input [28, 28, 1]");
});

test("what a file tells: producer, opset, the batch, names, classes", async () => {
  const { bytes } = await exportOnnx(prepared);
  const file = fromBinary(ModelProtoSchema, bytes);
  expect([file.irVersion, file.opsetImport[0]!.version, file.producerName]).toEqual([7n, 13n, "lenet5"]);
  expect(file.graph!.node.map(({ opType }) => opType)).toEqual([
    "Conv",
    "Tanh",
    "AveragePool",
    "Conv",
    "Tanh",
    "AveragePool",
    "Conv",
    "Tanh",
    "Flatten",
    "Gemm",
    "Tanh",
    "Gemm",
    "Softmax",
  ]);
  expect(file.graph!.node.map(({ output: [name] }) => name).slice(0, 4)).toEqual(["C1/Conv", "C1", "S2", "C3/Conv"]);
  const { type } = file.graph!.input[0]!;
  expect(JSON.stringify(type, (_, value) => (typeof value === "bigint" ? Number(value) : value))).toContain('"N"');
  const metadata = Object.fromEntries(file.metadataProps.map(({ key, value }) => [key, value]));
  expect(metadata.class_names).toBe(JSON.stringify([..."0123456789"]));
  expect(JSON.parse(metadata["lenet5.outputs"]!)).toEqual([{ name: "output", kind: "probabilities" }]);
  expect(file.docString).toContain(
    "image: [N, channels, rows, columns]: 28x28 bytes divided by 255, with 2 rows and columns of 0 on each side, light ink, centred as in MNIST",
  );
  expect(file.docString).toContain("output: probabilities of 0, 1, 2");
});

test("what stays behind is said", async () => {
  const image = lenet5.input({ shape: [4, 4, 1] });
  const hidden = dense({ units: 4, kernelRegularizer: "l2", name: "hidden" })(flatten()(image));
  const model = lenet5.model({ inputs: image, outputs: lenet5.dropout({ rate: 0.1, name: "drop" })(hidden) });
  model.compile({ loss: "mse" });
  expect((await exportOnnx(model, { layout: "nhwc" })).notes).toEqual([
    "The optimizer with its state, losses and metrics stay behind: an ONNX file is for inference.",
    'Left out, since they pass their input in inference: "drop".',
    'Penalties and constraints stay behind, of "hidden".',
  ]);
});

test("custom layers, weights that are not finite and unknown options are refused", async () => {
  const double = lenet5.defineLayer("double", { call: (x) => lenet5.ops.add(x, x) });
  const image = lenet5.input({ shape: [4] });
  const made = lenet5.model({ inputs: image, outputs: double({ name: "twice" })(image) });
  await expect(exportOnnx(made)).rejects.toThrow('layer "twice" is of the custom type "double"');
  const broken = lenet5.model({ inputs: image, outputs: dense({ units: 1, name: "end" })(image) });
  broken.getLayer("end").variables.get("kernel")!.value[2] = Number.NaN;
  await expect(exportOnnx(broken)).rejects.toThrow('expected finite weights, got NaN in "end/kernel"');
  await expect(exportOnnx(broken, { layout: "chw" as "nchw" })).rejects.toThrow('expected "nchw" or "nhwc"');
});
