import { describe, expect, it } from "vitest";
import { sparseCategoricalCrossentropy } from "../oracle/losses.ts";
import { type OracleNode, trainer } from "../oracle/network.ts";
import {
  adadelta,
  adagrad,
  adam,
  adamax,
  adamW,
  lion,
  nadam,
  type OracleOptimizer,
  rmsprop,
  sgd,
} from "../oracle/optimizers.ts";
import { rescaling } from "../oracle/rescaling.ts";
import { type Tensor64, tensor } from "../oracle/tensor.ts";
import { oracleOf } from "./golden-layers.ts";
import { type GoldenNetwork, type GoldenOptimizer, readGoldenNetwork } from "./read-golden.ts";

// Keras and the oracle both compute in float64, so the only real difference of arrays is the rounding to float32 to
// store them: half a unit in the last place, 2^-24 of the value. FLOAT64 bounds what different orders of summation
// (thousands of terms of about 1, cancelling) leave, as a share of the array's largest value.
const STORED_FLOAT32 = 2 ** -24;
export const FLOAT64 = 1e-12;
/** TensorFlow interpolates in float32, whatever the type of the image: a few roundings of numbers of the largest size. */
export const INTERPOLATED = 2 ** -21;

export function expectStored(
  name: string,
  got: Tensor64,
  stored: { shape: readonly number[]; data: Float32Array },
  relative = FLOAT64,
): void {
  expect(got.shape, name).toEqual(stored.shape);
  const largest = got.data.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  let worst = 0;
  for (const [i, value] of got.data.entries()) {
    const allowed = STORED_FLOAT32 * Math.abs(value) + relative * largest;
    const difference = Math.abs(value - stored.data[i]);
    // "not <=" so that NaN fails
    if (!(difference <= allowed)) worst = Math.max(worst, difference / allowed || Number.POSITIVE_INFINITY);
  }
  expect(worst, `${name}: worst difference, in multiples of what is allowed`).toBe(0);
}

export function oracleOptimizer({ rule, ...options }: GoldenOptimizer): OracleOptimizer {
  return { adadelta, adagrad, adam, adamW, adamax, lion, nadam, rmsprop, sgd }[rule](options);
}

export function float64({ shape, data }: { shape: readonly number[]; data: Float32Array }): Tensor64 {
  return tensor(shape, data);
}

/** The weights of the golden run by node, as the oracle takes them. */
function weightsByNode({ weights, initialWeights }: GoldenNetwork): Record<string, Tensor64[]> {
  const byNode: Record<string, Tensor64[]> = {};
  for (const { name } of weights) {
    const node = name.split("/")[0];
    byNode[node] = [...(byNode[node] ?? []), float64(initialWeights[name])];
  }
  return byNode;
}

/** The networks of the golden runs, each with the number of weights that Keras counts. */
const counts = {
  // 36 of the 96 pairs of S2 and C3 maps are not connected: each has 25 zeros in the kernel.
  article: 60_806 + 36 * 25,
  full: 61_706,
  convnet: 34_826,
  batchnorm: 515,
};

/** @param whole also the ten losses and the final weights; of the larger networks, these take seconds */
export function describeRun(name: keyof typeof counts, whole: boolean): void {
  describe(`the oracle reproduces Keras's run of ${name}`, () => {
    const golden = readGoldenNetwork(name);
    const nodes = golden.layers.map(
      (layer): OracleNode => ({ name: layer.name, op: oracleOf(layer, golden.training), inputs: layer.inputs }),
    );
    const images = tensor(golden.input.shape, golden.input.data);
    const input = rescaling({ scale: golden.inputScale }).forward([images], []).output;
    const training = trainer(nodes, weightsByNode(golden), oracleOptimizer(golden.optimizer));
    /** `of("C1/kernel", ...)`: the golden run names weights, the oracle numbers them by node. */
    const of = (weight: string, byNode: Record<string, Tensor64[]>): Tensor64 => {
      const node = weight.split("/")[0];
      return byNode[node][
        golden.weights
          .filter(({ name: other }) => other.startsWith(`${node}/`))
          .findIndex(({ name: other }) => other === weight)
      ];
    };
    const losses: number[] = [];

    it("has the number of parameters that Keras counts", () => {
      const total = golden.weights.reduce((sum, { shape }) => sum + shape.reduce((a, b) => a * b), 0);
      expect(total).toBe(counts[name]);
    });

    it("activations and gradients at the initial weights, and the first loss", () => {
      const first = training.step({ input }, (output) => sparseCategoricalCrossentropy(output, golden.labels));
      losses.push(first.loss);
      expect(Object.keys(golden.activations).sort()).toEqual(nodes.map((node) => node.name).sort());
      for (const [layer, stored] of Object.entries(golden.activations)) {
        const { shape, data } = first.run.activations[layer];
        expectStored(
          `activation of ${layer}`,
          tensor([stored.shape[0], ...shape.slice(1)], data.subarray(0, stored.data.length)),
          stored,
        );
      }
      const trainable = golden.weights.filter((weight) => weight.trainable).map((weight) => weight.name);
      expect(Object.keys(golden.gradients).sort()).toEqual(trainable.sort());
      for (const [weight, stored] of Object.entries(golden.gradients)) {
        expectStored(`gradient of ${weight}`, of(weight, first.gradients), stored);
      }
    });

    if (whole)
      it("ten losses and the final weights", () => {
        while (losses.length < 10) {
          losses.push(training.step({ input }, (output) => sparseCategoricalCrossentropy(output, golden.labels)).loss);
        }
        // float64 on both sides: 1e-15 to 2e-14 measured, since ten steps enlarge the rounding.
        for (const [i, loss] of golden.losses.entries()) expect(Math.abs(losses[i] / loss - 1)).toBeLessThan(FLOAT64);
        for (const { name: weight, shape } of golden.weights) {
          const { data } = of(weight, training.weights);
          const { sum, sumOfSquares } = golden.final[weight];
          const gotSquares = data.reduce((a, b) => a + b * b, 0);
          expect(Math.abs(gotSquares / sumOfSquares - 1), weight).toBeLessThan(FLOAT64);
          // The terms of a sum cancel, so its error is measured against the typical sum of absolute values.
          const scale = Math.sqrt(sumOfSquares * shape.reduce((a, b) => a * b));
          expect(Math.abs(data.reduce((a, b) => a + b) - sum) / scale, weight).toBeLessThan(FLOAT64);
        }
      });
  });
}
