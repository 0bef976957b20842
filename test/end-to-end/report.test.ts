import { copyFile, cp, mkdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { decode } from "fast-png";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type FigureName, type FigureOptions, figureNames } from "../../src/cli/commands/figure.ts";
import { writeFigure } from "../../src/cli/figure.ts";
import { pngOf } from "../../src/cli/png.ts";
import { writeReports } from "../../src/cli/report.ts";
import { digits, InputError, type RunFiles } from "../../src/index.ts";
import {
  expectOneLine,
  lenet5,
  lenet5Json,
  readJson,
  scratchFolder,
  smallDigits,
  writeIdxFolder,
  writePng,
} from "./lenet5-command.ts";

let scratch: string;
let data: string;
let run: string;
let other: string;
beforeAll(async () => {
  scratch = await scratchFolder();
  data = await writeIdxFolder(join(scratch, "data"));
  [run, other] = await Promise.all([
    trained("run", "--epochs", "3", "--batch-size", "32"),
    trained("other", "--epochs", "2", "--batch-size", "16", "--network", "full"),
  ]);
});
afterAll(() => rm(scratch, { recursive: true }));

async function trained(name: string, ...options: string[]): Promise<string> {
  const path = join(scratch, name);
  await lenet5Json(["train", "--data", data, "--out", path, ...options]);
  return path;
}

/** A copy of the run, without some of its files. */
async function copied(name: string, ...without: string[]): Promise<string> {
  const path = join(scratch, name);
  await cp(run, path, { recursive: true });
  for (const file of without) await rm(join(path, file));
  return path;
}

/** The picture as the command draws it, but in this process: a process for each figure would take minutes. */
async function drawn(name: FigureName, from?: string, options: FigureOptions = {}): Promise<string> {
  const out = join(scratch, "drawn.svg");
  expect(await writeFigure(name, from, { out, ...options })).toBe(out);
  return readFile(out, "utf8");
}

/** resvg reads XML strictly and throws for text that is not well-formed. */
async function expectPicture(svg: string): Promise<void> {
  expectPixels(await pngOf(svg, 1));
}

function expectPixels(png: Uint8Array): { width: number; height: number } {
  const { width, height, data } = decode(png);
  expect(Math.min(width, height)).toBeGreaterThan(50);
  expect(Math.max(width, height)).toBeGreaterThan(250);
  expect(new Set(data).size).toBeGreaterThan(10);
  return { width, height };
}

const sized = (svg: string) => ({
  width: Number(/width="(\d+)"/.exec(svg)?.[1]),
  height: Number(/height="(\d+)"/.exec(svg)?.[1]),
});

describe("figure", () => {
  test.each(Object.keys(figureNames) as FigureName[])("%s", async (name) => {
    const svg = await drawn(name, run);
    await expectPicture(svg);
    expect(svg.replaceAll(/data:[^"]*/g, "")).not.toMatch(/NaN|undefined|Infinity|<script/);
    const dark = await drawn(name, run, { theme: "dark" });
    expect(dark).not.toBe(svg);
    expect(sized(dark)).toEqual(sized(svg));
  });

  test("to a file and to standard output", async () => {
    const path = join(scratch, "confusion.svg");
    const [written, printed] = await Promise.all([
      lenet5(["figure", "confusion", run, "-o", path]),
      lenet5(["figure", "confusion", run, "-o", "-"]),
    ]);
    expect(written).toEqual({ code: 0, error: "", out: `${path}\n` });
    expect(printed).toEqual({ code: 0, error: "", out: await readFile(path, "utf8") });
  });

  test("PNG of the requested size", async () => {
    const { width, height } = sized(await drawn("pairs", run));
    const [small, large] = [join(scratch, "small.png"), join(scratch, "large.png")];
    await writeFigure("pairs", run, { out: large });
    expect(expectPixels(await readFile(large))).toEqual({ width: 2 * width, height: 2 * height });
    expect(await lenet5(["figure", "pairs", run, "-o", small, "--scale", "1"])).toMatchObject({ code: 0, error: "" });
    expect(expectPixels(await readFile(small))).toEqual({ width, height });
  });

  test("options", async () => {
    const image = await writePng(join(scratch, "digit.png"), 3);
    const marks = (svg: string, mark: string) => svg.split(mark).length - 1;
    expect(await drawn("loss", run, { log: true })).toContain("logarithmic");
    expect(await drawn("confusion", run, { percent: true })).toContain("percent of the row");
    expect(await drawn("kernels", run)).toContain("Kernels of C1");
    expect(await drawn("kernels", run, { layer: "C3" })).toContain("Kernels of C3");
    expect(await drawn("features", run, { image })).not.toBe(await drawn("features", run));
    expect(marks(await drawn("errors", run, { max: 2 }), "<image")).toBe(2);
    expect(marks(await drawn("pairs", run, { max: 2 }), "→") * 2).toBeLessThan(marks(await drawn("pairs", run), "→"));
    const all = ["--log", "--theme", "dark", "--out", "-"];
    const { out } = await lenet5(["figure", "loss", run, ...all]);
    expect(out).toBe(await drawn("loss", run, { log: true, theme: "dark" }));
  });

  test("without a run: the network that ships with lenet5; of a model file", async () => {
    const image = await writePng(join(scratch, "digit.png"), 3);
    await expectPicture(await drawn("network"));
    await expectPicture(await drawn("features", undefined, { image }));
    const shipped = await drawn("kernels");
    await expectPicture(shipped);
    expect(await drawn("kernels", join(run, "model.safetensors"))).not.toBe(shipped);
  });

  test("wrong input is refused in one line", async () => {
    const png = ["-o", join(scratch, "never.png")];
    for (const [args, message] of [
      [["confusio", run], /figure: expected "loss", .* got "confusio"/],
      [["confusion", data, ...png], /expected the folder of a run.*: it has no config\.json/],
      [["confusion", ...png], /figure confusion: expected the folder of a run, got none/],
      [["errors", run, "--max", "0"], /--max: expected a whole number of at least 1/],
    ] as const) {
      const outcome = await lenet5(["figure", ...args]);
      expectOneLine(outcome, message);
      expect(outcome.out).toBe("");
    }
    await expect(stat(join(scratch, "never.png"))).rejects.toThrow(/ENOENT/);
  });

  test("other wrong input", async () => {
    const bare = await copied("bare", "steps.json", "predictions.json");
    const cases: [FigureName, string | undefined, FigureOptions, RegExp][] = [
      ["confusion", join(scratch, "nothing"), {}, /nothing": expected the folder of a run.* there is no such folder/],
      ["confusion", join(run, "config.json"), {}, /expected the folder of a run/],
      ["confusion", run, { out: "x.gif" }, /--out: expected a file that ends in \.svg or \.png, .* got "x\.gif"/],
      ["confusion", run, { out: join(run, "config.json", "x.svg") }, /is in the way/],
      ["features", undefined, {}, /expected --image with a picture, or the folder of a run/],
      ["features", undefined, { image: join(run, "config.json") }, /expected PNG, JPEG, .* got other data/],
      ["kernels", run, { layer: "F6" }, /--layer: expected "C1", "C3" or "C5", got "F6"/],
      ["confusion", run, { log: true }, /--log: expected with figure loss, got figure confusion/],
      ["loss", run, { scale: 3 }, /--scale: expected with a PNG/],
      ["kernels", run, { layer: "C9" }, /--layer: expected "C1", "C3" or "C5", got "C9"/],
      ["loss-steps", bare, {}, /steps\.json, which is not there: it was removed/],
      ["calibration", bare, {}, /predictions\.json, which is not there: lenet5 report .* makes it/],
    ];
    for (const [name, from, options, message] of cases) await expectRefused(drawn(name, from, options), message);
  });
});

/** An InputError: the command prints it in one line and ends with exit code 2. */
async function expectRefused(work: Promise<unknown>, message: RegExp): Promise<void> {
  await expect(work).rejects.toBeInstanceOf(InputError);
  await expect(work).rejects.toThrow(message);
}

describe("a file that was changed", () => {
  type Change<File extends keyof RunFiles> = (content: RunFiles[File]) => unknown;
  const hostile = <File extends keyof RunFiles>(
    figure: FigureName,
    file: File,
    change: Change<File>,
    message: RegExp,
  ) => [figure, file, change as (content: unknown) => unknown, message] as const;

  test.each([
    hostile("loss", "history.json", (it) => ({ ...it, epochs: "three" }), /epochs: expected a list/),
    hostile(
      "loss",
      "history.json",
      (it) => ({ ...it, history: { ...it.history, loss: [1] } }),
      /a number for each epoch/,
    ),
    hostile("loss-steps", "steps.json", (it) => ({ ...it, loss: it.loss.slice(1) }), /as many numbers of each kind/),
    hostile("weights", "weights.json", (it) => ({ ...it, epochs: [] }), /a histogram of each weight for each epoch/),
    hostile(
      "confusion",
      "evaluation.json",
      (it) => ({ ...it, confusionMatrix: (it.confusionMatrix as number[][]).map((row) => row.slice(1)) }),
      /a row and a column/,
    ),
    hostile(
      "confusion",
      "evaluation.json",
      (it) => ({ ...it, confusionMatrix: (it.confusionMatrix as number[][]).slice(1) }),
      /a row and a column/,
    ),
    hostile(
      "class-errors",
      "evaluation.json",
      (it) => ({ ...it, perClass: it.perClass.slice(1) }),
      /a row and a column/,
    ),
    hostile(
      "pairs",
      "evaluation.json",
      (it) => ({ ...it, confusionMatrix: [[-1]] }),
      /confusionMatrix\.0: .*got -1 at index 0/,
    ),
    hostile(
      "confidence",
      "predictions.json",
      (it) => ({ ...it, labels: it.labels.slice(1) }),
      /as many labels as predictions/,
    ),
    hostile(
      "calibration",
      "predictions.json",
      (it) => ({ ...it, confidence: it.confidence.map(() => "sure") }),
      /confidence: expected finite numbers, got "sure" at index 0/,
    ),
    hostile("rejection", "predictions.json", () => [], /Invalid type|expected/i),
    hostile("errors", "examples.json", (it) => ({ ...it, classNames: ["a"] }), /labels of the named classes/),
    hostile(
      "errors",
      "examples.json",
      (it) => ({ ...it, images: it.images.map((one) => ({ ...one, pixels: "<x>" })) }),
      /pixels: /,
    ),
    hostile(
      "errors",
      "examples.json",
      (it) => ({ ...it, images: it.images.map((one) => ({ ...one, pixels: "AAAA" })) }),
      /a byte for each pixel/,
    ),
    hostile("features", "examples.json", (it) => ({ ...it, shape: [1024] }), /shape: /),
  ])("%s of %s, case %#", async (figure, file, change, message) => {
    const folder = join(scratch, "hostile", file);
    await mkdir(folder, { recursive: true });
    for (const name of ["config.json", "model.safetensors"]) await copyFile(join(run, name), join(folder, name));
    await writeFile(join(folder, file), JSON.stringify(change(await readJson(run, file))));
    await expectRefused(drawn(figure, folder), message);
    await expectRefused(drawn(figure, folder), new RegExp(`^${join(folder, file)}: `));
  });

  test("cut in half: neither a figure nor a report", async () => {
    const cut = await copied("cut");
    const path = join(cut, "predictions.json");
    await writeFile(path, (await readFile(path)).subarray(0, 500));
    for (const args of [
      ["figure", "confidence", cut, "-o", "-"],
      ["report", cut],
    ])
      expectOneLine(await lenet5(args), /predictions\.json: expected JSON, got /);
  });
});

describe("report", () => {
  const files = ["predictions.json", "examples.json", "steps.json", "weights.json"];
  const pageOf = (folder: string) => readFile(join(folder, "report.html"), "utf8");

  test("writes the same page again, to the run or to another file", async () => {
    const before = await pageOf(run);
    expect(before).toContain("Worst errors");
    await writeFile(join(run, "report.html"), "lost");
    const path = join(run, "report.html");
    expect(await lenet5(["report", run])).toEqual({ code: 0, error: "", out: `Report: ${path}\n` });
    expect(await pageOf(run)).toBe(before);
    const elsewhere = join(scratch, "elsewhere", "page.html");
    expect(await lenet5Json(["report", run, "-o", elsewhere])).toEqual({ report: elsewhere });
    expect(await readFile(elsewhere, "utf8")).toBe(before);
  });

  test("completes a run that lacks files, from its data", async () => {
    const old = await copied("old", ...files);
    const { code, out } = await lenet5(["report", old]);
    expect(code).toBe(0);
    expect(out).toContain("lacks predictions.json, examples.json: evaluating its model");
    for (const file of ["evaluation.json", "predictions.json", "examples.json"])
      expect(await readFile(join(old, file), "utf8")).toBe(await readFile(join(run, file), "utf8"));
    const page = await pageOf(old);
    expect(page).toContain("Worst errors");
    expect(page).toContain("Calibration");
    expect(page).not.toContain("Gradient norm");
  });

  test("without its data, or with other data of the same size, the page names what is missing", async () => {
    const { test } = digits({ train: 240, test: 60, seed: 9 });
    const wrong = await writeIdxFolder(join(scratch, "wrong"), { ...smallDigits, test });
    for (const [place, message] of [
      [join(scratch, "gone"), "no such file or folder"],
      [wrong, "got others from"],
    ] as const) {
      const old = await copied(`old-${basename(place)}`, ...files);
      const { code, out, error } = await lenet5(["report", old, "--data", place]);
      expect({ code, error }).toEqual({ code: 0, error: "" });
      expect(out).toMatch(new RegExp(`Note: .*${message}.*; the report is without images and confidences`));
      const page = await pageOf(old);
      expect(page).toContain("Confusion matrix");
      expect(page).not.toContain("Worst errors");
      expect(await readJson(old, "evaluation.json")).toEqual(await readJson(run, "evaluation.json"));
    }
  });

  test("a run that was cut off is evaluated; without its data that is an error", async () => {
    const cut = await copied("cut-off", "evaluation.json", "report.html", ...files);
    expectOneLine(await lenet5(["report", cut, "--data", join(scratch, "gone")]), /no such file or folder/);
    await expect(stat(join(cut, "report.html"))).rejects.toThrow(/ENOENT/);
    const moved = join(scratch, "moved");
    await cp(data, moved, { recursive: true });
    expect(await lenet5(["report", cut, "--data", moved])).toMatchObject({ code: 0, error: "" });
    expect(await readJson(cut, "evaluation.json")).toEqual(await readJson(run, "evaluation.json"));
  });

  test("of several runs: one page, with a significance test", async () => {
    const path = join(scratch, "comparison.html");
    expect(await lenet5Json(["report", run, other, "-o", path])).toEqual({ report: path });
    const page = await readFile(path, "utf8");
    for (const text of [run, other, "Only settings in which the runs differ", "Batch size", "McNemar"])
      expect(page).toContain(text);
    expect(page).toMatch(/significant/);
    expect(page).not.toContain("No two runs have predictions for the same test images");
  });

  test("of several paths: those that are not runs are skipped, with a line for each", async () => {
    const folder = join(scratch, "no-run");
    await mkdir(folder, { recursive: true });
    const file = join(scratch, "comparison-of-before.html");
    await writeFile(file, "");
    const out = join(scratch, "skipping.html");
    expect(await lenet5(["report", run, folder, other, file, "-o", out])).toEqual({
      code: 0,
      error: "",
      out: `Skipped ${folder}: it has no config.json\nSkipped ${file}: it is not a folder\nReport: ${out}\n`,
    });
    await writeReports([run, other], { out: join(scratch, "both.html"), print: () => {} });
    expect(await readFile(out, "utf8")).toBe(await readFile(join(scratch, "both.html"), "utf8"));
    const lines: string[] = [];
    const one = await writeReports([folder, run], { print: (line) => lines.push(line) });
    expect(one).toBe(join(run, "report.html"));
    expect(lines).toEqual([`Skipped ${folder}: it has no config.json`]);
  });

  test("runs on different data get no significance test, and the page has a note about it", async () => {
    const { test } = digits({ train: 240, test: 60, seed: 9 });
    const changed = await writeIdxFolder(join(scratch, "changed"), { ...smallDigits, test });
    const far = join(scratch, "far");
    await lenet5Json(["train", "--data", changed, "--epochs", "1", "--out", far]);
    const path = join(scratch, "far.html");
    await lenet5Json(["report", run, far, "-o", path]);
    const page = await readFile(path, "utf8");
    expect(page).toContain("No two runs have predictions for the same test images");
    expect(page).not.toMatch(/<b>significant|not significant/);
  });

  test("wrong input is refused in one line", async () => {
    expectOneLine(await lenet5(["report", run, `${run}/`]), /expected different runs, got .* twice/);
    const page = join(scratch, "never.html");
    const refused = (runs: string[], message: RegExp, out = page) =>
      expectRefused(writeReports(runs, { out, print: () => {} }), message);
    await refused([run, join(scratch, "nothing")], /there is no such folder/);
    await refused([data], /it has no config\.json/);
    await refused([join(run, "report.html")], /report\.html: expected a model file of .*, got a file that is none/);
    await refused([data, join(run, "report.html")], /report: expected at least one folder of a run, got none/);
    await refused([run, await damaged()], /config\.json: expected JSON/);
    await refused([run], /it is a folder/, data);
    await refused([await copied("headless", "model.safetensors")], /model\.safetensors/);
    await expect(stat(page)).rejects.toThrow(/ENOENT/);
  });
});

/** A run whose config was cut. */
async function damaged(): Promise<string> {
  const path = await copied("damaged");
  await writeFile(join(path, "config.json"), "{");
  return path;
}

test("a model that diverged does not replace the model of the epoch before", async () => {
  const path = join(scratch, "apart");
  const rate = ["--optimizer", "adam", "--learning-rate", "3e38", "--batch-size", "1000"];
  const broken = await lenet5(["train", "--data", data, "--epochs", "1", "--out", path, ...rate]);
  expect(broken.error).toMatch(/^error: .*: try a smaller --learning-rate; .* holds the model of before training/);
  expect(broken.code).toBe(1);
});

test("npx runs the command: it is executable", async () => {
  if (process.platform === "win32") return;
  expect((await stat("dist/cli/main.js")).mode & 0o111).toBe(0o111);
});

test("a history that is an epoch ahead of the model, as after a kill: the report ends with the epoch of the model", async () => {
  const ahead = await copied("ahead");
  const { epochs, iterations, history } = await readJson<RunFiles["history.json"]>(ahead, "history.json");
  const longer = Object.entries(history).map(([name, values]) => [name, [...values, 0.5]]);
  const steps = [...iterations, iterations[2]! + 7];
  const written = { epochs: [...epochs, 4], iterations: steps, history: Object.fromEntries(longer) };
  await writeFile(join(ahead, "history.json"), JSON.stringify(written));
  expect(await drawn("loss", ahead)).toContain("weights of epoch 3");
  await writeReports([ahead], { print: () => {} });
  const page = await readFile(join(ahead, "report.html"), "utf8");
  expect(page).toContain("weights of epoch 3");
  expect(page).not.toContain("epoch 4");
});
