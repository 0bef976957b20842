import { homedir } from "node:os";
import { join, resolve } from "node:path";
import { expect, test } from "vitest";
import { dataName, dataPlace, downloadLine } from "./data-source.ts";

test("data have a name without a path, and a short path", () => {
  expect([dataName("mnist"), dataPlace("mnist")]).toEqual(["MNIST", "MNIST"]);
  expect([dataName("digits"), dataPlace("digits")]).toEqual(["built-in digits", "built-in digits"]);
  const deep = resolve("/srv/a/b/c/data/kmnist");
  expect(dataName(deep)).toBe('MNIST-format files in "kmnist"');
  expect(dataPlace(deep)).toBe(join("...", "data", "kmnist"));
  expect(dataPlace(join(homedir(), "data", "kmnist"))).toBe(join("~", "data", "kmnist"));
});

test("a download's line fits the terminal", () => {
  const progress = { file: "train-images-idx3-ubyte.gz", received: 5_100_000, total: 9_912_422 };
  expect(downloadLine(progress, 80)).toBe("━━━━━━━━────────  51%  5.1 of 9.9 MB  train-images-idx3-ubyte.gz");
  expect(downloadLine(progress, 40)).toHaveLength(39);
  expect(downloadLine({ ...progress, total: undefined }, 80)).toBe("5.1 MB  train-images-idx3-ubyte.gz");
});
