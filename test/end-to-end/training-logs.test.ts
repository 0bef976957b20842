import { execFile } from "node:child_process";
import { readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import { readEventFolder } from "../read-events.ts";
import { expectOneLine, lenet5, readJson, scratchFolder, writeIdxFolder } from "./lenet5-command.ts";

let scratch: string;
let events: string;
let base: string[];
beforeAll(async () => {
  scratch = await scratchFolder();
  events = join(scratch, "events");
  const data = await writeIdxFolder(join(scratch, "data"));
  base = ["train", "--data", data, "--batch-size", "32", "--epochs", "2"];
});
afterAll(() => rm(scratch, { recursive: true }));

test("--tensorboard and --log jsonl have the same numbers; standard output is JSON lines only", async () => {
  const run = join(scratch, "run");
  const { out, error, code } = await lenet5([...base, "--out", run, "--tensorboard", events, "--log", "jsonl"]);
  expect(code).toBe(0);
  expect(error).toMatch(/^Epoch 2\/2 /m);
  expect(error).toContain("Test accuracy");
  const lines = out
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line));
  const batches = lines.filter(({ type }) => type === "batch");
  const epochs = lines.filter(({ type }) => type === "epoch");
  expect(batches.map(({ iteration }) => iteration)).toEqual(Array.from({ length: 14 }, (_, i) => i));
  const { history } = await readJson<{ history: Record<string, number[]> }>(run, "history.json");
  expect(epochs.map(({ val_loss }) => val_loss)).toEqual(history.val_loss);
  expect([lines[0].type, lines[lines.length - 1].type]).toEqual(["begin", "end"]);

  const train = await readEventFolder(join(events, "train"));
  const norms = train.flatMap(({ scalars }) => scalars.gradient_norm ?? []);
  expect(norms).toEqual(batches.map(({ gradient_norm }) => Math.fround(gradient_norm)));
  expect(train.flatMap(({ images }) => Object.keys(images))).toEqual(["C1/kernel/image", "C1/kernel/image"]);
  const validation = await readEventFolder(join(events, "validation"));
  const losses = validation.flatMap(({ scalars }) => scalars.epoch_loss ?? []);
  expect(losses).toEqual(history.val_loss!.map(Math.fround));

  // They are not settings of the run: a resumed run may have others.
  const more = join(scratch, "more");
  const resumed = await lenet5(["train", "--resume", run, "--tensorboard", more, "--log", "jsonl"]);
  expect(resumed).toMatchObject({ code: 0, out: expect.stringMatching(/^\{"type":"begin".*\}\n\{"type":"end"\}\n$/) });
  expect(await readdir(more)).toEqual(["train"]);
});

test("refusals", async () => {
  const out = ["--out", join(scratch, "refused")];
  expectOneLine(await lenet5([...base, ...out, "--log", "jsonl", "--json"]), "--log jsonl: both it and --json");
  expectOneLine(await lenet5([...base, ...out, "--log", "xml"]), '--log: expected "jsonl", got "xml"');
  expect(await readdir(scratch)).not.toContain("refused");
});

const python = process.env.LENET5_TENSORBOARD_PYTHON;

interface Found {
  readonly scalars: Record<string, [step: number, value: number][]>;
  readonly histograms: Record<string, { step: number; num: number; bucket: number[] }[]>;
  readonly images: Record<string, [step: number, width: number, height: number][]>;
}

test("TensorBoard's own reader finds all numbers, histograms and images", async ({ skip }) => {
  if (!python) {
    process.stdout.write("skipped: LENET5_TENSORBOARD_PYTHON names no Python with tensorboard\n");
    return skip();
  }
  const script = fileURLToPath(new URL("../../tools/read-events.py", import.meta.url));
  const { stdout } = await promisify(execFile)(python, [script, events]);
  const { train, validation, ...others } = JSON.parse(stdout) as Record<string, Found>;
  expect(others).toEqual({});
  expect(validation!.scalars.epoch_loss!.map(([step]) => step)).toEqual([1, 2]);
  expect(train!.scalars.gradient_norm).toHaveLength(14);
  expect(train!.histograms["C1/kernel/histogram"]!.map(({ step, num }) => [step, num])).toEqual([
    [1, 150],
    [2, 150],
  ]);
  expect(train!.images["C1/kernel/image"]).toEqual([
    [1, 35, 5],
    [2, 35, 5],
  ]);
});
