/** Compares the second derivatives that training with sdlm estimates with the oracle's. */
import { expect } from "vitest";
import * as lenet5 from "../../src/index.ts";
import { checkedLoss, definitionOf } from "../../src/training/losses/table.ts";
import { activation as oracleActivation } from "../oracle/activations.ts";
import { curvature, meanOf, type WeightDiagonals } from "../oracle/curvature.ts";
import { categoricalCrossentropy, type LossPass } from "../oracle/losses.ts";
import { type OracleOp, type Tensor64, tensor } from "../oracle/tensor.ts";
import { distance, noise, type OwnOracles, oracleLoss, unitsAsOracle } from "./as-oracle.ts";

const { conv2d, dense, flatten, input, sdlm } = lenet5;

// Sums of squares of float32 numbers: all terms are positive, so relative errors do not grow.
export const CLOSE = 2e-5;

export type Layers = (x: lenet5.SymbolicTensor) => lenet5.SymbolicTensor;
type LossOf = (output: Tensor64) => LossPass;
export type AnyLoss = lenet5.LossName | lenet5.Loss;

export function network(
  layers: Layers,
  end: Layers,
  numerics: lenet5.Numerics = "reproducible",
  threads = 2,
): lenet5.Model {
  const image = input({ shape: [7, 6, 2], name: "image" });
  const biases = { biasInitializer: { uniform: [-0.3, 0.3] } } as const;
  const front = conv2d({ filters: 3, kernelSize: 1, activation: "tanh", ...biases, name: "front" })(image);
  return lenet5.model({ inputs: image, outputs: end(flatten()(layers(front))), seed: 7, numerics, threads });
}

export function dataOf(count: number, shape: readonly number[], targets = false) {
  const labels = targets
    ? Float32Array.from({ length: count * 5 }, (_, i) => ((i * 13) % 11) / 10)
    : Int32Array.from({ length: count }, (_, i) => (i * 7) % 5);
  const sampleWeight = Float32Array.from({ length: count }, (_, i) => 0.5 + (i % 3) / 2);
  return { images: noise([count, ...shape], count), labels, sampleWeight };
}
export type Data = ReturnType<typeof dataOf>;

/** The optimizer state of sdlm after an epoch that does not change the weights. */
export async function curvatureSeen(model: lenet5.Model, loss: AnyLoss, data: Data, images = 500) {
  model.compile({ optimizer: sdlm({ learningRate: 0, images }), loss });
  await model.fit(data, { batchSize: 4, shuffle: false, verbose: 0 });
  return new Map([...model.training!.memory].map(([path, values]) => [path.replace("curvature/", ""), values]));
}

/** The loss of image n as a function of the last node's output. */
export function lossOf(
  model: lenet5.Model,
  loss: AnyLoss,
  { labels }: Data,
  n: number,
): { loss: LossOf; logits: boolean } {
  const sparse = labels instanceof Int32Array;
  const own = sparse ? labels.slice(n, n + 1) : labels.slice(5 * n, 5 * n + 5);
  const { activation: last } = model.layers.at(-1)!.config as { activation?: string };
  const { outputs } = definitionOf(checkedLoss("loss", loss));
  // The curvature of both losses of distances is that of the distance.
  if (outputs === "distances") return { loss: oracleLoss("rbf_mse", own), logits: false };
  if (outputs === "any") return { loss: oracleLoss(loss, own), logits: false };
  if (last === "softmax") return { loss: through(oracleActivation("softmax"), oracleLoss(loss, own)), logits: true };
  return { loss: fractionsOfSum(tensor([1, 5], own)), logits: false };
}

/** The loss of the output of an operation that follows. */
export function through(op: OracleOp, loss: LossOf, weights: Tensor64[] = []): LossOf {
  return (output) => {
    const pass = op.forward([output], weights);
    const after = loss(pass.output);
    return { ...after, backward: () => pass.backward(after.backward()).inputs[0]! };
  };
}

/** Cross-entropy of outputs as fractions of their sum: with q = y / sum, dL/dy_k = (sum of t - t_k / q_k) / sum. */
function fractionsOfSum(targets: Tensor64): LossOf {
  return (output) => {
    const sum = output.data.reduce((a, b) => a + b);
    const fractions = tensor(
      output.shape,
      output.data.map((y) => y / sum),
    );
    const total = targets.data.reduce((a, b) => a + b);
    const slopes = fractions.data.map((q, k) => (total - targets.data[k]! / q) / sum);
    return { ...categoricalCrossentropy(fractions, targets), backward: () => tensor(output.shape, slopes) };
  };
}

/** The curvature of the oracle: the mean over the images, each computed by itself, times its weight. */
export function curvatureWanted(
  model: lenet5.Model,
  loss: AnyLoss,
  data: Data,
  count = data.images.shape[0]!,
  oracles: OwnOracles = {},
): WeightDiagonals {
  const size = data.images.data.length / data.images.shape[0]!;
  const each = Array.from({ length: count }, (_, n) => {
    const own = lossOf(model, loss, data, n);
    const { nodes, weights } = unitsAsOracle(model, own.logits, oracles);
    const image = tensor([1, ...model.inputs.shape], data.images.data.slice(n * size, (n + 1) * size));
    return ofLayers(curvature(nodes, image, weights, own.loss));
  });
  return meanOf(each, data.sampleWeight);
}

/** Adds the weights of nodes inside a layer, "<layer> depthwise", to those of the layer. */
function ofLayers(diagonals: WeightDiagonals): WeightDiagonals {
  const joined: WeightDiagonals = {};
  for (const [name, own] of Object.entries(diagonals)) {
    joined[name] = [...(diagonals[`${name} depthwise`] ?? []), ...own];
  }
  return joined;
}

export function expectClose(
  model: lenet5.Model,
  seen: Map<string, Float32Array>,
  want: WeightDiagonals,
  tolerance = CLOSE,
): void {
  const trained = model.layers.flatMap((layer) => [...layer.variables.values()].filter(({ trainable }) => trainable));
  expect([...seen.keys()].sort()).toEqual(trained.map(({ path }) => path).sort());
  for (const layer of model.layers) {
    [...layer.variables.values()]
      .filter(({ trainable }) => trainable)
      .forEach(({ path }, i) => {
        const values = seen.get(path)!;
        expect(Math.min(...values), path).toBeGreaterThanOrEqual(0);
        expect(distance(values, want[layer.name]![i]!), path).toBeLessThan(tolerance);
      });
  }
}

/**
 * Tests layers between a convolution, whose curvature depends on theirs, and five outputs: a softmax with its
 * cross-entropy, or linear units with a squared error, whose second derivatives never vanish.
 */
export async function expectCurvatureAsOracle(
  layers: Layers,
  activation: "softmax" | "linear",
  oracles: OwnOracles = {},
): Promise<void> {
  const loss = activation === "softmax" ? "categorical_crossentropy" : "mean_squared_error";
  for (const [count, numerics] of [
    [1, "reproducible"],
    [3, "fast"],
  ] as const) {
    const model = network(layers, (x) => dense({ units: 5, activation, name: "end" })(x), numerics);
    const data = dataOf(count, model.inputs.shape, true);
    // Computed before training changes moving statistics.
    const want = curvatureWanted(model, loss, data, count, oracles);
    expectClose(model, await curvatureSeen(model, loss, data), want);
  }
}
