/**
 * LeNet-5 with C5 as a convolution, trained by plain gradient descent: the notebook "Building the Original LeNet5
 * Network" (angai4/Predicting_Handwritten_Digits_Using_CNN), 50 epochs of batches of 64 at Keras's default rate of 0.01.
 * `node examples/lenet5-tanh-sgd.js [seed]`, after `npm run build`.
 */
import { averagePooling2d, conv2d, dense, flatten, input, mnist, sequential, toCategorical } from "lenet5";

const seed = Number(process.argv[2] ?? 1);
const net = sequential(
  [
    input({ shape: [28, 28, 1] }),
    conv2d({ filters: 6, kernelSize: 5, activation: "tanh", padding: "same", name: "C1" }),
    averagePooling2d({ poolSize: 2, name: "S2" }),
    conv2d({ filters: 16, kernelSize: 5, activation: "tanh", name: "C3" }),
    averagePooling2d({ poolSize: 2, name: "S4" }),
    conv2d({ filters: 120, kernelSize: 5, activation: "tanh", name: "C5" }),
    flatten(),
    dense({ units: 84, activation: "tanh", name: "FC6" }),
    dense({ units: 10, activation: "softmax", name: "OUTPUT" }),
  ],
  { seed },
);
net.compile({ loss: "categorical_crossentropy", optimizer: "sgd", metrics: ["accuracy"] });

const { train, test } = await mnist({ size: 28 });
const labels = toCategorical(train.labels, 10);
const tested = { images: test.images, labels: toCategorical(test.labels, 10) };
await net.fit({ images: train.images, labels }, { batchSize: 64, epochs: 50, seed });
const { loss, accuracy } = await net.evaluate(tested);
console.log(`test loss ${loss}, test accuracy ${accuracy}`);
