/** Sweeps that are killed, on full and read-only disks, and on one core. */
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import { random } from "../../src/core/random.ts";
import type { SweepJson } from "../../src/report/sweep/sweep-results.ts";
import { lenet5, lenet5Json, readJson, scratchFolder, writeIdxFolder } from "../end-to-end/lenet5-command.ts";

const main = fileURLToPath(new URL("../../dist/cli/main.js", import.meta.url));
let scratch: string;
let data: string;
beforeAll(async () => {
  scratch = await scratchFolder();
  data = await writeIdxFolder(join(scratch, "data"));
});
afterAll(() => rm(scratch, { recursive: true }));

async function sweepFile(name: string, more: object = {}): Promise<string> {
  const sweep = {
    train: { data, epochs: 9, "checkpoint-seconds": 0.05 },
    vary: { "learning-rate": { from: 0.001, to: 0.1, log: true }, optimizer: ["sgd", "adam"] },
    choose: { by: "halving", eta: 3 },
    measure: { metric: "val_loss", seeds: 2 },
    trials: 9,
    ...more,
  };
  const path = join(scratch, name);
  await writeFile(path, JSON.stringify(sweep));
  return path;
}

/** The bytes of the results, without times and the names of folders. */
const timeless = ({ command: _, bestCommands: __, ...results }: SweepJson) =>
  JSON.stringify(results, (key, value) => (key === "seconds" ? 0 : value));

/** Kills the process of a sweep, or one of its trainings, after some time; returns whether it had ended before. */
async function killedAfter(
  args: readonly string[],
  milliseconds: number,
  kills: "sweep" | "training",
): Promise<boolean> {
  const child = spawn(process.execPath, [main, ...args], { stdio: "ignore" });
  let hasEnded = false;
  const ended = once(child, "close").then(() => {
    hasEnded = true;
  });
  await Promise.race([delay(milliseconds), ended]);
  if (hasEnded) return true;
  if (kills === "training") {
    const children = (await readFile(`/proc/${child.pid}/task/${child.pid}/children`, "utf8")).trim().split(" ");
    if (children[0]) process.kill(Number(children[0]), "SIGKILL");
    await ended;
    return false;
  }
  child.kill("SIGKILL");
  await ended;
  return false;
}

test("a sweep that is killed at random, or its trainings, ends with the bytes of an unbroken one", async () => {
  const file = await sweepFile("killed.json");
  const whole = await lenet5Json<SweepJson>(["sweep", file, "--out", join(scratch, "whole")]);
  const draw = random(1, "kills");
  const out = join(scratch, "killed");
  let kills = 0;
  for (let hasEnded = false; !hasEnded && kills < 200; kills++) {
    const who = draw.uniform() < 0.8 ? "sweep" : "training";
    hasEnded = await killedAfter(["sweep", file, "--out", out], 300 + 2500 * draw.uniform(), who);
  }
  expect(kills).toBeGreaterThan(5);
  const results = await lenet5Json<SweepJson>(["sweep", file, "--out", out]);
  expect(timeless(results)).toBe(timeless(whole));
  expect(results.trials.filter(({ state }) => state === "done")).toHaveLength(1);
  const left = (await readdir(out, { recursive: true })).filter((name) => /\.tmp$|checkpoint|lock/.test(name));
  expect(left).toEqual([]);
}, 900_000);

test("more trials in the folder of a finished sweep: the first ones are not trained again", async () => {
  const file = await sweepFile("more.json", { choose: "sobol", train: { data, epochs: 1 }, trials: 3 });
  const out = join(scratch, "more");
  const few = await lenet5Json<SweepJson>(["sweep", file, "--out", out]);
  const { out: text } = await lenet5(["sweep", file, "--out", out, "--trials", "5"]);
  const more = await readJson<SweepJson>(out, "sweep.json");
  expect(more.trials).toHaveLength(5);
  expect(more.trials).toEqual(expect.arrayContaining([...few.trials]));
  expect(text).toContain("5 trials (sobol, seed 1) in");
}, 120_000);

test("folds: the mean of a cross-validation, which the printed command repeats", async () => {
  const file = await sweepFile("folds.json", {
    ...{ choose: "grid", vary: { "batch-size": [16, 32] }, train: { data, epochs: 2 }, trials: 2 },
    measure: { metric: "val_accuracy", folds: 3 },
  });
  const results = await lenet5Json<SweepJson>(["sweep", file, "--out", join(scratch, "folds")]);
  const [best] = results.trials;
  expect(best!.trainings.map(({ fold, seed }) => [fold, seed])).toEqual([1, 2, 3].map((fold) => [fold, 1]));
  expect(results.bestCommands[0]).toContain("--folds 3");
  expect(await lenet5(results.bestCommands[0]!.split(" ").slice(1))).toMatchObject({ code: 0 });
  const { metrics } = await readJson<{ metrics: Record<string, { mean: number; values: number[] }> }>(
    join(scratch, "folds", "best"),
    "cross-validation.json",
  );
  expect(metrics.val_accuracy!.values).toEqual(best!.trainings.map(({ values }) => values.at(-1)));
  expect(best!.value).toBeCloseTo(metrics.val_accuracy!.mean, 12);
}, 300_000);

test("a time limit ends the command after the running epochs, and the same command goes on", async () => {
  const file = await sweepFile("time.json", { minutes: 0.1, choose: "random" });
  const out = join(scratch, "time");
  let calls = 0;
  for (let isWhole = false; !isWhole; calls++) {
    const { code, out: text } = await lenet5(["sweep", file, "--out", out]);
    expect(code).toBe(0);
    isWhole = !text.includes("Time is up after ");
  }
  expect(calls).toBeGreaterThan(1);
  expect((await readJson<SweepJson>(out, "sweep.json")).trials.every(({ state }) => state === "done")).toBe(true);
}, 300_000);

test("on one core, one training runs at a time", async () => {
  const file = await sweepFile("core.json", { choose: "random", train: { data, epochs: 1 }, trials: 2 });
  const out = execFileSync(
    "taskset",
    ["-c", "0", process.execPath, main, "sweep", file, "--out", join(scratch, "core")],
    {
      encoding: "utf8",
    },
  );
  expect(out).toContain("1 at a time with 1 thread each");
}, 120_000);

/** Whether small file systems can be mounted here. */
function mounts(): boolean {
  try {
    const folder = execFileSync("mktemp", ["-d"], { encoding: "utf8" }).trim();
    execFileSync("mount", ["-t", "tmpfs", "-o", "size=64k", "tmpfs", folder], { stdio: "pipe" });
    execFileSync("umount", [folder]);
    return true;
  } catch (error) {
    process.stderr.write(`No disk can be mounted here (${String(error).split("\n")[0]}): tests are left out\n`);
    return false;
  }
}

test.skipIf(!mounts())(
  "a full disk ends the sweep in one line; with space again, the same command goes on",
  async () => {
    const disk = await mkdtemp(join(tmpdir(), "lenet5-disk-"));
    execFileSync("mount", ["-t", "tmpfs", "-o", "size=3m", "tmpfs", disk]);
    try {
      const file = await sweepFile("disk.json", { choose: "random", train: { data, epochs: 2 }, trials: 6 });
      const args = ["sweep", file, "--out", join(disk, "sweep")];
      const full = await lenet5(args);
      expect(full.code).not.toBe(0);
      expect(full.error.trimEnd().split("\n").at(-1)).toMatch(/^error: .*the disk is full; free some space/);
      expect(full.error).not.toMatch(/\n\s+at |node:internal/);
      execFileSync("mount", ["-o", "remount,size=64m", disk]);
      const results = await lenet5Json<SweepJson>(args);
      expect(results.trials.every(({ state }) => state === "done")).toBe(true);
      execFileSync("mount", ["-o", "remount,ro", disk]);
      const fixed = await lenet5(args);
      expect(fixed.error).toMatch(/^error: .*the disk is read-only; choose another place\n$/);
      expect(fixed.code).toBe(2);
    } finally {
      execFileSync("umount", ["-l", disk]);
    }
  },
  300_000,
);
