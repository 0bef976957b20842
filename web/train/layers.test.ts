import { modern } from "lenet5";
import { expect, it } from "vitest";
import { optionsOf, rowsText, start, startModern, textRows, usualRow } from "./layers.ts";
import { described, ownNetwork } from "./own-network.ts";

const ends = { shape: [32, 32, 1], classes: 10 };

it("the editor's text is read again as it was written", () => {
  expect(textRows(rowsText(textRows(start)))).toEqual(textRows(start));
  const rows = textRows("conv2d 6 3 relu same; dropout 0.5; dense 20");
  expect(rowsText(rows)).toBe("conv2d 6 3 relu same; dropout 0.5; dense 20");
  expect(rows[2]!.values).toEqual({ units: "20", activation: "tanh" });
  expect(rowsText([usualRow("conv2d"), usualRow("flatten")])).toBe("conv2d 8; flatten");
  expect(textRows(" ")).toEqual([]);
});

it.each([
  [
    "pool 2",
    'layer 1: expected conv2d, averagePooling2d, maxPooling2d, globalAveragePooling2d, batchNormalization, activation, dropout, flatten, dense, got "pool"',
  ],
  ["flatten; flatten 3", "layer 2: expected at most 0 values for Flatten, got 1"],
  ["flatten;".repeat(50), "expected at most 40 layers, got 51"],
])("%s is refused", (text, line) => {
  expect(() => textRows(text)).toThrow(line);
});

it("values are numbers, or of the list", () => {
  const [row] = textRows("conv2d six 5 tanh");
  expect(() => optionsOf(row!)).toThrow('expected a number for maps, got "six"');
  expect(() => optionsOf(textRows("dense 3 wave")[0]!)).toThrow(/^expected tanh, .*, got "wave"$/);
  expect(optionsOf(usualRow("conv2d"))).toEqual({
    filters: 8,
    kernelSize: 5,
    activation: "tanh",
    padding: "valid",
    strides: 1,
  });
});

it("the layers of modern() can be begun with: they differ from it by their biases", () => {
  const { layers, params, fault } = described(startModern, ends);
  expect(fault).toBeUndefined();
  expect(layers.map(({ type }) => type)).toEqual(
    modern()
      .summaryData()
      .layers.map(({ type }) => type)
      .map((type) => (type === "relu" ? "activation" : type)),
  );
  expect(params).toBe(59_226 + 16 + 16 + 32 + 32 + 48 + 64);
});

it("shapes and parameters are the library's", () => {
  const { layers, params, fault } = described(start, ends);
  expect(fault).toBeUndefined();
  expect(params).toBe(61_706);
  expect(layers.map(({ outputShape }) => outputShape.join("x"))).toEqual([
    "32x32x1",
    "28x28x6",
    "14x14x6",
    "10x10x16",
    "5x5x16",
    "1x1x120",
    "120",
    "84",
    "10",
  ]);
  expect(ownNetwork("", ends).summaryData().params).toBe(10_250);
});

it("the layer that cannot be built is named, and those before it are described", () => {
  const { layers, fault } = described("conv2d 6 5; averagePooling2d 2; conv2d 6 30; flatten", ends);
  expect(fault!.index).toBe(2);
  expect(fault!.line).toMatch(/C3/);
  expect(layers.map(({ name }) => name).slice(0, 3)).toEqual(["image", "C1", "S2"]);
  expect(described("conv2d ? 5", ends).fault).toEqual({ index: 0, line: 'expected a number for maps, got "?"' });
});
