/** lenet5 itself: bytes in, through the public calls. */
import * as lenet5 from "../../../dist/index.js";
import { bytes, labels, many, options, serve, size } from "./contestant.js";

const { threads, numerics, batches, network } = options;
const { adam, input, sequential, activation } = lenet5;
/** @type {Record<string, any>} */
const makers = lenet5;
const layers = network.layers.map(({ layer, ...rest }) => makers[layer](rest));
const net = sequential([input({ shape: network.image }), ...layers, activation({ activation: "softmax" })], {
  ...{ threads, numerics },
});
net.compile({ optimizer: adam({ learningRate: 1e-3 }), loss: "sparse_categorical_crossentropy" });

/** In shared memory, where the readers of MNIST put theirs. @param {number} count */
const tensor = (count) => {
  const data = new Uint8Array(new SharedArrayBuffer(count * size));
  data.set(bytes.subarray(0, data.length));
  return { shape: [count, ...network.image], data, scale: 1 / 255 };
};
const images = tensor(batches * 128);
const inferred = tensor(many);
const single = tensor(1);

await serve("this commit", net.summaryData().trainableParams, {
  train: async () => {
    const { history } = await net.fit({ images, labels }, { batchSize: 128, verbose: 0 });
    return history.loss[0];
  },
  predict: () => net.predict(inferred),
  one: () => net.predict(single),
});
