/** Cross-validations that are killed, stopped and continued. */
import { readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { random } from "../../src/core/random.ts";
import { contentOf } from "../end-to-end/kills.ts";
import { expectOneLine, lenet5, readJson, scratchFolder, writeIdxFolder } from "../end-to-end/lenet5-command.ts";
import { manyDigits } from "../end-to-end/many-digits.ts";

let scratch: string;
let whole: string;
let args: (out: string) => string[];
const foldNames = ["fold-1", "fold-2", "fold-3"];
beforeAll(async () => {
  scratch = await scratchFolder();
  const data = await writeIdxFolder(join(scratch, "data"), manyDigits(4));
  args = (out) => ["train", "--data", data, "--batch-size", "8", "--epochs", "3", "--folds", "3", "--out", out];
  whole = join(scratch, "whole");
  expect(await lenet5([...args(whole), "--jobs", "3"])).toMatchObject({ code: 0, error: "" });
});
afterAll(() => rm(scratch, { recursive: true }));

/** All but the command, which is that of the first call. */
async function expectSameAsWhole(out: string): Promise<void> {
  const [got, wanted] = await Promise.all(
    [out, whole].map((folder) => readJson<{ command: string }>(folder, "cross-validation.json")),
  );
  expect(got).toEqual({ ...wanted, command: got!.command });
  const committees = await Promise.all([out, whole].map((folder) => readFile(join(folder, "committee.safetensors"))));
  expect(committees[0]!.equals(committees[1]!)).toBe(true);
  for (const fold of foldNames) expect(await contentOf(join(out, fold))).toEqual(await contentOf(join(whole, fold)));
}

test.each([1, 2, 3])("killed at any moment, the same command goes on to the same bytes (%i)", async (seed) => {
  const out = join(scratch, `killed-${seed}`);
  const draw = random(seed, "folds");
  let kills = 0;
  for (let call = 0; call < 40; call++) {
    const after = ["Folder: ", ": epoch 1 of 3", ": epoch 2 of 3", ": epoch 3 of 3", "done already"][draw.integer(5)]!;
    const delay = draw.integer(400);
    const more = ["--jobs", String(1 + draw.integer(3)), "--checkpoint-seconds", "0.01"];
    const signals = kills < 4 ? [{ after, name: "SIGKILL" as const, delay }] : [];
    const { code, error } = await lenet5([...args(out), ...more], { signals, alone: true });
    if (code === null) kills++;
    else {
      expect({ code, error }).toEqual({ code: 0, error: "" });
      expect(kills).toBeGreaterThan(0);
      return expectSameAsWhole(out);
    }
  }
  throw new Error("not done after 40 calls");
});

test.each(["SIGINT", "SIGTERM"] as const)("%s saves what was reached, and the same command goes on", async (name) => {
  const out = join(scratch, name);
  const stopped = await lenet5(args(out), { signals: [{ after: ": epoch 1 of 3", name }], alone: true });
  expect(stopped.code).toBe(name === "SIGINT" ? 130 : 143);
  expect(stopped.out).toMatch(
    /^\d of 3 folds are done, and what the others have reached is saved\. To go on, run the same/m,
  );
  const again = await lenet5(args(out), { alone: true });
  expect(again).toMatchObject({ code: 0, error: "" });
  expect(again.out).toMatch(/^fold \d of 3: goes on in epoch [123] of 3$/m);
  await expectSameAsWhole(out);
});

test("a fold whose training diverges is named in one line", async () => {
  const out = join(scratch, "diverged");
  const options = ["--learning-rate", "3e38", "--jobs", "1"];
  const { code, error } = await lenet5([...args(out), ...options], { alone: true });
  expectOneLine(
    { code, error, out: "" },
    /^error: the training of fold 1 of 3 failed: .*: try a smaller --learning-rate/,
  );
});

test("a single fold goes on as a run of its own, with its validation images", async () => {
  const out = join(scratch, "single");
  expect(await lenet5(args(out))).toMatchObject({ code: 0 });
  const { code, out: text } = await lenet5(["train", "--resume", join(out, "fold-2"), "--epochs", "4"], {
    alone: true,
  });
  expect(code).toBe(0);
  const [config, original] = await Promise.all(
    [out, whole].map((folder) => readJson<{ data: object }>(folder, "fold-2", "config.json")),
  );
  expect(text).toMatch(/training, .* validation/);
  expect(config!.data).toEqual(original!.data);
  const { epochs } = await readJson<{ epochs: number[] }>(out, "fold-2", "history.json");
  expect(epochs).toEqual([1, 2, 3, 4]);

  const message = /expected folds of the same number of epochs, got 3 of ".*fold-1" and 4 of ".*fold-2": delete one/;
  expectOneLine(await lenet5(args(out)), message);
  await rm(join(out, "fold-1"), { recursive: true });
  await rm(join(out, "fold-3"), { recursive: true });
  expectOneLine(await lenet5(args(out)), message);
});
