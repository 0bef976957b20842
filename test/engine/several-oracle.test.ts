/** Gradients of models with several inputs and outputs, against the float64 oracle. */
import { expect, it } from "vitest";
import * as lenet5 from "../../src/index.ts";
import { type OracleNode, run } from "../oracle/network.ts";
import { type Tensor64, tensor } from "../oracle/tensor.ts";
import { asOracle, distance, gradientLook, gradientsSeen, noise, operation, oracleLoss } from "./as-oracle.ts";

// As in test/engine/layers.test.ts.
const BACKWARD = 2e-5;
const LOSS = 3e-6;
const COUNT = 19;
const shape = [7, 5, 2] as const;
const quiet = { batchSize: COUNT, shuffle: false, verbose: 0 } as const;
const labels = Uint8Array.from({ length: COUNT }, (_, i) => (i * 5) % 3);
const rows = noise([COUNT, 2], 7);
const crossentropy = "sparse_categorical_crossentropy";
const weightsOf = (seed: number) => Float32Array.from(noise([COUNT], seed).data, (value) => Math.abs(value));

it.each([1, 2, 3])("two outputs with weights and sample weights, on %i threads", async (threads) => {
  const image = lenet5.input({ shape, name: "image" });
  const conv = lenet5.conv2d({ filters: 3, kernelSize: 3, activation: "tanh", name: "conv" })(image);
  const body = lenet5.dense({ units: 7, activation: "tanh", name: "body" })(lenet5.flatten()(conv));
  const digit = lenet5.dense({ units: 3, activation: "softmax", name: "digit" })(body);
  const position = lenet5.dense({ units: 2, name: "position" })(body);
  const net = lenet5.model({ inputs: image, outputs: [digit, position], threads, seed: 2 });
  const images = noise([COUNT, ...shape], 1);
  const sampleWeight = { digit: weightsOf(3), position: weightsOf(4) };
  const lossWeights = { digit: 0.7, position: 2.5 };
  const losses = { digit: crossentropy, position: "mean_squared_error" } as const;

  // The gradient of a weighted sum is the weighted sum of the gradients of each output.
  const heads = [
    { name: "digit", end: digit, targets: labels },
    { name: "position", end: position, targets: rows.data },
  ] as const;
  const want = new Map<string, Float64Array>();
  let total = 0;
  for (const { name, end, targets } of heads) {
    const { nodes, weights } = asOracle(lenet5.model({ inputs: image, outputs: end }), true);
    const pass = run(nodes, { input: tensor(images.shape, images.data) }, weights);
    const loss = oracleLoss(losses[name], targets, sampleWeight[name])(pass.output);
    total += lossWeights[name] * loss.value;
    for (const [layer, gradients] of Object.entries(pass.backward(loss.backward()).weights)) {
      gradients.forEach(({ data }, i) => {
        const path = `${layer}/${["kernel", "bias"][i]}`;
        const sum = want.get(path) ?? new Float64Array(data.length);
        want.set(
          path,
          sum.map((value, at) => value + lossWeights[name] * data[at]!),
        );
      });
    }
  }
  net.compile({ optimizer: gradientLook, loss: losses, lossWeights });
  const data = { images, labels: { digit: labels, position: rows }, sampleWeight };
  const { history } = await net.fit(data, quiet);
  expect(Math.abs(history.loss![0]! / total - 1)).toBeLessThan(LOSS);
  const seen = gradientsSeen(net);
  expect([...seen.keys()].sort()).toEqual([...want.keys()].sort());
  for (const [path, gradient] of want) expect(distance(seen.get(path)!, gradient), path).toBeLessThan(BACKWARD);
});

it.each([1, 2, 3])(
  "two inputs that share their layers, and a third of another shape, on %i threads",
  async (threads) => {
    const [left, right] = [lenet5.input({ shape, name: "left" }), lenet5.input({ shape, name: "right" })];
    const vector = lenet5.input({ shape: [3], name: "vector" });
    const layers = {
      conv: lenet5.conv2d({ filters: 3, kernelSize: 3, activation: "tanh", name: "conv" }),
      flat: lenet5.flatten({ name: "flat" }),
      embed: lenet5.dense({ units: 4, activation: "tanh", name: "embed" }),
      pair: lenet5.concatenate({ name: "pair" }),
      same: lenet5.dense({ units: 3, activation: "softmax", name: "same" }),
    };
    const branch = (x: lenet5.SymbolicTensor) => layers.embed(layers.flat(layers.conv(x)));
    const end = layers.same(layers.pair([branch(left), vector, branch(right)]));
    const net = lenet5.model({ inputs: [left, right, vector], outputs: end, threads, seed: 2 });
    const given = [noise([COUNT, ...shape], 1), noise([COUNT, ...shape], 2), noise([COUNT, 3], 3)];

    const op = ({ type, config }: lenet5.Layer) => operation(type as lenet5.LayerType, config, true);
    const branchNodes = (side: string): OracleNode[] => [
      { name: `conv ${side}`, op: op(layers.conv), inputs: [side] },
      { name: `flat ${side}`, op: op(layers.flat) },
      { name: `embed ${side}`, op: op(layers.embed) },
    ];
    const nodes: OracleNode[] = [
      ...branchNodes("left"),
      ...branchNodes("right"),
      { name: "pair", op: op(layers.pair), inputs: ["embed left", "vector", "embed right"] },
      { name: "same", op: op(layers.same) },
    ];
    const own = (layer: lenet5.Layer): Tensor64[] =>
      [...layer.variables.values()].map((variable) => tensor(variable.shape, variable.value));
    const [conv, embed] = [own(layers.conv), own(layers.embed)];
    const weights = { "conv left": conv, "conv right": conv, "embed left": embed, "embed right": embed };
    const [a, b, c] = given.map((each) => tensor(each.shape, each.data)) as [Tensor64, Tensor64, Tensor64];
    const pass = run(nodes, { left: a, right: b, vector: c }, { ...weights, same: own(layers.same) });
    const loss = oracleLoss(crossentropy, labels)(pass.output);
    const gradients = pass.backward(loss.backward()).weights;

    net.compile({ optimizer: gradientLook, loss: crossentropy });
    const { history } = await net.fit({ images: given, labels }, quiet);
    expect(Math.abs(history.loss![0]! / loss.value - 1)).toBeLessThan(LOSS);
    const seen = gradientsSeen(net);
    for (const [i, weight] of ["kernel", "bias"].entries()) {
      expect(distance(seen.get(`same/${weight}`)!, gradients.same![i]!.data)).toBeLessThan(BACKWARD);
      for (const shared of ["conv", "embed"]) {
        const [one, two] = [gradients[`${shared} left`]![i]!.data, gradients[`${shared} right`]![i]!.data];
        const sum = one.map((value, at) => value + two[at]!);
        expect(distance(seen.get(`${shared}/${weight}`)!, sum), `${shared}/${weight}`).toBeLessThan(BACKWARD);
      }
    }
  },
);
