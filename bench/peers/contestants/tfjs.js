/** tfjs on its cpu or wasm backend: the layers API, tensors made beforehand. */
import { dirname } from "node:path";
import { floats, fromPeers, labels, options, serve, versionOf } from "./contestant.js";

const tf = fromPeers("@tensorflow/tfjs");
if (options.backend === "wasm") {
  const name = "@tensorflow/tfjs-backend-wasm";
  const wasm = fromPeers(name);
  // Its bundle would fetch its binary from the network.
  wasm.setWasmPaths(`${dirname(fromPeers.resolve(name))}/`);
  wasm.setThreadsCount(options.threads);
}
await tf.setBackend(options.backend);
await tf.ready();

const { conv2d, averagePooling2d, flatten, dense } = tf.layers;
const activation = "tanh";
const net = tf.sequential({
  layers: [
    conv2d({ inputShape: [32, 32, 1], filters: 6, kernelSize: 5, activation }),
    averagePooling2d({ poolSize: 2 }),
    conv2d({ filters: 16, kernelSize: 5, activation }),
    averagePooling2d({ poolSize: 2 }),
    conv2d({ filters: 120, kernelSize: 5, activation }),
    flatten(),
    dense({ units: 84, activation }),
    dense({ units: 10, activation: "softmax" }),
  ],
});
net.compile({ optimizer: tf.train.adam(1e-3), loss: "sparseCategoricalCrossentropy" });

const data = floats();
/** @param {number} first @param {number} count */
const tensor = (first, count) => tf.tensor4d(data.slice(first * 1024, (first + count) * 1024), [count, 32, 32, 1]);
const batches = Array.from({ length: options.batches }, (_, i) => ({
  x: tensor(i * 128, 128),
  y: tf.tensor1d(Float32Array.from(labels.subarray(i * 128, (i + 1) * 128))),
}));
const thousand = tensor(0, 1000);
const one = tensor(0, 1);

const predict = async (/** @type {unknown} */ x, /** @type {number} */ batchSize) => {
  const y = net.predict(x, { batchSize });
  await y.data();
  y.dispose();
};
await serve(versionOf("@tensorflow/tfjs"), net.countParams(), {
  train: async () => {
    let loss = 0;
    for (const { x, y } of batches) loss += await net.trainOnBatch(x, y);
    return loss / batches.length;
  },
  predict: () => predict(thousand, 1000),
  one: () => predict(one, 1),
});
