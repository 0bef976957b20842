import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { runsWithin } from "./runs-within.ts";

let folder: string;
const at = (...path: string[]) => join(folder, ...path);
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "lenet5-"));
});
afterEach(() => rm(folder, { recursive: true }));

async function makeRun(...path: string[]): Promise<string> {
  await mkdir(at(...path), { recursive: true });
  await writeFile(at(...path, "config.json"), "{}");
  return at(...path);
}

test.skipIf(process.platform === "win32")("what cannot be looked at is no run", async () => {
  for (const name of ["sweep.json", "committee.safetensors", "trials", "a"]) await symlink(name, at(name));
  expect(await runsWithin(folder)).toBeUndefined();
  const run = await makeRun("b");
  expect(await runsWithin(folder)).toBe(`one of its runs, such as ${run}`);
  expect(await runsWithin(at("a"))).toBeUndefined();
});

test("the run of the best trial, where sweep.json says which", async () => {
  const first = await makeRun("trials", "0000-seed-0");
  const second = await makeRun("trials", "0001-seed-0");
  expect(await runsWithin(folder)).toBe(`one of its runs, such as ${first}`);
  await writeFile(at("sweep.json"), JSON.stringify({ best: 1 }));
  expect(await runsWithin(folder)).toBe(`one of its runs, such as ${second} (the best trial)`);
  for (const foreign of [{ a: 1 }, { best: null }, { best: "1" }, { best: 7 }, { best: -1 }, { best: 0.5 }, []]) {
    await writeFile(at("sweep.json"), JSON.stringify(foreign));
    expect(await runsWithin(folder)).toBe(`one of its runs, such as ${first}`);
  }
  await writeFile(at("sweep.json"), "no JSON");
  expect(await runsWithin(folder)).toBe(`one of its runs, such as ${first}`);
  await rm(at("sweep.json"));
  await mkdir(at("sweep.json"));
  expect(await runsWithin(folder)).toBe(`one of its runs, such as ${first}`);
});
