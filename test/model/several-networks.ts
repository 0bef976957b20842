/** Models with two inputs and with two outputs, and data for them. */
import * as lenet5 from "../../src/index.ts";
import { noise } from "../engine/as-oracle.ts";

const { concatenate, conv2d, dense, flatten, input, model } = lenet5;
export const COUNT = 37;
export const shape = [6, 5, 1] as const;
export const images = noise([COUNT, ...shape], 1);
export const others = noise([COUNT, ...shape], 2);
export const digit = Uint8Array.from({ length: COUNT }, (_, i) => (i * 7) % 4);
export const parity = digit.map((label) => label % 2);
export const crossentropy = "sparse_categorical_crossentropy";
export const quiet = { verbose: 0, shuffle: false } as const;

/** One image, two classifying heads. */
export function heads(options: lenet5.EngineOptions = {}) {
  const image = input({ shape, name: "image" });
  const body = dense({ units: 9, activation: "tanh", name: "body" })(flatten()(image));
  const first = dense({ units: 4, activation: "softmax", name: "digit" })(body);
  const second = dense({ units: 2, activation: "softmax", name: "parity" })(body);
  return model({ inputs: image, outputs: [first, second], seed: 3, ...options });
}

/** Two images that share their layers, one output. */
export function siamese(options: lenet5.EngineOptions = {}) {
  const [left, right] = [input({ shape, name: "left" }), input({ shape, name: "right" })];
  const [conv, flat] = [conv2d({ filters: 3, kernelSize: 3, activation: "relu", name: "conv" }), flatten()];
  const embed = dense({ units: 5, activation: "tanh", name: "embed" });
  const pair = concatenate()([embed(flat(conv(left))), embed(flat(conv(right)))]);
  const same = dense({ units: 2, activation: "softmax", name: "same" })(pair);
  return model({ inputs: [left, right], outputs: same, seed: 3, ...options });
}

export function values(net: { readonly weights: lenet5.Model["weights"] }): Record<string, number[]> {
  return Object.fromEntries([...net.weights].map(([path, { data }]) => [path, [...data]]));
}
