import { describe, expect, it } from "vitest";
import { sizeOf } from "../../core/tensor.ts";
import { batchNormalization } from "../../layers/batch-normalization.ts";
import { conv2d } from "../../layers/conv2d.ts";
import { dense } from "../../layers/dense.ts";
import { flatten } from "../../layers/flatten.ts";
import { input } from "../../layers/input.ts";
import { maxPooling2d } from "../../layers/max-pooling2d.ts";
import { separableConv2d } from "../../layers/separable-conv2d.ts";
import { model } from "../../model/model.ts";
import { mapWeights } from "./map-weights.ts";
import type { NamedTensor } from "./named-tensor.ts";

/** A tensor whose numbers count from `start`. */
function counting(name: string, shape: readonly number[], start = 1): NamedTensor {
  return {
    name,
    shape,
    type: "float32",
    values: () => Float32Array.from({ length: sizeOf(shape) }, (_, i) => start + i),
  };
}

function network({ hidden = [8], useBias = true }: { hidden?: number[]; useBias?: boolean } = {}) {
  const image = input({ shape: [6, 6, 1] });
  const maps = maxPooling2d({ poolSize: 2 })(conv2d({ filters: 3, kernelSize: 3, useBias, name: "C1" })(image));
  let x = flatten()(maps);
  for (const [i, units] of hidden.entries()) x = dense({ units, useBias, name: `D${i}` })(x);
  return model({ inputs: image, outputs: dense({ units: 2, useBias, name: "out" })(x) });
}

const torch = [
  counting("conv.weight", [3, 1, 3, 3], 100),
  counting("conv.bias", [3], 200),
  counting("fc.weight", [8, 12], 300),
  counting("fc.bias", [8], 400),
  counting("last.weight", [2, 8], 500),
  counting("last.bias", [2], 600),
];

const file = (tensors: readonly NamedTensor[], inOrder = false) => ({ file: "w", tensors, inOrder });

describe("weights of a file that names no layers", () => {
  it("finds PyTorch's layout by the shapes, and puts flattened features in channels-last order", async () => {
    const { model: made, mapping, notes } = await mapWeights(file(torch.toReversed()), network());
    const kernel = made.weights.get("D0/kernel")!;
    expect(kernel.shape).toEqual([12, 8]);
    // Feature (row, column, channel) is row 4 channel + 2 row + column of PyTorch's vector.
    for (const [row, column, channel, unit] of [
      [0, 0, 1, 0],
      [1, 0, 2, 5],
      [1, 1, 0, 7],
    ] as const) {
      const here = ((row * 2 + column) * 3 + channel) * 8 + unit;
      expect(kernel.data[here]).toBe(300 + unit * 12 + channel * 4 + row * 2 + column);
    }
    expect(made.weights.get("C1/kernel")!.data[(1 * 3 + 2) * 3 + 1]).toBe(100 + 9 + 3 + 2);
    expect(mapping[0]).toEqual({
      tensor: "conv.weight",
      shape: [3, 1, 3, 3],
      weight: "C1/kernel",
      weightShape: [3, 3, 1, 3],
    });
    expect(notes.join("\n")).toMatch(/found by shape, in the layout of PyTorch.*conv to C1, fc to D0, last to out/);
  });

  it("takes Keras's layout as it is, by name", async () => {
    const net = network();
    const tensors = [...net.weights].map(([name, { shape, data }]) => ({
      name: `net/${name}:0`,
      shape,
      type: "float32",
      values: () => data,
    }));
    const { model: made, notes } = await mapWeights(file(tensors), net.clone({ seed: 3 }));
    expect([...made.weights]).toEqual([...net.weights]);
    expect(notes.join("\n")).toContain("by name, in the layout of Keras");
  });

  it("takes Burn's layout: linear layers with their inputs first", async () => {
    const burn = torch.map((tensor) =>
      tensor.shape.length === 2 ? counting(tensor.name, tensor.shape.toReversed()) : tensor,
    );
    const { model: made, notes } = await mapWeights(file(burn), network());
    expect(made.weights.get("D0/kernel")!.data[3 * 8 + 1]).toBe(1 + 1 * 8 + 1);
    expect(notes.join("\n")).toContain("the layout of Burn");
  });

  it("joins kernels and biases that are named by their number alone", async () => {
    const numbered = torch.map((tensor, i) => ({ ...tensor, name: `param_${i}` }));
    const { model: made } = await mapWeights(file(numbered.toReversed()), network());
    expect(made.weights.get("D0/bias")!.data[0]).toBe(400);
  });

  it("asks for the layout where both fit", async () => {
    const x = input({ shape: [4] });
    const net = model({ inputs: x, outputs: dense({ units: 4 })(x) });
    const tensors = [counting("a.weight", [4, 4]), counting("a.bias", [4])];
    await expect(mapWeights(file(tensors), net)).rejects.toThrow(
      /^w: its shapes fit both Keras's layout and PyTorch's/,
    );
    const [keras, pytorch] = [
      await mapWeights(file(tensors), net, { layout: "keras" }),
      await mapWeights(file(tensors), net, { layout: "pytorch" }),
    ];
    expect(keras.model.weights.get("dense/kernel")!.data[1]).toBe(2);
    expect(pytorch.model.weights.get("dense/kernel")!.data[1]).toBe(5);
  });

  it("asks where two layers of one shape have unlike names, and takes the answer", async () => {
    const net = network({ hidden: [8, 8] });
    const tensors = [...torch, counting("again.weight", [8, 8]), counting("again.bias", [8])];
    const { model: made } = await mapWeights(file(tensors), net);
    expect(made.weights.get("D1/kernel")!.data[0]).toBe(1);
    const two = network({ hidden: [8, 8, 8] });
    const more = [...tensors, counting("more.weight", [8, 8], 1000), counting("more.bias", [8])];
    await expect(mapWeights(file(more), two)).rejects.toThrow(
      /"again" and "more" fit "D1" and "D2" in more than one way: say which is which, the option map: \{ "again.weight": "D1\/kernel" \}/,
    );
    const map = { "more.weight": "D1/kernel" };
    expect((await mapWeights(file(more), two, { map })).model.weights.get("D1/kernel")!.data[0]).toBe(1000);
    // A file in order needs no answer.
    const ordered = [...more.slice(0, 4), ...more.slice(6), ...more.slice(4, 6)];
    expect((await mapWeights(file(ordered, true), two)).model.weights.get("D2/kernel")!.data[0]).toBe(1000);
  });

  it("takes layers of one shape in the order of their numbers", async () => {
    const tensors = [2, 10, 1].flatMap((i) => [counting(`fc${i}.weight`, [8, 8], i), counting(`fc${i}.bias`, [8])]);
    const x = input({ shape: [8] });
    const net = model({ inputs: x, outputs: [1, 2, 3].reduce((y) => dense({ units: 8 })(y), x) });
    const { model: made, notes } = await mapWeights(file(tensors), net, { layout: "pytorch" });
    expect(["dense", "dense_1", "dense_2"].map((name) => made.weights.get(`${name}/kernel`)!.data[0])).toEqual([
      1, 2, 10,
    ]);
    expect(notes.join("\n")).toContain("found by order and shape");
  });

  it("names layers whose biases the file has not, or has too much", async () => {
    const without = torch.filter(({ name }) => !name.endsWith("bias"));
    await expect(mapWeights(file(without), network())).rejects.toThrow(
      'it has no biases for "C1", "D0" and "out": give these layers useBias: false',
    );
    await mapWeights(file(without), network({ useBias: false }));
    await expect(mapWeights(file(torch), network({ useBias: false }))).rejects.toThrow(
      "give these layers useBias: true",
    );
  });

  it("refuses what is left over on either side, and numbers that are not finite", async () => {
    await expect(mapWeights(file([...torch, counting("aux.weight", [5, 5])]), network())).rejects.toThrow(
      /^w: no place in the network for aux.weight \[5, 5\] of the file/,
    );
    await mapWeights(file([...torch, counting("aux.weight", [5, 5])]), network(), { map: { "aux.weight": "" } });
    await expect(mapWeights(file(torch.slice(2)), network())).rejects.toThrow(
      /nothing fits C1\/kernel \[.*\], C1\/bias \[3\] of the network/,
    );
    const broken = { ...torch[5]!, values: () => Float32Array.of(1, Number.NaN) };
    await expect(mapWeights(file([...torch.slice(0, 5), broken]), network())).rejects.toThrow(
      'w: tensor "last.bias": expected finite numbers, got NaN',
    );
  });

  it("knows the four vectors of batch normalization and leaves its counter out", async () => {
    const x = input({ shape: [5, 5, 1] });
    const y = batchNormalization({ name: "norm" })(separableConv2d({ filters: 2, kernelSize: 3, name: "sep" })(x));
    const net = model({ inputs: x, outputs: y });
    const tensors = [
      counting("dw.weight", [1, 1, 3, 3]),
      counting("pw.weight", [2, 1, 1, 1]),
      counting("pw.bias", [2]),
      counting("bn.weight", [2], 10),
      counting("bn.bias", [2], 20),
      counting("bn.running_mean", [2], 30),
      counting("bn.running_var", [2], 40),
      counting("bn.num_batches_tracked", []),
    ];
    const { model: made, notes } = await mapWeights(file(tensors, true), net, { layout: "pytorch" });
    const first = (name: string) => made.weights.get(`norm/${name}`)!.data[0];
    expect(["gamma", "beta", "moving_mean", "moving_variance"].map(first)).toEqual([10, 20, 30, 40]);
    expect(notes.join("\n")).toMatch(/Left out: counters/);
    expect(notes.join("\n")).toMatch(/"norm" of the network: epsilon is 0.001/);
  });
});
