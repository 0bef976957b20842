import { zipSync } from "fflate";
import { random } from "../../src/core/random.ts";
import * as lenet5 from "../../src/index.ts";
import { optimizers } from "../../src/training/optimizers/table.ts";
import { layerSamples } from "../members/layer-samples.ts";

const shape = [6, 5, 3];
const count = 20;

/** Images from a seed, and their classes. */
export const images: lenet5.Tensor<Uint8Array> = {
  shape: [count, ...shape],
  data: Uint8Array.from({ length: count * 90 }, uniformBytes("images")),
};
export const labels = Uint8Array.from({ length: count }, (_, i) => i % 3);

function uniformBytes(name: string): () => number {
  const { uniform } = random(1, name);
  return () => Math.floor(uniform() * 256);
}

/** A network for each optimizer, with state in its slots. */
function trainedNetwork(optimizer: lenet5.OptimizerName): lenet5.Model {
  const image = lenet5.input({ shape });
  const maps = lenet5.conv2d({ filters: 2, kernelSize: 3, activation: "tanh" })(image);
  const outputs = lenet5.dense({ units: 3, activation: "softmax" })(lenet5.flatten()(maps));
  const net = lenet5.model({ inputs: image, outputs, seed: 5 });
  net.compile({ optimizer: { type: optimizer } as lenet5.Optimizer, loss: "sparse_categorical_crossentropy" });
  return net;
}

/** What a kept model of a training does next: two more epochs. */
export async function goOn(net: lenet5.Model): Promise<number> {
  const { history } = await net.fit({ images, labels }, { epochs: 2, batchSize: 8, seed: 2, verbose: 0 });
  return history.loss!.at(-1)!;
}

/** A zip file with a model for each layer and each optimizer, and `expected.safetensors`, their answers. */
export async function keptModels(): Promise<Uint8Array> {
  const files: Record<string, Uint8Array> = {};
  const expected: Record<string, lenet5.Tensor> = {};
  for (const [type, sample] of Object.entries(layerSamples)) {
    const image = lenet5.input({ shape });
    const net = lenet5.model({ inputs: image, outputs: sample(image), seed: 5 });
    files[`layers/${type}.safetensors`] = net.toBytes();
    expected[`layers/${type}`] = await net.predict(images);
  }
  for (const type of Object.keys(optimizers) as lenet5.OptimizerName[]) {
    const net = trainedNetwork(type);
    await goOn(net);
    files[`optimizers/${type}.safetensors`] = net.toBytes();
    expected[`optimizers/${type}`] = await net.predict(images);
    expected[`losses/${type}`] = { shape: [1], data: Float32Array.of(await goOn(net)) };
  }
  files["expected.safetensors"] = lenet5.writeSafetensors(expected);
  return zipSync(files, { level: 9, mtime: "2026-01-01T00:00:00Z" });
}
