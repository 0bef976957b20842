import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "vitest";
import { exportOnnx } from "../../src/exchange.ts";
import { digits, type Model, type SymbolicTensor, type Tensor } from "../../src/index.ts";
import { graphOf } from "../../src/model/graph.ts";
import type { OneOrMore } from "../../src/model/model-options.ts";
import { noise } from "../engine/as-oracle.ts";
import { channelsFirst, onnxBatches, onnxOutputs } from "./onnxruntime.ts";

/** float32 in another order, of networks this small. */
const TOLERANCE = 1e-5;

/** A folder for the files, with inputs and outputs as JSON, for parity/onnx_checker.py. */
const folder = process.env.LENET5_ONNX_FILES;

/**
 * Compares what onnxruntime computes from the exported file with the model's own outputs, for one image and several, with
 * channels first and last.
 */
export async function expectOnnxAlike(model: Model | Model<OneOrMore, OneOrMore>): Promise<void> {
  const list = (tensors: OneOrMore): readonly SymbolicTensor[] => ("shape" in tensors ? [tensors] : tensors);
  const { inputs, inputNames } = graphOf(list(model.inputs), list(model.outputs));
  for (const layout of ["nchw", "nhwc"] as const) {
    const { bytes } = await exportOnnx(model, { layout });
    const inFile = (tensor: Tensor<Float32Array>) => (layout === "nchw" ? channelsFirst(tensor) : tensor);
    const batches = [1, 3].map((count) => inputs.map(({ shape }, i) => noise([count, ...shape], count + i)));
    const given = batches.map((images) => images.map(inFile));
    const named = given.map((tensors) => Object.fromEntries(tensors.map((tensor, i) => [inputNames[i]!, tensor])));
    const computed = await onnxBatches(bytes, named);
    for (const [batch, images] of batches.entries()) {
      const predicted = await (model as Model<OneOrMore, OneOrMore>).predict(images.length === 1 ? images[0]! : images);
      const outputs = (Array.isArray(predicted) ? predicted : [predicted]) as Tensor<Float32Array>[];
      const wanted = outputs.map(inFile);
      expect(largestDifference(computed[batch]!, wanted), layout).toBeLessThan(TOLERANCE);
      if (folder)
        writeForChecker(folder, `${layout}-${images[0]!.shape[0]}`, bytes, { inputs: given[batch]!, outputs: wanted });
    }
  }
}

/** As a share of the largest number of the output (of 1 at least). */
function largestDifference(computed: readonly Tensor<Float32Array>[], wanted: readonly Tensor<Float32Array>[]): number {
  expect(computed.map(({ shape }) => shape)).toEqual(wanted.map(({ shape }) => shape));
  const differences = wanted.map((want, i) => {
    const largest = want.data.reduce((most, value) => Math.max(most, Math.abs(value)), 1);
    return computed[i]!.data.reduce((most, value, at) => Math.max(most, Math.abs(value - want.data[at]!)), 0) / largest;
  });
  return Math.max(...differences);
}

function writeForChecker(
  folder: string,
  kind: string,
  file: Uint8Array,
  tensors: Readonly<Record<"inputs" | "outputs", readonly Tensor<Float32Array>[]>>,
): void {
  const test = `${expect.getState().currentTestName}`.replaceAll(/\W+/g, "-");
  const path = join(folder, `${test}-${kind}`);
  mkdirSync(folder, { recursive: true });
  writeFileSync(`${path}.onnx`, file);
  writeFileSync(
    `${path}.json`,
    JSON.stringify(tensors, (_, value) => (value instanceof Float32Array ? [...value] : value)),
  );
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
