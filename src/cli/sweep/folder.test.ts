import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { checkedSweep } from "../../sweep/sweep.ts";
import { sweepName } from "../queue/sweep-name.ts";
import { lockedFolder } from "./folder.ts";
import { settingRules } from "./setting-rules.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "lenet5-sweep-"));
});
afterEach(() => rm(folder, { recursive: true }));

async function locked(epochs: number): Promise<void> {
  const given = { train: { data: "digits", epochs }, vary: { optimizer: ["sgd", "adam"] }, choose: "grid" };
  const lock = await lockedFolder(folder, checkedSweep(given, "a", settingRules()), "1.0.0");
  await lock.release();
}

const refusal = "holds a sweep with other settings (train)";

test("a sweep that was refused before its first training does not hold its folder", async () => {
  await locked(1);
  await locked(2);
  await mkdir(join(folder, "trials"));
  await locked(2);
  await expect(locked(1)).rejects.toThrow(refusal);
});

test("a sweep that has a name in a queue holds its folder: trainings may be there", async () => {
  await locked(1);
  await sweepName(folder, "a");
  await expect(locked(2)).rejects.toThrow(refusal);
});

test("the folder of a run is no place for a sweep", async () => {
  await writeFile(join(folder, "config.json"), "{}");
  await expect(locked(1)).rejects.toThrow(/^--out: /);
});

test("a sweep on the built-in digits does not go on with other data", async () => {
  await locked(1);
  await mkdir(join(folder, "trials"));
  const path = join(folder, "plan.json");
  const plan = await readFile(path, "utf8");
  await writeFile(path, plan.replace('"the data digits": "digits"', '"the data digits": "mnist"'));
  await expect(locked(1)).rejects.toThrow("holds a sweep of other files: the data digits has changed since");
});
