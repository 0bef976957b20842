import { mkdtemp, open, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, expect, test, vi } from "vitest";
import type { Dataset } from "../dataset.ts";

/** Drawn once, since that takes seconds. */
const calls = vi.hoisted(() => ({ digits: 0 }));
vi.mock("./digits.ts", async (original) => {
  const real = await original<typeof import("./digits.ts")>();
  let drawn: ReturnType<typeof real.digits> | undefined;
  const digits = () => {
    calls.digits++;
    drawn ??= real.digits();
    return drawn;
  };
  return { ...real, digits };
});
const { digits } = await import("./digits.ts");
const { keptDigits } = await import("./kept-digits.ts");

let root: string;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "lenet5-kept-"));
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await rm(root, { recursive: true });
});
beforeEach(() => {
  calls.digits = 0;
});

/** Not by `toEqual`, which takes a minute for 46 MB. */
const expectSame = (kept: Dataset, drawn: Dataset) => {
  const { images, labels, ...others } = kept;
  expect(Buffer.compare(images.data as Uint8Array, drawn.images.data as Uint8Array)).toBe(0);
  expect(labels).toEqual(drawn.labels);
  expect({ ...images, data: null, ...others }).toEqual({
    ...drawn,
    ...drawn.images,
    data: null,
    images: undefined,
    labels: undefined,
  });
};

test("drawn once, then read from the cache folder: the same digits; a damaged file is replaced", async () => {
  vi.stubEnv("XDG_CACHE_HOME", root);
  const drawn = digits();
  await keptDigits();
  expect(calls.digits).toBe(2);
  const folder = join(root, "lenet5", "digits");
  const [file, ...others] = await readdir(folder);
  expect(others).toEqual([]);

  const kept = await keptDigits();
  expect(calls.digits).toBe(2);
  expect(kept.source).toBe(drawn.source);
  expectSame(kept.train, drawn.train);
  expectSame(kept.test, drawn.test);

  const handle = await open(join(folder, file), "r+");
  await handle.write(Uint8Array.of(1), 0, 1, 1000);
  await handle.close();
  expectSame((await keptDigits()).train, drawn.train);
  expect(calls.digits).toBe(3);
  expectSame((await keptDigits()).train, drawn.train);
  expect(calls.digits).toBe(3);
});

test("where nothing can be kept, they are drawn", async () => {
  const file = join(root, "no-folder");
  await writeFile(file, "");
  vi.stubEnv("XDG_CACHE_HOME", file);
  expect((await keptDigits()).train.labels).toHaveLength(40_000);
  await keptDigits();
  expect(calls.digits).toBe(2);
});
