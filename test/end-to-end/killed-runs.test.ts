/** Trainings whose process is killed at moments drawn from a seed; test/slow/killed-runs.test.ts has a hundred. */
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { contentOf, trainedDespiteKills } from "./kills.ts";
import { lenet5, scratchFolder, writeIdxFolder } from "./lenet5-command.ts";
import { manyDigits } from "./many-digits.ts";

let scratch: string;
let options: string[];
beforeAll(async () => {
  scratch = await scratchFolder();
  const data = await writeIdxFolder(join(scratch, "data"), manyDigits(4));
  options = ["--data", data, "--batch-size", "4", "--epochs", "2"];
});
afterAll(() => rm(scratch, { recursive: true }));

test("a training that is killed anywhere and resumed ends with the bytes of one that was not", async () => {
  const whole = join(scratch, "whole");
  expect(await lenet5(["train", ...options, "--out", whole])).toMatchObject({ code: 0, error: "" });
  const expected = await contentOf(whole);
  let kills = 0;
  for (const seed of [1, 2]) {
    const folder = join(scratch, `killed-${seed}`);
    kills += await trainedDespiteKills(folder, options, { seed, longest: { calls: 250, milliseconds: 700 } });
    expect(await contentOf(folder)).toEqual(expected);
  }
  expect(kills).toBeGreaterThan(0);
});
