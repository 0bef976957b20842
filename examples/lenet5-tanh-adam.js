/**
 * LeNet-5 as in Richmond Alake's tutorial "Understanding and Implementing LeNet-5 CNN Architecture" (2020): 28x28
 * images with padding "same" in C1, C5 as a dense layer, Adam, five epochs of batches of 32.
 * `node examples/lenet5-tanh-adam.js [seed]`, after `npm run build`.
 */
import { averagePooling2d, conv2d, dense, flatten, input, mnist, sequential } from "lenet5";

const seed = Number(process.argv[2] ?? 1);
const net = sequential(
  [
    input({ shape: [28, 28, 1] }),
    conv2d({ filters: 6, kernelSize: 5, activation: "tanh", padding: "same", name: "C1" }),
    averagePooling2d({ name: "S2" }),
    conv2d({ filters: 16, kernelSize: 5, activation: "tanh", name: "C3" }),
    averagePooling2d({ name: "S4" }),
    flatten(),
    dense({ units: 120, activation: "tanh", name: "C5" }),
    dense({ units: 84, activation: "tanh", name: "F6" }),
    dense({ units: 10, activation: "softmax", name: "output" }),
  ],
  { seed },
);
net.compile({ optimizer: "adam", loss: "sparse_categorical_crossentropy", metrics: ["accuracy"] });

const { train, test } = await mnist({ size: 28 });
await net.fit(train, { epochs: 5, seed });
const { loss, accuracy } = await net.evaluate(test);
console.log(`test loss ${loss}, test accuracy ${accuracy}`);
