/**
 * LeNet-5 with ReLU, as in the repository 4daJKong/Keras_LeNet-5_model (2021): 32x32 images, Adam, ten epochs of
 * batches of 200. There the images are enlarged to 32x32; here, as in the 1998 paper, they are padded.
 * `node examples/lenet5-relu-adam.js [seed]`, after `npm run build`.
 */
import { averagePooling2d, conv2d, dense, flatten, input, mnist, sequential, toCategorical } from "lenet5";

const seed = Number(process.argv[2] ?? 1);
const net = sequential(
  [
    input({ shape: [32, 32, 1] }),
    conv2d({ filters: 6, kernelSize: 5, activation: "relu" }),
    averagePooling2d(),
    conv2d({ filters: 16, kernelSize: 5, activation: "relu" }),
    averagePooling2d(),
    flatten(),
    dense({ units: 120, activation: "relu" }),
    dense({ units: 84, activation: "relu" }),
    dense({ units: 10, activation: "softmax" }),
  ],
  { seed },
);
net.compile({ optimizer: "adam", loss: "categorical_crossentropy", metrics: ["accuracy"] });

const { train, test } = await mnist();
const labels = toCategorical(train.labels, 10);
await net.fit({ images: train.images, labels }, { batchSize: 200, epochs: 10, seed });
const { loss, accuracy } = await net.evaluate({ images: test.images, labels: toCategorical(test.labels, 10) });
console.log(`test loss ${loss}, test accuracy ${accuracy}`);
