import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { mnist } from "../index.ts";
import { openData } from "./data-source.ts";
import { sumOfData, sumOfTest } from "./data-sum.ts";

const folder = process.env.LENET5_DATA || fileURLToPath(new URL("../../../shared/data/mnist", import.meta.url));
const there = existsSync(folder);
const name = "MNIST has the same sum by its name as in any folder";

test.runIf(there)(name, async () => {
  const named = await mnist({ folder });
  const sum = sumOfData({ id: "mnist", ...named });
  const testSum = sumOfTest({ id: "mnist", ...named });
  for (const data of [named, await openData(folder)]) {
    expect(sumOfData({ ...data, id: folder })).toBe(sum);
    expect(sumOfTest({ ...data, id: folder })).toBe(testSum);
  }
});

test.skipIf(there)(`skipped, there is no ${folder}; set LENET5_DATA: ${name}`, (context) => context.skip());

const part = (pixel: number, label: number) => ({
  images: { shape: [1, 1, 1, 1], data: Uint8Array.of(pixel), scale: 1 },
  labels: Uint8Array.of(label),
  classNames: ["0", "1"],
});

test("other training or validation images or labels have another sum", () => {
  const [train, id] = [part(7, 0), "/data"];
  const others = [{ train: part(8, 0) }, { train: part(7, 1) }, { train, validation: train }];
  const sums = [{ train }, ...others].map((data) => sumOfData({ id, ...data }));
  expect(new Set(sums).size).toBe(sums.length);
});

test("other test images or labels have another sum", () => {
  const sums = [part(7, 0), part(8, 0), part(7, 1)].map((test) => sumOfTest({ id: "/data", test }));
  expect(new Set(sums).size).toBe(3);
});
