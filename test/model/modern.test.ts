/** The network with today's layers. */
import { describe, expect, it } from "vitest";
import { digits, modern } from "../../src/index.ts";

const { test } = digits({ train: 1, test: 8, seed: 1 });
const shapesOf = (rows: number, columns: number) =>
  modern({ inputShape: [rows, columns, 1], threads: 1 })
    .summaryData()
    .layers.filter(({ name }) => /^[CS]\d$/.test(name))
    .map(({ name, outputShape }) => [name, ...outputShape]);

describe("modern", () => {
  it("has at most 60,000 parameters, moving statistics included", () => {
    const { layers, ...sums } = modern({ threads: 1 }).summaryData();
    expect(sums).toMatchObject({ params: 59_226, trainableParams: 58_810 });
    expect(sums.params).toBeLessThanOrEqual(60_000);
    expect(layers.map(({ name }) => name).slice(0, 8)).toEqual([
      ...["image", "C1", "C1_norm", "C1_relu", "C2", "C2_norm", "C2_relu", "S3"],
    ]);
    expect(layers.slice(-5).map(({ name }) => name)).toEqual(["C8", "C8_norm", "C8_relu", "means", "output"]);
  });

  it("shrinks 32x32 to one unit a map", () => {
    expect(shapesOf(32, 32)).toEqual([
      ["C1", 30, 30, 16],
      ["C2", 28, 28, 16],
      ["S3", 14, 14, 16],
      ["C4", 12, 12, 32],
      ["C5", 10, 10, 32],
      ["S6", 5, 5, 32],
      ["C7", 3, 3, 48],
      ["C8", 1, 1, 64],
    ]);
  });

  it.each([
    // C8's kernel is 2x2, those of C7 and C8 are 1x1, and one is 3x1.
    [28, 28, [2, 2, 48], [1, 1, 64]],
    [16, 16, [1, 1, 48], [1, 1, 64]],
    [40, 16, [5, 1, 48], [3, 1, 64]],
    [64, 48, [11, 7, 48], [9, 5, 64]],
  ])("takes images of %ix%i", async (rows, columns, c7, c8) => {
    const shapes = shapesOf(rows, columns);
    expect(shapes.slice(-2)).toEqual([
      ["C7", ...c7],
      ["C8", ...c8],
    ]);
    const net = modern({ inputShape: [rows, columns, 3], classes: 4, threads: 1 });
    const data = Float32Array.from({ length: rows * columns * 3 }, (_, i) => (i % 7) / 7);
    const outputs = await net.predict({ shape: [1, rows, columns, 3], data });
    expect(outputs.shape).toEqual([1, 4]);
    expect([...outputs.data].reduce((sum, value) => sum + value, 0)).toBeCloseTo(1, 5);
  });

  it("has initial weights by its seed", async () => {
    const scores = async (seed?: number) => [
      ...(await modern({ threads: 1, ...(seed !== undefined && { seed }) }).predict(test.images)).data,
    ];
    expect(await scores(0)).toEqual(await scores());
    expect(await scores(1)).not.toEqual(await scores());
  });

  it.each<[object, string]>([
    [{ inputShape: [15, 16, 1] }, "modern inputShape: expected images of at least 16x16, got 15x16"],
    [{ inputShape: [28, 28] }, "modern inputShape: expected [rows, columns, channels], such as [32, 32, 1], got"],
    [{ classes: 1 }, "modern classes: expected a whole number of at least 2, got 1"],
    [{ c3: "full" }, 'modern: expected options "inputShape", "classes", "seed", "threads" or "numerics", got "c3"'],
  ])("refuses %j", (options, message) => expect(() => modern(options)).toThrow(message));
});
