import { describe, expect, it } from "vitest";
import { checkedLoss } from "../../src/training/losses/table.ts";
import { oracleLoss } from "../engine/as-oracle.ts";
import { activation } from "../oracle/activations.ts";
import { run } from "../oracle/network.ts";
import { oracleOf } from "./golden-layers.ts";
import { describeRun, expectStored, FLOAT64, float64, INTERPOLATED, oracleOptimizer } from "./oracle-runs.ts";
import { readGoldenLosses, readGoldenOperations, readGoldenOptimizers } from "./read-golden.ts";

// The ten losses of the larger networks: test/slow/oracle-runs.test.ts.
for (const name of ["article", "full", "convnet", "batchnorm"] as const) describeRun(name, name === "batchnorm");

describe("the oracle reproduces Keras's operations", () => {
  const { operations, tensors } = readGoldenOperations();
  /** The tensors "<case>/<kind>/0", "<case>/<kind>/1"... */
  const list = (name: string, kind: string) => {
    const found = [];
    for (let i = 0; tensors[`${name}/${kind}/${i}`] !== undefined; i++) found.push(tensors[`${name}/${kind}/${i}`]);
    return found;
  };

  it.each(operations)("$name", ({ name, layer, training }) => {
    const nodes = [{ name, op: oracleOf(layer, training ?? false), inputs: list(name, "input").map((_, i) => `${i}`) }];
    const inputs = Object.fromEntries(list(name, "input").map((input, i) => [`${i}`, float64(input)]));
    const pass = run(nodes, inputs, { [name]: list(name, "weight").map(float64) });
    const relative = layer.interpolation === "bilinear" ? INTERPOLATED : FLOAT64;
    expectStored("output", pass.output, tensors[`${name}/output`], relative);
    const gradients = pass.backward(float64(tensors[`${name}/dOutput`]));
    for (const [i, stored] of list(name, "dInput").entries()) {
      expectStored(`gradient of input ${i}`, gradients.activations[`${i}`], stored, relative);
    }
    const storedGradients = list(name, "dWeight");
    expect(gradients.weights[name].length).toBe(storedGradients.length);
    for (const [i, stored] of storedGradients.entries()) {
      expectStored(`gradient of weight ${i}`, gradients.weights[name][i], stored);
    }
    for (const [i, stored] of list(name, "updated").entries()) {
      expectStored(`weight ${i} afterwards`, pass.weights[name][i], stored);
    }
  });
});

describe("the oracle reproduces Keras's losses", () => {
  const { losses, tensors } = readGoldenLosses();

  it.each(losses)("$name", ({ name, loss: given, before: activationBefore, value }) => {
    const predictions = float64(tensors[`${name}/input/0`]);
    const target = float64(tensors[`${name}/target`]);
    const weights = name.endsWith("weighted") ? tensors[`${name}/sampleWeight`].data : undefined;
    const before = activation(activationBefore).forward([predictions], []);
    const pass = oracleLoss(checkedLoss("golden loss", given), target.data, weights)(before.output);
    expect(Math.abs(pass.value / value - 1)).toBeLessThan(FLOAT64);
    expectStored("gradient", before.backward(pass.backward()).inputs[0], tensors[`${name}/dInput/0`]);
  });
});

describe("the oracle reproduces Keras's optimizers", () => {
  const { start, gradients, cases } = readGoldenOptimizers();

  it.each(cases)("$optimizer", ({ optimizer, result }) => {
    const weight = Float64Array.from(start);
    const update = oracleOptimizer(optimizer)(weight.length);
    for (const gradient of gradients) update(weight, Float64Array.from(gradient));
    // The same float64 formulas on both sides: a few units in the last place. Keras's Nadam rounds its 0.96 to float32.
    const tolerance = optimizer.rule === "nadam" ? 1e-8 : 1e-14;
    for (const [i, value] of result.entries()) expect(Math.abs(weight[i] - value)).toBeLessThan(tolerance);
    expect(weight).not.toEqual(Float64Array.from(start));
  });
});
