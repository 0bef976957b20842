/** A small network with dropout and batch normalization, and data for it. */
import * as lenet5 from "../../src/index.ts";

const { batchNormalization, conv2d, dense, dropout, flatten, input, model } = lenet5;

export const COUNT = 70;
export const images = {
  shape: [COUNT, 6, 6, 1],
  data: Uint8Array.from({ length: COUNT * 36 }, (_, i) => (i * 7919 + ((i * i) % 251)) % 256),
  scale: 1 / 255,
};
export const labels = Uint8Array.from({ length: COUNT }, (_, i) => (i * 5) % 3);
export const data = { images, labels };

export function closeness(label: number | Float32Array, outputs: Float32Array): number {
  return outputs[label as number]!;
}

export const metrics = ["accuracy", "auc", "f1_score", "precision", "mae", closeness] as const;

/** The last batch of an epoch has 6 images. */
export const options = { batchSize: 16, seed: 7 };

export function network(compile: Partial<lenet5.CompileOptions> = {}, threads = 1): lenet5.Model {
  const x = input({ shape: [6, 6, 1] });
  const y = batchNormalization()(conv2d({ filters: 3, kernelSize: 3, activation: "relu" })(x));
  const outputs = dense({ units: 3, activation: "softmax" })(dropout({ rate: 0.3 })(flatten()(y)));
  const made = model({ inputs: x, outputs, threads });
  made.compile({ loss: "sparse_categorical_crossentropy", metrics: ["accuracy"], ...compile });
  return made;
}

/** Without batch normalization, which has no second derivatives. */
export function plain(optimizer: lenet5.Optimizer): lenet5.Model {
  const x = input({ shape: [6, 6, 1] });
  const y = conv2d({ filters: 3, kernelSize: 3, activation: "tanh" })(x);
  const made = model({ inputs: x, outputs: dense({ units: 3, activation: "softmax" })(flatten()(y)), threads: 1 });
  made.compile({ optimizer, loss: "sparse_categorical_crossentropy" });
  return made;
}

/** The images in batches of 20, the last of 10. */
export function* batches(): Generator<lenet5.LabelledImages> {
  for (let from = 0; from < COUNT; from += 20) {
    const to = Math.min(from + 20, COUNT);
    const part = { ...images, shape: [to - from, 6, 6, 1], data: images.data.slice(from * 36, to * 36) };
    yield { images: part, labels: labels.slice(from, to) };
  }
}
export const stream = { [Symbol.iterator]: batches };
/** One after the other, for ever. */
export const endless = {
  async *[Symbol.asyncIterator]() {
    for (;;) yield* batches();
  },
};
