/** tfjs on its cpu or wasm backend: the layers API, tensors made beforehand. */
import { dirname } from "node:path";
import { floats, fromPeers, labels, many, options, serve, size, versionOf } from "./contestant.js";

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

const { image, layers } = options.network;
const net = tf.sequential({
  layers: [
    tf.layers.inputLayer({ inputShape: image }),
    ...layers.map(({ layer, ...rest }) => tf.layers[layer](rest)),
    tf.layers.softmax(),
  ],
});
net.compile({ optimizer: tf.train.adam(1e-3), loss: "sparseCategoricalCrossentropy" });

const data = floats();
/** @param {number} first @param {number} count */
const tensor = (first, count) => tf.tensor4d(data.slice(first * size, (first + count) * size), [count, ...image]);
const batches = Array.from({ length: options.batches }, (_, i) => ({
  x: tensor(i * 128, 128),
  y: tf.tensor1d(Float32Array.from(labels.subarray(i * 128, (i + 1) * 128))),
}));
const inferred = tensor(0, many);
const one = tensor(0, 1);

const predict = async (/** @type {unknown} */ x, /** @type {number} */ batchSize) => {
  const y = net.predict(x, { batchSize });
  await y.data();
  y.dispose();
};
const weights = /** @type {{ shape: number[] }[]} */ (net.trainableWeights);
const parameters = weights.reduce((sum, { shape }) => sum + shape.reduce((a, b) => a * b), 0);
await serve(versionOf("@tensorflow/tfjs"), parameters, {
  train: async () => {
    let loss = 0;
    for (const { x, y } of batches) loss += await net.trainOnBatch(x, y);
    return loss / batches.length;
  },
  predict: () => predict(inferred, many),
  one: () => predict(one, 1),
});
