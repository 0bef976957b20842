import type { LayerOutput } from "lenet5";
import { expect, it } from "vitest";
import type { Evaluation } from "../state/data.ts";
import { byReader, layerDifferences } from "./differences.ts";

const output = (name: string, type: LayerOutput["type"], shape: number[], values: number[]): LayerOutput => ({
  name,
  type,
  shape,
  values: Float32Array.from(values),
});

it("finds the unit that differs most in each layer that both networks have", () => {
  const first = [
    output("image", "input", [1, 2, 1], [0, 1]),
    output("C1", "conv2d", [1, 2, 2], [0, 0, 0, 1]),
    output("S2", "averagePooling2d", [1], [1]),
    output("F6", "dense", [3], [0, -1, 2]),
    output("output", "dense", [2], [0, 1]),
  ];
  const second = [
    output("image", "input", [1, 2, 1], [0, 1]),
    output("C1", "conv2d", [1, 2, 2], [0, 0, 0, -1]),
    output("S2", "subsampling2d", [1], [5]),
    output("F6", "dense", [3], [0, 2, 2]),
    output("output", "dense", [3], [0, 1, 0]),
  ];
  expect(layerDifferences(first, second)).toEqual({
    differences: [
      { layer: "C1", largest: 2, mean: 0.5, unit: { layer: "C1", map: 1, row: 0, column: 1 } },
      { layer: "F6", largest: 3, mean: 1, unit: { layer: "F6", map: 0, row: 0, column: 1 } },
    ],
    unlike: ["S2", "output"],
  });
});

it("sorts test images by who reads them right", () => {
  const labels = Uint8Array.from([0, 1, 2, 3]);
  const evaluation = (predicted: number[]) => ({ labels, predicted: Uint16Array.from(predicted) }) as Evaluation;
  expect(byReader(evaluation([0, 1, 0, 0]), evaluation([0, 0, 2, 1]))).toEqual({
    both: 1,
    onlyFirst: [1],
    onlySecond: [2],
    neither: 1,
  });
});
