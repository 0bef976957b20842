import { homedir } from "node:os";
import { join, resolve } from "node:path";
import { expect, test } from "vitest";
import { dataName, dataPlace, downloadLine } from "./data-source.ts";

test("data have a name without a path, and a short path", () => {
  for (const [id, name] of [
    ["mnist", "MNIST"],
    ["digits", "built-in digits"],
  ]) {
    const data = { id: id!, source: `${id} from /somewhere` };
    expect([dataName(data), dataPlace(data)]).toEqual([name, name]);
  }
  const of = (id: string) => ({ id, source: `MNIST-format files in ${id}` });
  const deep = resolve("/srv/a/b/c/data/kmnist");
  expect(dataName(of(deep))).toBe('MNIST-format files in "kmnist"');
  expect(dataPlace(of(deep))).toBe(join("...", "data", "kmnist"));
  expect(dataPlace(of(join(homedir(), "data", "kmnist")))).toBe(join("~", "data", "kmnist"));
});

test("a download's line fits the terminal", () => {
  const progress = { file: "train-images-idx3-ubyte.gz", received: 5_100_000, total: 9_912_422 };
  expect(downloadLine(progress, 80)).toBe("━━━━━━━━────────  51%  5.1 of 9.9 MB  train-images-idx3-ubyte.gz");
  expect(downloadLine(progress, 40)).toHaveLength(39);
  expect(downloadLine({ ...progress, total: undefined }, 80)).toBe("5.1 MB  train-images-idx3-ubyte.gz");
});
