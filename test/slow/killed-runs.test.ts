/** Runs that are killed, resumed and killed again: 15 minutes on two cores that do much else, 17 with the starts. */
import { readFile, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { contentOf, trainedDespiteKills } from "../end-to-end/kills.ts";
import { killAt, lenet5, readJson, scratchFolder, writeIdxFolder } from "../end-to-end/lenet5-command.ts";
import { manyDigits } from "../end-to-end/many-digits.ts";

let scratch: string;
let data: string;
beforeAll(async () => {
  scratch = await scratchFolder();
  data = await writeIdxFolder(join(scratch, "data"));
});
afterAll(() => rm(scratch, { recursive: true }));

test("a run that was killed: its report, and after --resume every step and epoch once", async () => {
  const args = ["train", "--data", data, "--batch-size", "32", "--epochs", "4", "--out"];
  const killed = join(scratch, "killed");
  const [outcome] = await Promise.all([
    lenet5([...args, killed], { signals: [killAt("Epoch 3/")] }),
    lenet5([...args, join(scratch, "whole")]),
  ]);
  expect(outcome.code).toBe(null);
  expect(await lenet5(["report", killed])).toMatchObject({ code: 0, error: "" });
  expect(await readFile(join(killed, "report.html"), "utf8")).toMatch(/Training stopped after epoch 2 of 4/);
  expect(await lenet5(["train", "--resume", killed])).toMatchObject({ code: 0, error: "" });
  for (const file of ["steps.json", "weights.json"]) {
    expect(await readJson(killed, file)).toEqual(await readJson(join(scratch, "whole"), file));
  }
  const { epochs } = await readJson<{ epochs: number[] }>(killed, "weights.json");
  expect(epochs).toEqual(Array.from({ length: 5 }, (_, epoch) => epoch));
  const { iterations } = await readJson<{ iterations: number[] }>(killed, "steps.json");
  expect(iterations).toEqual(Array.from({ length: 4 * 7 }, (_, i) => i));
});

test("a resumed run removes the results of the earlier model, even if it is killed then", async () => {
  const path = join(scratch, "stale");
  const args = ["train", "--data", data, "--epochs", "5", "--batch-size", "32", "--out", path];
  await lenet5(args, { signals: [{ after: "Epoch 2/", name: "SIGINT" }] });
  const old = await readJson<{ loss: number }>(path, "evaluation.json");
  await lenet5(["train", "--resume", path], { signals: [killAt("Epoch 5/")] });
  await expect(stat(join(path, "evaluation.json"))).rejects.toThrow("ENOENT");
  expect(await lenet5(["report", path])).toMatchObject({ code: 0, error: "" });
  const fresh = await readJson<{ loss: number }>(path, "evaluation.json");
  expect(fresh.loss).not.toBe(old.loss);
  const page = await readFile(join(path, "report.html"), "utf8");
  expect(page).toContain(`${Number(fresh.loss.toPrecision(3))}`);
});

test("a hundred kills, at any moment and within the writing of files, change no byte of what a run ends with", async () => {
  const many = await writeIdxFolder(join(scratch, "many"), manyDigits(6));
  const options = ["--data", many, "--batch-size", "4", "--epochs", "2"];
  const whole = join(scratch, "unbroken");
  expect(await lenet5(["train", ...options, "--out", whole])).toMatchObject({ code: 0, error: "" });
  const expected = await contentOf(whole);
  let [kills, seed] = [0, 100];
  const worker = async () => {
    while (kills < 100) {
      const own = seed++;
      const folder = join(scratch, `killed-${own}`);
      kills += await trainedDespiteKills(folder, options, { seed: own, longest: { calls: 250, milliseconds: 700 } });
      expect(await contentOf(folder), `seed ${own}`).toEqual(expected);
      await rm(folder, { recursive: true });
    }
  };
  await Promise.all([worker(), worker()]);
}, 1_800_000);

test("of two trainings that start into one folder at the same moment, one trains: 25 times", async () => {
  for (let i = 0; i < 25; i++) {
    const folder = join(scratch, `both-${i}`);
    const args = ["train", "--data", data, "--batch-size", "64", "--epochs", "1", "--out", folder];
    const outcomes = await Promise.all([1, 2].map(() => lenet5(args, { alone: true })));
    expect(outcomes.map(({ code }) => code).sort()).toEqual([0, 2]);
    expect(await readFile(join(folder, "report.html"), "utf8")).toContain("test accuracy");
  }
});
