import * as lenet5 from "../../src/index.ts";
import { noise } from "../engine/as-oracle.ts";

/** 40 linearly separable points of 6 numbers, in 3 classes. */
export const points = (() => {
  const images = noise([40, 6], 4);
  const labels = Int32Array.from({ length: 40 }, (_, i) => i % 3);
  labels.forEach((label, i) => {
    images.data[i * 6 + label]! += 2;
  });
  return { images, labels };
})();

/** A network for the points, compiled. */
export function network(seed = 1): lenet5.Model {
  const x = lenet5.input({ shape: [6] });
  const made = lenet5.model({
    inputs: x,
    outputs: lenet5.dense({ units: 3, activation: "softmax", name: "end" })(x),
    seed,
    threads: 2,
  });
  made.compile({ optimizer: "adam", loss: "sparse_categorical_crossentropy", metrics: ["accuracy"] });
  return made;
}

/** The points from one index up to another. */
export function part(from: number, to: number): typeof points {
  const images = { shape: [to - from, 6], data: points.images.data.slice(from * 6, to * 6) };
  return { images, labels: points.labels.slice(from, to) };
}

export const weightsOf = (made: lenet5.Model) =>
  [...made.weights].map(([name, { data }]) => [name, Float32Array.from(data)]);
