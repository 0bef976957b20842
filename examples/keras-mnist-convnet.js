/**
 * Keras's example "Simple MNIST convnet" (https://keras.io/examples/vision/mnist_convnet/): the same network and
 * settings. `node examples/keras-mnist-convnet.js [seed]`, after `npm run build`.
 */
import { conv2d, dense, dropout, flatten, input, maxPooling2d, mnist, sequential, toCategorical } from "lenet5";

const seed = Number(process.argv[2] ?? 1);
const net = sequential(
  [
    input({ shape: [28, 28, 1] }),
    conv2d({ filters: 32, kernelSize: 3, activation: "relu" }),
    maxPooling2d({ poolSize: 2 }),
    conv2d({ filters: 64, kernelSize: 3, activation: "relu" }),
    maxPooling2d({ poolSize: 2 }),
    flatten(),
    dropout({ rate: 0.5 }),
    dense({ units: 10, activation: "softmax" }),
  ],
  { seed },
);
net.compile({ loss: "categorical_crossentropy", optimizer: "adam", metrics: ["accuracy"] });

const { train, test } = await mnist({ size: 28 });
const labels = toCategorical(train.labels, 10);
await net.fit({ images: train.images, labels }, { batchSize: 128, epochs: 15, validationSplit: 0.1, seed });
const { loss, accuracy } = await net.evaluate({ images: test.images, labels: toCategorical(test.labels, 10) });
console.log(`test loss ${loss}, test accuracy ${accuracy}`);
