import { copyFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type LayerSummary, loadModel, lenet5 as network } from "../../src/index.ts";
import {
  expectOneLine,
  lenet5,
  lenet5Json,
  scratchFolder,
  smallDigits,
  writeIdxFolder,
  writePng,
} from "./lenet5-command.ts";

let scratch: string;
let model: string;
let data: string;
beforeAll(async () => {
  scratch = await scratchFolder();
  data = await writeIdxFolder(join(scratch, "data"));
  model = join(scratch, "model.safetensors");
  const made = network({ seed: 5 });
  made.reading = { preparation: smallDigits.train.preparation };
  await made.save(model);
});
afterAll(() => rm(scratch, { recursive: true }));

test("help, examples for each command, and the version", async () => {
  const help = await lenet5(["--help"]);
  expect(help).toMatchObject({ code: 0, error: "" });
  const commands = ["train", "evaluate", "predict", "summary", "data"];
  for (const command of commands) expect(help.out).toContain(`  ${command} [options]`);
  for (const { code, out } of await Promise.all(commands.map((command) => lenet5([command, "--help"])))) {
    expect(code).toBe(0);
    expect(out).toMatch(/Examples:\n {2}\$ lenet5/);
    expect(out).toContain("--json");
  }
  expect((await lenet5(["--version"])).out).toMatch(/^\d+\.\d+\.\d+\n$/);
  expect(await lenet5([])).toMatchObject({ code: 0, out: help.out });
});

test.each<[string[], string]>([
  [
    ["trian"],
    "error: unknown command 'trian' (Did you mean train?); expected train, sweep, worker, evaluate, predict, ensemble, report, figure, summary, export, import, data, bench, paper, play, trust or help\n",
  ],
  [["train", "--epoch", "3"], "error: unknown option '--epoch' (Did you mean --epochs?)\n"],
  [["train", "--epochs"], "error: option '--epochs <N>' argument missing\n"],
  [["predict"], "error: missing required argument 'image'\n"],
])("%j: one line, exit code 2", async (args, error) => {
  expect(await lenet5(args)).toEqual({ code: 2, out: "", error });
});

describe("summary", () => {
  interface SummaryDocument {
    network: string;
    params: number;
    connections: number;
    macs: number;
    layers: LayerSummary[];
  }

  test.each([
    ["article", 60_806],
    ["full", 61_706],
  ])("%s", async (name, params) => {
    const summary = await lenet5Json<SummaryDocument>(["summary", "--network", name]);
    expect(summary).toMatchObject({ network: name, params });
    expect(Object.keys(summary)).toEqual(["network", "params", "connections", "macs", "layers"]);
    expect(Object.keys(summary.layers[1])).toEqual([
      "name",
      "type",
      "outputShape",
      "params",
      "connections",
      "macs",
      "connectedTo",
      "config",
    ]);
    expect(summary.layers[1]).toMatchObject({
      name: "C1",
      outputShape: [28, 28, 6],
      params: 156,
      connections: 122_304,
    });
    expect(summary.macs).toBe(summary.layers.reduce((sum, { macs }) => sum + macs, 0));
  });

  test("of a model file, as text", async () => {
    const { out, code } = await lenet5(["summary", model]);
    expect(code).toBe(0);
    expect(out).toMatch(/C3 \(conv2d\) +\[N, 10, 10, 16\] +1,516/);
    expect(out).toContain("Total params: 60,806");
  });
});

describe("summary in a terminal", () => {
  test.each([120, 74, 73, 50, 30])("of %i columns: no line is wider, and the totals are complete", async (columns) => {
    const { out, error } = await lenet5(["summary"], { columns, env: { TERM: "xterm" } });
    expect(error).toBe("");
    const lines = out.trimEnd().split("\n");
    const table = lines.slice(
      1,
      lines.findIndex((line) => line.startsWith("Total params")),
    );
    for (const line of table) expect(line.length).toBeLessThanOrEqual(columns);
    expect(out.includes("Multiply-adds  ") || /Multiply-adds$/m.test(out)).toBe(columns >= 74);
    expect(out.includes("Params")).toBe(columns >= 50);
    for (const total of ["60,806", "339,342", "Multiply-adds per image: "]) expect(out).toContain(total);
  });
});

describe("data", () => {
  test("of a folder", async () => {
    const found = await lenet5Json<object>(["data", "--data", data]);
    const perClass = Array<number>(10).fill(24);
    expect(found).toMatchObject({ data, notice: null, parts: [{ images: 240, perClass }, { images: 60 }] });
    expect(found).toMatchObject({ classNames: [..."0123456789"], source: `MNIST-format files in ${data}` });
    const { out } = await lenet5(["data", "--data", data, "--sample", "2"]);
    expect(out).toContain("240 training images, 60 test images");
    expect(out).toMatch(/[\u2801-\u28ff]{2}/);
  });
});

describe("evaluate", () => {
  test("loss, accuracy, confusion matrix and classes", async () => {
    const evaluation = await lenet5Json<Record<string, unknown>>(["evaluate", model, "--data", data]);
    expect(Object.keys(evaluation)).toEqual(["accuracy", "loss", "confusionMatrix", "perClass", "checksum"]);
    const same = network({ seed: 5 });
    same.compile({ loss: "sparse_categorical_crossentropy", metrics: ["accuracy"] });
    const classNames = smallDigits.test.classNames;
    const results = await same.evaluate(smallDigits.test, { confusionMatrix: true, classNames });
    expect(evaluation).toEqual({ ...results, checksum: await same.checksum() });
    const { out } = await lenet5(["evaluate", model, "--data", data]);
    expect(out).toMatch(/Test accuracy \d+\.\d\d%, loss \d/);
    expect(out).toMatch(/^9 /m);
  });
});

interface Answer {
  readonly file: string;
  readonly label: number;
  readonly probabilities: number[];
  readonly parts: readonly object[];
}

describe("predict", () => {
  test("label and probabilities of each file, in order", async () => {
    const files = await Promise.all([4, 0].map((i) => writePng(join(scratch, `${i}.png`), i)));
    const predictions = await lenet5Json<Answer[]>(["predict", "--model", model, ...files]);
    const loaded = await loadModel(model);
    const { data: expected } = await loaded.predict(smallDigits.test.images);
    predictions.forEach(({ file, label, probabilities, parts, ...rest }, i) => {
      const row = [4, 0][i] * 10;
      expect(file).toBe(files[i]);
      expect(probabilities).toEqual(Array.from(expected.subarray(row, row + 10)));
      expect(probabilities[label]).toBe(Math.max(...probabilities));
      const answer = { verdict: "sure", label, className: String(label), confidence: probabilities[label] };
      const { label: _, ...shown } = answer;
      expect(rest).toEqual({ ...shown, text: String(label) });
      expect(parts).toEqual([{ box: { left: 0, top: 0, width: 32, height: 32 }, probabilities, ...answer }]);
    });
    const { out } = await lenet5(["predict", "--model", model, ...files]);
    expect(out.trimEnd().split("\n")).toHaveLength(2);
    expect(out).toMatch(/4\.png {2}\d {2}\d+\.\d\d% {2}\(then \d: \d+\.\d\d%\)/);
  });

  test("a bad picture among good ones", async () => {
    const good = await writePng(join(scratch, "good.png"), 1);
    const bad = join(scratch, "bad.png");
    await writeFile(bad, "no picture");
    const mixed = await lenet5(["predict", "--model", model, good, bad, good]);
    expect(mixed.out.trimEnd().split("\n")).toHaveLength(2);
    expectOneLine(mixed, /^error: .*bad\.png: expected PNG, JPEG, WebP, GIF or BMP, got /);
    const documents = await lenet5(["predict", "--model", model, "--json", bad, good]);
    expectOneLine(documents, /bad\.png/);
    const [error, answer] = JSON.parse(documents.out);
    expect(error).toEqual({ file: bad, error: expect.stringMatching(/bad\.png: expected/) });
    expect(answer).toMatchObject({ file: good, verdict: "sure", parts: [{}] });
    expectOneLine(await lenet5(["predict", "--model", model, join(scratch, "none.png")]), /none\.png.*no such file/);
  });

  test("a folder is a run; one without a model is refused", async () => {
    const folder = await writeIdxFolder(join(scratch, "run"));
    const image = await writePng(join(scratch, "run", "2.png"), 2);
    expectOneLine(await lenet5(["predict", "--model", folder, image]), /has no model\.safetensors/);
    await copyFile(model, join(folder, "model.safetensors"));
    expect(await lenet5(["predict", "--model", folder, image])).toMatchObject({ code: 0, error: "" });
  });
});
