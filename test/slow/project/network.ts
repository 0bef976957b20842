/** A network in TypeScript, with a layer and a metric of its own, for `lenet5 train --network`. */
import { defineLayer, dense, flatten, input, type MetricFunction, type Model, model, ops } from "lenet5";

interface Given {
  readonly shape: readonly number[];
  readonly classes: number;
  readonly seed: number;
}

export const scale = defineLayer("scale", {
  weights: () => ({ factor: { shape: [1], initializer: "ones" } }),
  call: (x, { weights }) => ops.multiply(x, weights.factor!),
});

export const closeness: MetricFunction = (label, outputs) => outputs[label as number]!;

export default ({ shape, classes, seed }: Given): Model => {
  const image = input({ shape });
  const scores = dense({ units: classes, activation: "softmax" })(scale()(flatten()(image)));
  const made = model({ inputs: image, outputs: scores, name: "typed", seed });
  made.compile({ optimizer: "adam", loss: "sparse_categorical_crossentropy", metrics: ["accuracy", closeness] });
  return made;
};
