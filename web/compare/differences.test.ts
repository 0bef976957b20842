import type { LayerOutput, LayerSummary } from "lenet5";
import { expect, it } from "vitest";
import type { Evaluation } from "../state/data.ts";
import { byReader, layerDifferences, type Outputs } from "./differences.ts";

/** A chain of layers with their outputs for an image. */
function network(
  ...layers: readonly (readonly [name: string, type: LayerOutput["type"], shape: number[], values: number[]])[]
): Outputs {
  const summaries = layers.map(([name, type, outputShape], i) => {
    return {
      name,
      type,
      outputShape,
      config: {},
      connectedTo: layers.slice(Math.max(0, i - 1), i).map(([name]) => name),
    };
  });
  const outputs = layers.map(([name, type, shape, values]) => ({
    name,
    type,
    shape,
    values: Float32Array.from(values),
  }));
  return [{ layers: summaries as unknown as readonly LayerSummary[] }, outputs];
}

it("finds the unit that differs most in each layer that both networks have", () => {
  const first = network(
    ["image", "input", [1, 2, 1], [0, 1]],
    ["C1", "conv2d", [1, 2, 2], [0, 0, 0, 1]],
    ["S2", "averagePooling2d", [1], [1]],
    ["F6", "dense", [3], [0, -1, 2]],
    ["output", "dense", [2], [0, 1]],
  );
  const second = network(
    ["image", "input", [1, 2, 1], [0, 1]],
    ["C1", "conv2d", [1, 2, 2], [0, 0, 0, -1]],
    ["S2", "subsampling2d", [1], [5]],
    ["F6", "dense", [3], [0, 2, 2]],
    ["output", "dense", [3], [0, 1, 0]],
  );
  expect(layerDifferences(first, second)).toEqual([
    { layer: "C1", largest: 2, mean: 0.5, unit: { layer: "C1", map: 1, row: 0, column: 1 } },
    { layer: "F6", largest: 3, mean: 1, unit: { layer: "F6", map: 0, row: 0, column: 1 } },
  ]);
});

it("compares what the stage shows as one layer, under its name there", () => {
  const folded = (name: string, sum: number, normal: number, shown: number) =>
    [
      [name, "conv2d", [1, 1, 1], [sum]],
      [`${name}_norm`, "batchNormalization", [1, 1, 1], [normal]],
      [`${name}_relu`, "relu", [1, 1, 1], [shown]],
    ] as const;
  const image = ["image", "input", [1, 1, 1], [1]] as [string, "input", number[], number[]];
  const end = ["output", "dense", [1], [0]] as [string, "dense", number[], number[]];
  const layers = (...args: Parameters<typeof folded>) =>
    network(image, ...(folded(...args) as unknown as (typeof end)[]), end);
  const own = layers("C1", 9, -1, 0);
  expect(layerDifferences(own, layers("C1", 5, 3, 3))).toEqual([
    { layer: "C1", largest: 3, mean: 3, unit: { layer: "C1_relu", map: 0, row: 0, column: 0 } },
    { layer: "output", largest: 0, mean: 0, unit: { layer: "output", map: 0, row: 0, column: 0 } },
  ]);
  const plain = network(image, ["C1", "conv2d", [1, 1, 1], [7]], end);
  expect(layerDifferences(own, plain)[0]).toMatchObject({ layer: "C1", largest: 7, unit: { layer: "C1_relu" } });
  expect(layerDifferences(plain, own)[0]).toMatchObject({ layer: "C1", largest: 7, unit: { layer: "C1" } });
  expect(layerDifferences(own, layers("first", 5, 3, 3)).map(({ layer }) => layer)).toEqual(["output"]);
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
