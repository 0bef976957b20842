import { chmod, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { lenet5 as network } from "../../src/index.ts";
import { idxBytes } from "../idx-bytes.ts";
import { expectOneLine, lenet5, scratchFolder, smallDigits, writeIdxFolder } from "./lenet5-command.ts";

let scratch: string;
beforeAll(async () => {
  scratch = await scratchFolder();
});
afterAll(() => rm(scratch, { recursive: true }));

test.each<[string[], RegExp]>([
  [["train", "--epochs", "x"], /--epochs: expected a whole number of at least 1, got "x"/],
  [["train", "--epochs", "0"], /--epochs: .* at least 1, got "0"/],
  [["train", "--batch-size", "1.5"], /--batch-size: .* got "1\.5"/],
  [["train", "--learning-rate", "-1"], /--learning-rate: expected a number above 0 and at most 3.4e38, got "-1"/],
  [["train", "--learning-rate", "1e308"], /--learning-rate: expected a number above 0 and at most 3.4e38, got "1e308"/],
  [["train", "--validation-split", "1"], /--validation-split: expected a number from 0 to below 1/],
  [["train", "--threads", "1000"], /--threads: expected a whole number from 1 to 64/],
  [
    ["train", "--network", "lenet4"],
    /--network: expected "article", "full", "modern" or "1998", a module .*, or a model file, got "lenet4"/,
  ],
  [["train", "--optimizer", "no-optimizer"], /--optimizer: expected "adadelta", .* or "sgd", got "no-optimizer"/],
  [["train", "--recipe", "quick"], /--recipe: expected "default" or "best", got "quick"/],
  [
    ["train", "--network", "modern", "--recipe", "best"],
    /--recipe: expected "default" for "modern", got "best", which/,
  ],
  [["train", "--network", "1998", "--recipe", "best"], /--recipe: expected "default" for "1998", got "best", which/],
  [["train", "--augment", "all"], /--augment: expected "distortions", "elastic" or "none", got "all"/],
  [["train", "--numerics", "exact"], /--numerics: expected "reproducible" or "fast", got "exact"/],
  [
    ["train", "--data", "nowhere"],
    /--data: expected "mnist", "digits", a folder or a file, got "nowhere": there is no such file or folder/,
  ],
  [["train", "--data", "digits", "--size", "3x"], /--size: expected rows x columns, such as 32 or 24x32, got "3x"/],
  [["train", "--data", "digits", "--size", "28"], /--size: expected with a folder or a file for --data, got digits/],
  [["evaluate", "--test-split", "1"], /--test-split: expected a number between 0 and 1, got "1"/],
  [["train", "--data", "mnist"], /MNIST is neither on this machine nor reachable .*offline/],
  [
    ["train", "--resume", "nowhere"],
    /"nowhere": expected the folder of a run.* there is no such folder; .* saved nothing: start it again/,
  ],
  [["train", "--resume", "nowhere", "--batch-size", "3"], /leave out --batch-size/],
  [["train", "--resume", "nowhere", "--recipe", "best"], /leave out --recipe/],
  [["evaluate", "nothing.safetensors"], /model "nothing\.safetensors": there is no such file or folder/],
  [["summary", "--network", "full", "model"], /expected a model or --network, got both/],
])("%j", async (args, message) => {
  const outcome = await lenet5(args);
  expect(outcome.out).toBe("");
  expectOneLine(outcome, message);
});

const images = "train-images-idx3-ubyte";
const labels = "t10k-labels-idx1-ubyte";
type Files = Record<string, Uint8Array>;

test.each<[string, (files: Files) => void, RegExp]>([
  ["a truncated file", (files) => (files[images] = files[images].slice(0, 5000)), /train-images.*the file is cut/],
  [
    "a wrong magic number",
    (files) => (files[images] = new Uint8Array([1, 2, 3, 4, 5])),
    /which starts with .*got 01 02 03 04/,
  ],
  [
    "counts that differ",
    (files) => (files[labels] = idxBytes([3], [1, 2, 3])),
    /as many images as labels, got 60 and 3/,
  ],
  [
    "labels out of range",
    (files) => (files["classes.txt"] = new TextEncoder().encode("a\nb\nc\n")),
    /a label 9 but only 3 class names/,
  ],
  ["a missing file", (files) => delete files[labels], /t10k-labels-idx1-ubyte.* is not there/],
])("data: %s", async (name, change, message) => {
  const folder = await writeIdxFolder(join(scratch, name.replaceAll(" ", "-")), smallDigits, change);
  const out = join(scratch, "never");
  expectOneLine(await lenet5(["train", "--data", folder, "--out", out]), message);
  await expect(readFile(join(out, "config.json"))).rejects.toThrow(/ENOENT/);
});

test("data: an option that these data have no use for", async () => {
  const folder = await writeIdxFolder(join(scratch, "no-use"));
  const data = ["data", folder];
  expectOneLine(await lenet5([...data, "--fit", "crop"]), /^error: --fit: expected with a size/);
  expectOneLine(
    await lenet5([...data, "--label-column", "last"]),
    /^error: --label-column: MNIST-format files .* no use for it/,
  );
});

test("data: a folder that is not MNIST, where MNIST is asked for", async () => {
  const folder = await writeIdxFolder(join(scratch, "not-mnist"));
  expectOneLine(await lenet5(["data", "--data", "mnist"], { env: { LENET5_DATA: folder } }), /SHA-256/);
});

test("a model file that is cut, and a file of another format", async () => {
  const bytes = network().toBytes();
  const model = join(scratch, "cut.safetensors");
  for (const length of [4, 500, bytes.length - 7]) {
    await writeFile(model, bytes.subarray(0, length));
    expectOneLine(await lenet5(["summary", model]), /^error: .*cut\.safetensors/);
  }
  await writeFile(model, "{}");
  expectOneLine(await lenet5(["summary", model]), /^error: .*cut\.safetensors/);
});

test("a model whose classes are not those of the data", async () => {
  const folder = await writeIdxFolder(join(scratch, "data"));
  const model = join(scratch, "three.safetensors");
  await network({ classes: 3 }).save(model);
  expectOneLine(
    await lenet5(["evaluate", model, "--data", folder]),
    /^error: evaluate .*three\.safetensors: expected data of 3 classes, as the network has, got 10: give another/,
  );
});

test("an --out that cannot be written, or that holds a run", async () => {
  const folder = await writeIdxFolder(join(scratch, "data"));
  const file = join(scratch, "a-file");
  await writeFile(file, "");
  const train = (out: string) => lenet5(["train", "--data", folder, "--epochs", "1", "--out", out]);
  expectOneLine(await train(file), /in the way/);
  expectOneLine(await train(join(file, "below")), /is a file, not a folder/);
  const run = join(scratch, "held");
  await mkdir(run);
  await writeFile(join(run, "config.json"), "{}");
  expectOneLine(await train(run), /holds a run already/);
  expect(await readFile(join(run, "config.json"), "utf8")).toBe("{}");
  const locked = join(scratch, "locked");
  await mkdir(locked);
  await chmod(locked, 0o500);
  if (process.getuid?.() !== 0) expectOneLine(await train(join(locked, "run")), /permission denied/);
});
