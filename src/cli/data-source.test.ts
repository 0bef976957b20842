import { homedir } from "node:os";
import { join, resolve } from "node:path";
import { expect, test, vi } from "vitest";
import { dataName, dataPlace, downloadLine, openData } from "./data-source.ts";

// All 45,000 take seconds: `lenet5 data` draws them in test/slow/data-sources.test.ts.
vi.mock("../data/digits/digits.ts", async (original) => {
  const real = await original<typeof import("../data/digits/digits.ts")>();
  return { ...real, digits: () => real.digits({ train: 20, test: 10 }) };
});

test("where MNIST is not available, the built-in digits with a notice; not where MNIST is asked for", async () => {
  vi.stubEnv("LENET5_DATA", "");
  vi.stubEnv("XDG_CACHE_HOME", join(homedir(), "no-such-cache"));
  vi.stubGlobal("fetch", () => Promise.reject(new Error("offline")));
  const { id, source, notice, test } = await openData(undefined, {});
  expect({ id, source, images: test.labels.length }).toEqual({ id: "digits", source: "built-in digits", images: 10 });
  expect(notice).toMatch(/^MNIST is neither on this machine nor reachable, so built-in digits are used/);
  await expect(openData("mnist", {})).rejects.toThrow(/MNIST is neither on this machine nor reachable/);
  vi.unstubAllEnvs();
  vi.unstubAllGlobals();
});

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
