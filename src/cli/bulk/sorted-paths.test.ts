import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { naturalKey } from "../../core/natural-order.ts";
import { sortedPaths } from "./sorted-paths.ts";

let scratch: string;
beforeAll(async () => {
  scratch = await mkdtemp(join(tmpdir(), "lenet5-sorted-"));
});
afterAll(() => rm(scratch, { recursive: true }));

/** Paths in an order that is mixed up: the steps of 7919 go through all numbers. */
async function* mixed(count: number): AsyncGenerator<string> {
  for (let i = 0; i < count; i++) yield `folder ${((i * 7919) % count) % 7}/line\n${(i * 7919) % count}.png`;
}

test.each([
  ["fewer than are held in memory", 10, 100],
  ["from a few files", 100, 30],
  ["from more files than are merged at a time", 700, 3],
])("paths are sorted: %s", async (_, count, inMemory) => {
  const expected: string[] = [];
  for await (const path of mixed(count)) expected.push(path);
  expected.sort((a, b) => (naturalKey(a) < naturalKey(b) ? -1 : 1));
  const sorted: string[] = [];
  for await (const path of sortedPaths(mixed(count), scratch, inMemory)) sorted.push(path);
  expect(sorted).toEqual(expected);
  expect(await readdir(scratch)).toEqual([]);
});
