/** The states in which a run's folder can be left, and what `train --out` and `train --resume` make of them. */
import { cp, mkdir, readdir, readFile, rm, truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { digits } from "../../src/index.ts";
import { takeLock } from "../../src/platform/node/locks.ts";
import { pngBytes, writeFiles } from "../made-files.ts";
import { contentOf } from "./kills.ts";
import { expectOneLine, killAt, lenet5, readJson, scratchFolder, writeIdxFolder } from "./lenet5-command.ts";
import { manyDigits } from "./many-digits.ts";

let scratch: string;
let options: string[];
/** A run that nothing happened to. */
let whole: string;
/** One that was killed in its second epoch, after a checkpoint. */
let killed: string;

beforeAll(async () => {
  scratch = await scratchFolder();
  const data = await writeIdxFolder(join(scratch, "data"));
  options = ["--data", data, "--batch-size", "8", "--epochs", "3"];
  [whole, killed] = [join(scratch, "whole"), join(scratch, "killed")];
  const [done, ended] = await Promise.all([
    lenet5(["train", ...options, "--out", whole]),
    lenet5(["train", ...options, "--out", killed, "--checkpoint-seconds", "0.001"], { signals: [killAt("Epoch 2/")] }),
  ]);
  expect(done).toMatchObject({ code: 0, error: "" });
  expect(ended).toMatchObject({ code: null, error: "" });
  expect(await readdir(killed)).toEqual([
    "checkpoint.safetensors",
    "config.json",
    "history.csv",
    "history.json",
    "model.safetensors",
    "run.lock",
    "steps.json",
    "weights.json",
  ]);
});
afterAll(() => rm(scratch, { recursive: true }));

/** The killed run with some of its files. */
async function left(name: string, files: readonly string[]): Promise<string> {
  const folder = join(scratch, name);
  await mkdir(folder);
  for (const file of files) await cp(join(killed, file), join(folder, file));
  return folder;
}

const atEpochEnd = ["config.json", "model.safetensors", "history.json", "history.csv", "steps.json", "weights.json"];

test.each([
  ["within an epoch", [...atEpochEnd, "checkpoint.safetensors", "run.lock"], "Continuing within epoch 2 of 3"],
  ["after a checkpoint, before an epoch's end", ["config.json", "checkpoint.safetensors"], "Continuing within epoch 2"],
  ["at the end of an epoch", [...atEpochEnd, "run.lock"], "Continuing after epoch 1 of 3"],
  ["without a model", ["config.json", "run.lock"], "Nothing was trained yet: the run begins again"],
])("killed %s: --resume ends with the bytes of a run that was not killed", async (name, files, said) => {
  const folder = await left(name, files);
  // Left by processes that are gone, and by the user.
  await writeFile(join(folder, "model.safetensors.lenet5-00000000-1-00000000.tmp"), "");
  await writeFile(join(folder, "notes.txt"), "");
  if (files.includes("history.json")) {
    // The history, and what is written with it, may be ahead of the model.
    for (const file of ["history.json", "steps.json", "weights.json"]) await cp(join(whole, file), join(folder, file));
  }
  const { code, error, out } = await lenet5(["train", "--resume", folder]);
  expect({ code, error }).toEqual({ code: 0, error: "" });
  expect(out).toContain(said);
  for (const file of ["model.safetensors.lenet5-00000000-1-00000000.tmp", "notes.txt"]) await rm(join(folder, file));
  expect(await contentOf(folder)).toEqual(await contentOf(whole));
});

test("killed before its settings were saved: --resume says what to do, and --out starts there", async () => {
  const folder = await left("bare", ["run.lock"]);
  expectOneLine(
    await lenet5(["train", "--resume", folder]),
    /expected the folder of a run, .*: its training ended before its settings were saved: start it again/,
  );
  const started = await lenet5(["train", ...options, "--out", folder]);
  expect(started).toMatchObject({ code: 0, error: "" });
  expect(await contentOf(folder)).toEqual(await contentOf(whole));
});

test.each([
  ["checkpoint.safetensors", "model.safetensors"],
  ["model.safetensors", "checkpoint.safetensors"],
])("a damaged %s: --resume names the file to delete, and goes on from %s", async (damaged, other) => {
  const folder = await left(`damaged-${damaged}`, [...atEpochEnd, "checkpoint.safetensors"]);
  await truncate(join(folder, damaged), 1000);
  expectOneLine(
    await lenet5(["train", "--resume", folder]),
    new RegExp(`${damaged}: .* it is truncated .*; delete it to go on from ${other}`),
  );
  await rm(join(folder, damaged));
  expect(await lenet5(["train", "--resume", folder])).toMatchObject({ code: 0, error: "" });
  expect(await contentOf(folder)).toEqual(await contentOf(whole));
});

test("data with other images since are refused; a run of an earlier version, which has no sum of them, goes on", async () => {
  const data = await writeIdxFolder(join(scratch, "changing"));
  const folder = join(scratch, "of-changed");
  const args = ["train", "--data", data, "--epochs", "1", "--out", folder];
  expect(await lenet5(args)).toMatchObject({ code: 0, error: "" });
  const more = ["train", "--resume", folder, "--epochs", "2"];
  // As many, of the same size.
  await writeIdxFolder(data, digits({ train: 240, test: 60, seed: 9 }));
  const before = await contentOf(folder);
  expectOneLine(
    await lenet5(more),
    /"[^"]*of-changed" was trained on other images or labels than those of .*changing.*: put its data back/,
  );
  expect(await contentOf(folder)).toEqual(before);
  const { extra, ...config } = await readJson<{ extra: { dataSum?: string; testSum?: string } }>(folder, "config.json");
  const { dataSum, testSum, ...older } = extra;
  for (const sum of [dataSum, testSum]) expect(sum).toMatch(/^[0-9a-f]{64}$/);
  await writeFile(join(folder, "config.json"), JSON.stringify({ ...config, extra: older }));
  expect(await lenet5(more)).toMatchObject({ code: 0, error: "" });
});

test("a changed test image is refused, too; a run of an earlier version, which has no sum of those, goes on", async () => {
  const data = await writeIdxFolder(join(scratch, "changing-test"));
  const folder = join(scratch, "of-changed-test");
  expect(await lenet5(["train", "--data", data, "--epochs", "1", "--out", folder])).toMatchObject({ code: 0 });
  await changeLastByte(join(data, "t10k-images-idx3-ubyte"));
  const more = ["train", "--resume", folder, "--epochs", "2"];
  expectOneLine(
    await lenet5(more),
    /of-changed-test" has other test images or labels than those of .*changing-test.*: put its data back/,
  );
  const { extra, ...config } = await readJson<{ extra: { testSum?: string } }>(folder, "config.json");
  const { testSum: _, ...older } = extra;
  await writeFile(join(folder, "config.json"), JSON.stringify({ ...config, extra: older }));
  expect(await lenet5(more)).toMatchObject({ code: 0, error: "" });
});

test("a picture that is none any more: --resume says how many images are left, and what was skipped", async () => {
  const [data, folder] = [join(scratch, "letters"), join(scratch, "of-letters")];
  const pictures = ["a", "b"].flatMap((name, k) =>
    Array.from({ length: 10 }, (_, i) => [`${name}/${i}.png`, pngBytes({ width: 20, height: 20 }, 80 * k, i)] as const),
  );
  await writeFiles(data, Object.fromEntries(pictures));
  const args = ["train", "--data", data, "--epochs", "1", "--out", folder];
  expect(await lenet5(args)).toMatchObject({ code: 0, error: "" });
  await writeFile(join(data, "a", "3.png"), "no picture");
  expectOneLine(
    await lenet5(["train", "--resume", folder, "--epochs", "2"]),
    /"[^"]*of-letters": expected the run's data \(\d+, \d+, 2 training .*got .* \(Left out: .*3\.png: expected PNG.*\): put its data back, or/,
  );
});

test("data that have moved: --data says where, once, and the run ends as one whose data stayed", async () => {
  const there = await writeIdxFolder(join(scratch, "there"));
  const ended = await left("of-moved", [...atEpochEnd, "checkpoint.safetensors"]);
  const unbegun = await left("unbegun", ["config.json"]);
  const other = await writeIdxFolder(join(scratch, "elsewhere"), digits({ train: 240, test: 60, seed: 9 }));
  for (const folder of [ended, unbegun]) {
    const { extra, ...config } = await readJson<{ extra: { data: string } }>(folder, "config.json");
    const moved = { ...extra, data: join(scratch, "gone"), dataFromRun: "../gone" };
    await writeFile(join(folder, "config.json"), JSON.stringify({ ...config, extra: moved }));
    const resume = ["train", "--resume", folder];
    expectOneLine(await lenet5(resume), /its data, .*gone, are no longer there: give their place with --data/);
    expectOneLine(await lenet5([...resume, "--data", other]), /was trained on other images or labels than those of/);
    expect(await lenet5([...resume, "--data", there])).toMatchObject({ code: 0, error: "" });
    expect((await readJson<{ extra: object }>(folder, "config.json")).extra).toMatchObject({
      data: there,
      dataFromRun: join("..", "there"),
    });
    for (const file of ["model.safetensors", "evaluation.json"])
      expect((await readFile(join(folder, file))).equals(await readFile(join(whole, file)))).toBe(true);
    expect(await lenet5(["evaluate", folder])).toMatchObject({ code: 0, error: "" });
  }
});

async function changeLastByte(path: string): Promise<void> {
  const bytes = await readFile(path);
  bytes[bytes.length - 1]! ^= 255;
  await writeFile(path, bytes);
}

test("a limit on memory is one of the machine: a run does not keep it, and takes another", async () => {
  const folder = join(scratch, "limited");
  const trained = await lenet5(["train", ...options, "--epochs", "1", "--max-bytes", "100000000", "--out", folder]);
  expect(trained).toMatchObject({ code: 0, error: "" });
  expect(
    JSON.stringify((await readJson<{ extra: { dataOptions: object } }>(folder, "config.json")).extra.dataOptions),
  ).not.toContain("axBytes");
  const refusal = /expected data of at most .*--max-bytes/;
  for (const command of [["evaluate"], ["train", "--epochs", "2", "--resume"]]) {
    expectOneLine(await lenet5([...command, folder, "--max-bytes", "1"]), refusal);
    expect(await lenet5([...command, folder, "--max-bytes", "90000000"])).toMatchObject({ code: 0, error: "" });
  }
});

test("a folder that another training writes to is refused in one line, and can be read", async () => {
  const folder = await left("used", [...atEpochEnd, "checkpoint.safetensors"]);
  const lock = await takeLock(join(folder, "run.lock"));
  const refusal = new RegExp(
    `expected a folder that no other training writes to, got that of process ${process.pid}, `,
  );
  expectOneLine(await lenet5(["train", "--resume", folder]), refusal);
  const fresh = join(scratch, "fresh");
  await mkdir(fresh);
  const other = await takeLock(join(fresh, "run.lock"));
  expectOneLine(await lenet5(["train", ...options, "--out", fresh]), refusal);
  expect(await readdir(fresh)).toEqual(["run.lock"]);
  // As left on another machine.
  const owner = await readJson<object>(folder, "run.lock");
  await writeFile(join(folder, "run.lock"), JSON.stringify({ ...owner, id: "far", host: "far", place: "far" }));
  expectOneLine(
    await lenet5(["train", "--resume", folder]),
    /process \d+ on "far", which began .*: if it has ended, delete .*run\.lock/,
  );
  expect(await lenet5(["evaluate", folder])).toMatchObject({ code: 0, error: "" });
  for (const each of [lock, other]) if (each.isTaken) await each.release();
});

test("of two trainings that start into one folder at the same moment, one trains", async () => {
  const folder = join(scratch, "both");
  const args = ["train", ...options, "--out", folder];
  const outcomes = await Promise.all([1, 2].map(() => lenet5(args, { alone: true })));
  expect(outcomes.map(({ code }) => code).sort()).toEqual([0, 2]);
  expectOneLine(outcomes.find(({ code }) => code === 2)!, /no other training writes to|holds a run already/);
  expect(await contentOf(folder)).toEqual(await contentOf(whole));
});

test.each([
  ["SIGTERM", 143, 1],
  ["SIGHUP", 129, 1],
  ["SIGINT", 130, 2],
] as const)("%s stops within the epoch with exit code %i; --resume goes on there", async (name, code, times) => {
  const folder = join(scratch, name);
  const data = await writeIdxFolder(join(scratch, "many"), manyDigits(20));
  const args = ["train", "--data", data, "--batch-size", "4", "--epochs", "1", "--threads", "1"];
  // A line of the log is written when training has begun. Less than 300 ms is the same key press of Ctrl-C.
  const signals = Array.from({ length: times }, (_, i) => ({ after: '"iteration"', name, delay: 1 + 310 * i }));
  const stopped = await lenet5([...args, "--out", folder, "--log", "jsonl"], { signals });
  expect(stopped.code).toBe(code);
  expect(stopped.error).toMatch(
    /Stopping at once\nStopped in epoch 1 of 1: all of it is saved. Continue with: lenet5 train --resume /,
  );
  expect(await readdir(folder)).not.toContain("run.lock");
  const resumed = await lenet5(["train", "--resume", folder]);
  expect(resumed).toMatchObject({ code: 0, error: "" });
  expect(resumed.out).toContain("Continuing within epoch 1 of 1");
  const other = join(scratch, "not-stopped");
  if (name === "SIGTERM") await lenet5([...args, "--out", other]);
  expect(await readFile(join(folder, "model.safetensors"))).toEqual(await readFile(join(other, "model.safetensors")));
});
