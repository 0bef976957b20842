import { describe, expect, it } from "vitest";
import * as lenet5 from "../../src/index.ts";

const { add, batchNormalization, concatenate, conv2d, dense, flatten, input, model } = lenet5;

describe("the summary", () => {
  it("of a chain has five columns, right-aligned numbers, and no spaces at the ends of lines", () => {
    const image = input({ shape: [32, 32, 1], name: "image" });
    const maps = batchNormalization({ name: "norm" })(conv2d({ filters: 6, kernelSize: 5, name: "C1" })(image));
    const net = model({ inputs: image, outputs: dense({ units: 10, name: "digit" })(flatten()(maps)), name: "small" });
    expect(net.summary({ print: false }).split("\n")).toEqual([
      'Model: "small"',
      "─".repeat(77),
      "Layer (type)               Output shape    Params  Connections  Multiply-adds",
      "─".repeat(77),
      "image (input)              [N, 32, 32, 1]       0            0              0",
      "C1 (conv2d)                [N, 28, 28, 6]     156      122,304        117,600",
      "norm (batchNormalization)  [N, 28, 28, 6]      24        9,408          4,704",
      "flatten (flatten)          [N, 4704]            0            0              0",
      "digit (dense)              [N, 10]         47,050       47,050         47,040",
      "─".repeat(77),
      "Total params: 47,230 (184.49 KB)",
      "Trainable params: 47,218 (184.45 KB)",
      "Non-trainable params: 12",
      "Connections: 178,762",
      "Multiply-adds per image: 169,344",
      "",
    ]);
  });

  it("lists the inputs of each layer when the model is no chain; of more than four, the first three", () => {
    const x = input({ shape: [2], name: "x" });
    const [a, b, c, d, e] = ["a", "b", "c", "d", "e"].map((name) => dense({ units: 2, name })(x));
    const four = add({ name: "four" })([a!, b!, c!, d!]);
    const net = model({ inputs: x, outputs: concatenate({ name: "all" })([four, a!, b!, c!, e!]) });
    expect(net.summary({ print: false }).split("\n")).toEqual([
      'Model: "model"',
      "─".repeat(90),
      "Layer (type)       Output shape  Params  Connections  Multiply-adds  Connected to",
      "─".repeat(90),
      "x (input)          [N, 2]             0            0              0",
      "a (dense)          [N, 2]             6            6              4  x",
      "b (dense)          [N, 2]             6            6              4  x",
      "c (dense)          [N, 2]             6            6              4  x",
      "d (dense)          [N, 2]             6            6              4  x",
      "four (add)         [N, 2]             0            0              0  a, b, c, d",
      "e (dense)          [N, 2]             6            6              4  x",
      "all (concatenate)  [N, 10]            0            0              0  four, a, b and 2 more",
      "─".repeat(90),
      "Total params: 30 (0.12 KB)",
      "Trainable params: 30 (0.12 KB)",
      "Non-trainable params: 0",
      "Connections: 30",
      "Multiply-adds per image: 20",
      "",
    ]);
  });

  it("lists the inputs first, in the model's order", () => {
    const [x, y] = [input({ shape: [2], name: "x" }), input({ shape: [3], name: "y" })];
    const z = dense({ units: 2, name: "z" })(y);
    const net = model({ inputs: [y, x], outputs: [add({ name: "sum" })([x, z]), z] });
    expect(net.summary({ print: false }).split("\n").slice(2, 8)).toEqual([
      "Layer (type)  Output shape  Params  Connections  Multiply-adds  Connected to",
      "─".repeat(76),
      "y (input)     [N, 3]             0            0              0",
      "x (input)     [N, 2]             0            0              0",
      "z (dense)     [N, 2]             8            8              6  y",
      "sum (add)     [N, 2]             0            0              0  x, z",
    ]);
  });

  it("counts the weights of a layer that is called twice once, and its multiply-adds twice", () => {
    const x = input({ shape: [3], name: "x" });
    const shared = dense({ units: 3, name: "shared" });
    const { layers, ...totals } = model({ inputs: x, outputs: shared(shared(x)) }).summaryData();
    expect(layers[1]).toMatchObject({ params: 12, macs: 18, connections: 24, connectedTo: ["x", "shared"] });
    expect(totals).toEqual({ name: "model", params: 12, trainableParams: 12, macs: 18, connections: 24 });
  });

  it("counts moving statistics as weights that are not trained", () => {
    const x = input({ shape: [5] });
    const net = model({ inputs: x, outputs: batchNormalization()(x) });
    expect(net.summaryData()).toMatchObject({ params: 20, trainableParams: 10 });
    const lines = net.summary({ print: false }).split("\n");
    expect(lines).toContain("Trainable params: 10 (0.04 KB)");
    expect(lines).toContain("Non-trainable params: 10");
  });

  it.each([
    [511, "262,144 (1.00 MB)"],
    [510, "261,632 (1022.00 KB)"],
    [1023, "524,288 (2.00 MB)"],
  ])("gives the size of %i x 512 weights and 512 biases as %s", (features, size) => {
    const x = input({ shape: [features] });
    const net = model({ inputs: x, outputs: dense({ units: 512 })(x) });
    expect(net.summary({ print: false })).toContain(`Total params: ${size}`);
  });

  it("counts parameters and connections as the paper does", () => {
    const { params, layers } = lenet5.lenet5().summaryData();
    expect(params).toBe(60_806);
    expect(lenet5.lenet5({ c3: "full" }).summaryData().params).toBe(61_706);
    const connections = Object.fromEntries(layers.map((layer) => [layer.name, layer.connections]));
    expect(connections).toMatchObject({ C1: 122_304, C3: 151_600, C5: 48_120, F6: 10_164 });
    expect(layers.find((layer) => layer.name === "C3")!.macs).toBe(150_000);
  });

  it("prints the summary as a table", () => {
    const lines = lenet5.lenet5().summary({ print: false }).split("\n");
    expect(lines[0]).toBe('Model: "lenet5"');
    expect(lines.find((line) => line.startsWith("C3 (conv2d)"))).toMatch(/\[N, 10, 10, 16\] +1,516 +151,600 +150,000$/);
    expect(lines).toContain("Total params: 60,806 (237.52 KB)");
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(80);
  });

  it("lists the inputs of each layer when the model is no chain", () => {
    const x = input({ shape: [4], name: "x" });
    const [left, right] = [dense({ units: 2, name: "left" })(x), dense({ units: 2, name: "right" })(x)];
    const text = model({ inputs: x, outputs: add({ name: "sum" })([left, right]) }).summary({ print: false });
    expect(text).toMatch(/sum \(add\).* {2}left, right\n/);
  });
});
