/** Nothing that comes from outside (names of classes, files and layers) steers the terminal. */
import { mkdir, readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import { dense, input, model } from "../../src/index.ts";
import { expectOneLine, lenet5, lenet5Json, scratchFolder, smallDigits, writePng } from "./lenet5-command.ts";

// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const STEERING = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/;
/** Clears the screen, sets the clipboard, rings the bell, turns the direction, breaks the line. */
const names = ["\u001b[2Jzero", "o\u001b]52;c;cm0gLXJm\u0007", "tw\u202e\u2066o", "th\r\nree", "\u009b31mfour"];

let folder: string;
let data: string;
let run: string;
let picture: string;

beforeAll(async () => {
  folder = await scratchFolder();
  data = join(folder, "data\u001b[31m");
  run = join(folder, "run\u0007");
  const { labels } = smallDigits.test;
  for (const [k, name] of names.entries()) {
    await mkdir(join(data, name), { recursive: true });
    const own = [...labels.keys()].filter((i) => labels[i] === k);
    for (const i of own) await writePng(join(data, name, `\u001b[1m${i}.png`), i);
  }
  picture = join(data, names[0]!, `\u001b[1m${labels.indexOf(0)}.png`);
  const { code, out, error } = await lenet5(["train", "--data", data, "--epochs", "1", "--out", run]);
  expect({ code, error }).toEqual({ code: 0, error: "" });
  expect(out).toContain("run␇");
  expect(out).not.toMatch(STEERING);
});

test.each([
  ["data", () => ["--data", data, "--sample", "9"]],
  ["evaluate", () => [run]],
  ["report", () => [run]],
  ["report --help", () => []],
  ["summary", () => [run]],
  ["train --epochs 2 --resume", () => [run]],
  ["predict", () => ["--model", run, "--show", picture]],
])("%s", async (command, more) => {
  const { out, error } = await lenet5([...command.split(" "), ...more()]);
  expect(out + error).not.toMatch(STEERING);
  expect(out).not.toBe("");
});

test("as a terminal: progress and chart", async () => {
  const { out } = await lenet5(["train", "--data", data, "--epochs", "1", "--out", join(folder, "\u001b[2Jsecond")], {
    columns: 80,
  });
  // biome-ignore lint/suspicious/noControlCharactersInRegex: those of the live lines
  expect(out.replaceAll(/\r|\u001b\[(\d*A|K|J)/g, "")).not.toMatch(STEERING);
  expect(out).toContain("␛[2Jsecond");
});

test("JSON has escapes, with the same content", async () => {
  const evaluation = await lenet5(["evaluate", run, "--json"]);
  expect(evaluation.out + evaluation.error).not.toMatch(STEERING);
  const { perClass } = JSON.parse(evaluation.out);
  expect(new Set(perClass.map(({ name }: { name: string }) => name))).toEqual(new Set(names));
  const log = await lenet5([
    "train",
    "--data",
    data,
    "--epochs",
    "1",
    "--out",
    join(folder, "l\u202e"),
    "--log",
    "jsonl",
  ]);
  expect(log.out + log.error).not.toMatch(STEERING);
});

test("errors and commands that do not exist", async () => {
  for (const args of [
    ["predict", join(folder, "no\u001b[2Jsuch\n.png")],
    ["report", join(folder, "\u202enone\u001b]0;title\u0007")],
    ["evaluate", run, "--data", join(folder, "gone\u009b2J")],
    ["\u001b[2Jtrain"],
    ["train", "--optimizer", "\u001b[2J\u202e"],
    ["train", "--\u001b[2J"],
  ]) {
    const outcome = await lenet5(args);
    expectOneLine(outcome, /error/);
    expect(outcome.error).not.toMatch(STEERING);
  }
});

test("names of layers", async () => {
  const path = join(folder, "named.safetensors");
  const x = input({ shape: [4] });
  await model({ inputs: x, outputs: dense({ units: 2, name: "d\u001b[2J\nense" })(x), name: "m\u0007" }).save(path);
  const { out, code } = await lenet5(["summary", path]);
  expect(code).toBe(0);
  expect(out).not.toMatch(STEERING);
  expect(out).toContain("d␛[2J␊ense (dense)");
  expect((await lenet5Json<{ layers: { name: string }[] }>(["summary", path])).layers.at(-1)!.name).toContain("\u001b");
});

test("a figure and code on standard output are unchanged, except on a terminal", async () => {
  const path = join(folder, "code.safetensors");
  const x = input({ shape: [4] });
  await model({ inputs: x, outputs: dense({ units: 2, name: "d\u009b2Jense\u202e" })(x) }).save(path);
  const commands = [
    ["figure", "class-errors", run],
    ["export", path, "--code"],
  ];
  for (const command of commands) {
    const file = join(folder, `${command[0]}.svg`);
    expect(await lenet5([...command, "--out", file])).toMatchObject({ code: 0, error: "" });
    const text = await readFile(file, "utf8");
    const standardOutput = command[0] === "figure" ? ["--out", "-"] : [];
    expect((await lenet5([...command, ...standardOutput])).out).toBe(text);
    expect((await lenet5([...command, ...standardOutput], { columns: 80 })).out).not.toMatch(STEERING);
    if (command[0] === "export") expect(text).toMatch(STEERING);
  }
});

test("only one file of each platform writes to the terminal", async () => {
  const root = new URL("../../src/", import.meta.url);
  const writers: string[] = [];
  for (const file of await readdir(root, { recursive: true })) {
    if (!file.endsWith(".ts") || /\.test\.ts$|generated/.test(file)) continue;
    const text = await readFile(new URL(file, root), "utf8");
    if (/\bconsole\.\w+\(|process\.(stdout|stderr)\.write\(/.test(text)) writers.push(file);
  }
  expect(writers.sort()).toEqual(["platform/browser/terminal.ts", "platform/node/terminal.ts"]);
});
