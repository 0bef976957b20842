import { expect, it } from "vitest";
import type { OpenedData } from "../data-source.ts";
import { mixed } from "./mixed.ts";

/** 60 images of one number, their index; 30 of class 0, 20 of class 1, 10 of class 2. */
function data(labels: number[]): OpenedData {
  const images = { shape: [60, 1, 1, 1], data: Uint8Array.from({ length: 60 }, (_, i) => i) };
  const train = { images, labels: Uint8Array.from(labels), classNames: ["a", "b", "c"] };
  return { id: "x", source: "x", train, test: train };
}

const sorted = Array.from({ length: 60 }, (_, i) => (i < 30 ? 0 : i < 50 ? 1 : 2));
const random = Array.from({ length: 60 }, (_, i) => sorted[(i * 37) % 60]!);

it("images that are not sorted stay as they are, also where there is no validation", () => {
  const given = data(random);
  expect(mixed(given, 0.2, 1)).toEqual({ data: given, notes: [] });
  expect(mixed(given, 0.2, 1).data).toBe(given);
  expect(mixed(data(sorted), 0, 1).notes).toEqual([]);
});

it("sorted images are mixed by the seed, with every class in its share on both sides", () => {
  const given = data(sorted);
  const { data: made, notes } = mixed(given, 0.2, 1);
  expect(notes).toHaveLength(1);
  const { images, labels } = made.train;
  expect([...images.data].sort((a, b) => a - b)).toEqual([...given.train.images.data]);
  expect([...images.data].map((i) => sorted[i])).toEqual([...labels]);
  const counts = (part: Uint8Array | Int32Array) => [0, 1, 2].map((k) => part.filter((label) => label === k).length);
  expect(counts(labels.slice(48))).toEqual([6, 4, 2]);
  expect(counts(labels.slice(0, 48))).toEqual([24, 16, 8]);
  expect(mixed(given, 0.2, 1).data).toEqual(made);
  expect(mixed(given, 0.2, 2).data.train.images.data).not.toEqual(images.data);
  expect(made.test).toBe(given.test);
});
