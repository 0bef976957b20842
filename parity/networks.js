/** The networks that are compared, as this library builds them, and the images. */
import { conv2d, dense, dropout, flatten, input, lenet5, maxPooling2d, model } from "../dist/index.js";

/** Images in a batch, and batches: as many steps of training are compared. */
export const BATCH = 32;
export const STEPS = 10;

/**
 * Keras's MNIST convnet (https://keras.io/examples/vision/mnist_convnet/). Its dropout has the rate 0: no two libraries
 * draw the same masks. @param {number} seed
 */
function convnet(seed) {
  const image = input({ shape: [28, 28, 1], name: "image" });
  const conv1 = conv2d({ filters: 32, kernelSize: 3, activation: "relu", name: "conv1" })(image);
  const pool1 = maxPooling2d({ poolSize: 2, name: "pool1" })(conv1);
  const conv2 = conv2d({ filters: 64, kernelSize: 3, activation: "relu", name: "conv2" })(pool1);
  const pool2 = maxPooling2d({ poolSize: 2, name: "pool2" })(conv2);
  const flat = flatten({ name: "flatten" })(pool2);
  const dropped = dropout({ rate: 0, name: "dropout" })(flat);
  const outputs = dense({ units: 10, activation: "softmax", name: "output" })(dropped);
  return model({ inputs: image, outputs, name: "convnet", seed });
}

/** @type {Record<string, { title: string, size: number, make: (seed: number) => import("../dist/index.js").Model }>} */
export const networks = {
  article: { title: "article", size: 32, make: (seed) => lenet5({ c3: "table1", seed }) },
  full: { title: "full", size: 32, make: (seed) => lenet5({ c3: "full", seed }) },
  convnet: { title: "Keras's convnet", size: 28, make: convnet },
};

/**
 * Noise with a bright band at a height that depends on the label: easy to learn, and every pixel matters.
 * @param {number} size
 */
export function drawn(size) {
  let state = 1;
  const count = BATCH * STEPS;
  const data = Float32Array.from({ length: count * size * size }, (_, i) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    const [label, row] = [Math.floor(i / (size * size)) % 10, Math.floor(i / size) % size];
    return row >> 1 === label + 2 ? 1 : (state >>> 24) / 255;
  });
  const labels = Uint8Array.from({ length: count }, (_, i) => i % 10);
  return { images: { shape: [count, size, size, 1], data }, labels: { shape: [count], data: labels } };
}
