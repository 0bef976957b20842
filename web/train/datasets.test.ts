import type { Dataset } from "lenet5";
import { expect, it } from "vitest";
import { firstOf, lastOf, trainCount, turnsByClass } from "./datasets.ts";

const data: Dataset = {
  images: { shape: [6, 1, 2, 1], data: Uint8Array.of(0, 1, 10, 11, 20, 21, 30, 31, 40, 41, 50, 51), scale: 1 / 255 },
  labels: Uint8Array.of(0, 0, 0, 0, 1, 1),
  classNames: ["a", "b"],
};

it("parts are those that fit takes", () => {
  expect(trainCount(60_000, 1 / 12)).toBe(55_000);
  expect([...firstOf(data, 2).images.data]).toEqual([0, 1, 10, 11]);
  expect(firstOf(data, 100).labels).toHaveLength(6);
  expect([...lastOf(data, 1 / 3).images.data]).toEqual([40, 41, 50, 51]);
  expect(lastOf(data, 0).labels).toHaveLength(0);
});

it("classes take turns, each image with its label", () => {
  const turned = turnsByClass(data);
  expect([...turned.labels]).toEqual([0, 1, 0, 0, 1, 0]);
  expect([...turned.images.data].filter((_, i) => i % 2 === 0)).toEqual([0, 40, 10, 20, 50, 30]);
});
