import { expect, it } from "vitest";
import { addToConfusionMatrix, emptyConfusionMatrix } from "./confusion-matrix.ts";

it("counts images by their class and by the predicted one, one call after another", () => {
  const counts = emptyConfusionMatrix(3);
  expect(counts).toEqual([
    [0, 0, 0],
    [0, 0, 0],
    [0, 0, 0],
  ]);
  addToConfusionMatrix(counts, [0, 2, 2], [0, 1, 1]);
  addToConfusionMatrix(counts, Uint8Array.of(2, 1), Int32Array.of(0, 1));
  expect(counts).toEqual([
    [1, 0, 0],
    [0, 1, 0],
    [1, 2, 0],
  ]);
});
