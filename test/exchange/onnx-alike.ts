import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "vitest";
import { exportOnnx, type OnnxOptions } from "../../src/exchange.ts";
import { digits, type Model, type SymbolicTensor, type Tensor } from "../../src/index.ts";
import { graphOf } from "../../src/model/graph.ts";
import type { OneOrMore } from "../../src/model/model-options.ts";
import { noise } from "../engine/as-oracle.ts";
import { channelsFirst, onnxOutputs } from "./onnxruntime.ts";

/** float32 in another order, of networks this small. */
const TOLERANCE = 1e-5;

/** A folder for the files, with inputs and outputs as JSON, for parity/onnx_checker.py. */
const folder = process.env.LENET5_ONNX_FILES;

/**
 * Compares what onnxruntime computes from the exported file with the model's own outputs, for one image and several, with
 * channels first and last.
 */
export async function expectOnnxAlike(model: Model | Model<OneOrMore, OneOrMore>): Promise<void> {
  for (const layout of ["nchw", "nhwc"] as const) {
    const { bytes } = await exportOnnx(model, { layout });
    for (const count of [1, 3])
      expect(await onnxDifference(model, bytes, count, layout), layout).toBeLessThan(TOLERANCE);
  }
}

/** The largest difference of onnxruntime's outputs from the model's, as a share of the largest number (of 1 at least). */
async function onnxDifference(
  model: Model | Model<OneOrMore, OneOrMore>,
  file: Uint8Array,
  count: number,
  layout: OnnxOptions["layout"],
): Promise<number> {
  const list = (tensors: OneOrMore): readonly SymbolicTensor[] => ("shape" in tensors ? [tensors] : tensors);
  const { inputs, inputNames } = graphOf(list(model.inputs), list(model.outputs));
  const inFile = (tensor: Tensor<Float32Array>) => (layout === "nchw" ? channelsFirst(tensor) : tensor);
  const images = inputs.map(({ shape }, i) => noise([count, ...shape], count + i));
  const given = images.map((image, i) => [inputNames[i]!, inFile(image)] as const);
  const computed = await onnxOutputs(file, Object.fromEntries(given));
  const predicted = await (model as Model<OneOrMore, OneOrMore>).predict(images.length === 1 ? images[0]! : images);
  const wanted = (Array.isArray(predicted) ? predicted : [predicted]) as Tensor<Float32Array>[];
  expect(computed).toHaveLength(wanted.length);
  if (folder) {
    const plain = (tensors: readonly Tensor<Float32Array>[]) =>
      tensors.map(({ shape, data }) => ({ shape, data: [...data] }));
    const test = `${expect.getState().currentTestName}`.replaceAll(/\W+/g, "-");
    const path = join(folder, `${test}-${layout}-${count}`);
    mkdirSync(folder, { recursive: true });
    writeFileSync(`${path}.onnx`, file);
    const inputs = plain(given.map(([, tensor]) => tensor));
    writeFileSync(`${path}.json`, JSON.stringify({ inputs, outputs: plain(wanted.map(inFile)) }));
  }
  let most = 0;
  wanted.forEach((tensor, i) => {
    const want = inFile(tensor);
    const { shape, data } = computed[i]!;
    expect(shape).toEqual(want.shape);
    const largest = want.data.reduce((largest, value) => Math.max(largest, Math.abs(value)), 1);
    data.forEach((value, at) => {
      most = Math.max(most, Math.abs(value - want.data[at]!) / largest || (Number.isNaN(value) ? 1 : 0));
    });
  });
  return most;
}

/** Compares what onnxruntime computes of built-in digits from the exported file with the model's own outputs. */
export async function expectDigitsAlike(model: Model, count: number): Promise<void> {
  const { images } = digits({ train: count, test: 0 }).train;
  const { bytes } = await exportOnnx(model);
  const data = Float32Array.from(images.data, (byte) => byte / 255);
  const [output] = await onnxOutputs(bytes, { image: channelsFirst({ shape: images.shape, data }) });
  const wanted = (await model.predict(images)).data;
  // Distances are sums of squares: their error goes with their size.
  const largest = model.outputsDistances ? wanted.reduce((most, value) => Math.max(most, value)) : 1;
  const differences = output!.data.map((value, i) => Math.abs(value - wanted[i]!));
  expect(differences.reduce((most, value) => Math.max(most, value)) / largest).toBeLessThan(TOLERANCE);
}
