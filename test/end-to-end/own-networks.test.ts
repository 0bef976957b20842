/** Networks of the user's own through the command: odd ones, broken modules, data that moved. */
import { copyFile, cp, mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  expectOneLine,
  lenet5,
  lenet5Json,
  readJson,
  scratchFolder,
  writeIdxFolder,
  writePng,
} from "./lenet5-command.ts";
import { convnet } from "./own-network.ts";

let scratch: string;
let data: string;
beforeAll(async () => {
  scratch = await scratchFolder();
  data = await writeIdxFolder(join(scratch, "data"));
});
afterAll(() => rm(scratch, { recursive: true }));

const written = async (name: string, code: string) => {
  const path = join(scratch, name);
  await writeFile(path, code);
  return path;
};

const train = (network: string, out: string, ...more: string[]) =>
  lenet5Json<{ test: { accuracy: number; loss: number } }>([
    ...["train", "--network", network, "--data", data, "--out", join(scratch, out), "--epochs", "2"],
    ...more,
  ]);

test("a custom network has everything a run has, and every command takes the run", async () => {
  const network = await written(
    "network.mjs",
    convnet(
      "shape",
      `return model({ inputs: image, outputs: dense({ units: classes, activation: "softmax" })(flatten()(maps)), name: "small", seed });`,
    ),
  );
  const result = await train(network, "own", "--threads", "2");
  const run = join(scratch, "own");
  const config = await readJson<object>(run, "config.json");
  expect(config).toMatchObject({
    title: "small",
    notes: { Network: network },
    extra: { network, module: network, recipe: { learningRate: null } },
    compiled: { optimizer: { type: "adam", learningRate: { type: "oneCycle", learningRate: 0.003, totalSteps: 8 } } },
    settings: { batchSize: 64, threads: 2, numerics: "reproducible" },
  });
  expect(await readFile(join(run, "network.mjs"), "utf8")).toBe(await readFile(network, "utf8"));
  const page = await readFile(join(run, "report.html"), "utf8");
  for (const text of ["<title>small: ", "Confusion matrix", "Worst errors", "Kernels of maps", network])
    expect(page).toContain(text);
  // The model file has the network: the module is not needed again.
  await rename(network, join(scratch, "elsewhere.mjs"));
  expect(await lenet5Json(["evaluate", run])).toMatchObject(result.test);
  expect(await lenet5Json(["evaluate", "--model", run])).toMatchObject(result.test);
  const picture = await writePng(join(scratch, "digit.png"), 3);
  const [first] = await lenet5Json<{ label: number; probabilities: number[] }[]>(["predict", run, picture]);
  expect(first!.probabilities).toHaveLength(10);
  const option = await lenet5Json(["predict", "--model", run, picture]);
  expect(option).toEqual([first]);
  expect(await lenet5Json(["summary", run])).toMatchObject({ network, layers: expect.any(Array) });
  const report = join(scratch, "own.html");
  expect(await lenet5Json(["report", run, "-o", report])).toEqual({ report });
  expect(await readFile(report, "utf8")).toBe(page);
  expect(await lenet5(["figure", "kernels", run, "-o", "-"])).toMatchObject({ code: 0, error: "" });

  // A schedule of the recipe is spread over the new number of epochs.
  const more = await lenet5(["train", "--resume", run, "--epochs", "3", "--threads", "1"]);
  expect(more).toMatchObject({ code: 0, error: "" });
  expect(more.out).toContain("3 epochs instead of 2: the learning rate's schedule now spans 3");
  expect(await readJson(run, "history.json")).toMatchObject({ epochs: [1, 2, 3] });
  expect(await readJson(run, "config.json")).toMatchObject({
    settings: { epochs: 3 },
    compiled: { optimizer: { learningRate: { totalSteps: 12 } } },
  });
  expectOneLine(
    await lenet5(["train", "--resume", run, "--epochs", "2"]),
    /--epochs: expected at least 3, the epochs that ".*" has, got 2/,
  );
});

test("a compiled network keeps its optimizer, loss and metrics; images come in its size", async () => {
  const network = await written(
    "compiled.mjs",
    convnet(
      "[28, 28, 1]",
      `const made = model({ inputs: image, outputs: dense({ units: classes, activation: "softmax" })(flatten()(maps)) });
  made.compile({ optimizer: adam({ learningRate: 0.01 }), loss: "categorical_crossentropy", metrics: ["accuracy", "top_2_accuracy"] });
  return made;`,
    ).replace(", seed })", " })"),
  );
  const out = join(scratch, "compiled");
  const {
    code,
    error,
    out: text,
  } = await lenet5([...["train", "--network", network, "--data", data, "--out", out, "--epochs", "2", "--seed", "2"]]);
  expect({ code, error }).toEqual({ code: 0, error: "" });
  expect(text).toContain("its own optimizer, loss and metrics are used");
  expect(text).toContain(`Note: ${network} does not use \`seed\``);
  expect(text).toMatch(/Test accuracy \d.*, top_2_accuracy \d/);
  expect(await readJson(out, "config.json")).toMatchObject({
    title: "compiled.mjs",
    compiled: {
      optimizer: { learningRate: { type: "constant", learningRate: 0.01 } },
      objectives: [
        { loss: { type: "categorical_crossentropy" }, metrics: [{ name: "accuracy" }, { name: "top_2_accuracy" }] },
      ],
    },
  });
  expect(await readJson(out, "examples.json")).toMatchObject({ shape: [28, 28, 1] });
  expect(await lenet5Json(["evaluate", out])).toEqual(await readJson(out, "evaluation.json"));
  const picture = await writePng(join(scratch, "28.png"), 5);
  expect(await lenet5(["predict", out, picture])).toMatchObject({ code: 0, error: "" });
  await train(network, "replaced", "--optimizer", "sgd", "--learning-rate", "0.02");
  expect(await readJson(join(scratch, "replaced"), "config.json")).toMatchObject({
    compiled: {
      optimizer: { type: "sgd", learningRate: { learningRate: 0.02 } },
      objectives: [{ metrics: expect.any(Array) }],
    },
  });
});

test("a network without softmax gives scores, not per cent", async () => {
  const network = await written(
    "scores.mjs",
    convnet(
      "shape",
      `const made = model({ inputs: image, outputs: dense({ units: classes })(flatten()(maps)), seed });
  made.compile({ loss: "mean_squared_error" });
  return made;`,
    ),
  );
  await train(network, "scores");
  const picture = await writePng(join(scratch, "scores.png"), 3);
  const { out, error } = await lenet5(["predict", join(scratch, "scores"), picture]);
  expect(error).toBe("");
  expect(out).not.toContain("%");
  expect(out).toMatch(/scores\.png {2}\d {2}score -?\d.* {2}\(then \d: -?\d/);
  const [prediction] = await lenet5Json<{ label: number; scores: number[] }[]>([
    "predict",
    join(scratch, "scores"),
    picture,
  ]);
  expect(prediction).not.toHaveProperty("probabilities");
  expect(prediction!.scores[prediction!.label]).toBe(Math.max(...prediction!.scores));
});

describe("a module that is wrong: one line with the file and the cause", () => {
  test.each<[string, string, RegExp]>([
    ["syntax.mjs", "export default (", /syntax\.mjs".*SyntaxError/],
    ["nothing.mjs", "export const model = 1;", /expected a default export that makes the model, .* got none/],
    ["number.mjs", "export default 3;", /expected a default export that makes the model, .* got 3/],
    ["throws.mjs", 'export default () => {\n  throw new Error("no\\nway");\n};', /throws\.mjs", line 2: no way/],
    ["top.mjs", "\nundefinedName;\nexport default () => 0;", /top\.mjs", line 2: ReferenceError: undefinedName/],
    ["text.mjs", 'export default () => "model";', /to return a model, got "model"/],
    ["inside.mjs", "export default () => ({ model: { fit() {}, toBytes() {} } });", /return the model itself/],
    ["import.mjs", 'import "./not-there.mjs";\nexport default () => 0;', /not-there\.mjs/],
    [
      "option.mjs",
      'import { conv2d } from "lenet5";\nexport default () => conv2d({ filtres: 3 });',
      /option\.mjs", line 2: \[conv2d\]: expected .* got "filtres"/,
    ],
    [
      "size.mjs",
      convnet(
        "[12, 12, 1]",
        `return model({ inputs: image, outputs: dense({ units: 10, activation: "softmax" })(flatten()(maps)) });`,
      ),
      /expected images \[N, 12, 12, 1\], as the network takes them, got \[N, 32, 32, 1\]/,
    ],
    [
      "three.mjs",
      convnet(
        "shape",
        `return model({ inputs: image, outputs: dense({ units: 3, activation: "softmax" })(flatten()(maps)) });`,
      ),
      /expected data of 3 classes, as the network has, got 10/,
    ],
    [
      "several.mjs",
      convnet("shape", "return model({ inputs: image, outputs: [flatten()(maps), maps] });"),
      /expected a model with one input and one output \[N, classes\]/,
    ],
  ])("%s", async (name, code, message) => {
    const network = await written(name, code);
    const out = join(scratch, "never");
    const outcome = await lenet5(["train", "--network", network, "--data", data, "--out", out]);
    expectOneLine(outcome, message);
    await expect(readFile(join(out, "config.json"))).rejects.toThrow("ENOENT");
  });

  test("a path where nothing is, and a folder that is called like a module", async () => {
    for (const path of ["./gone.mjs", "./gone.safetensors", "runs/gone"])
      expectOneLine(
        await lenet5(["summary", "--network", path]),
        new RegExp(`--network "${path}": there is no such file or folder$`, "m"),
      );
    const folder = join(scratch, "folder.mjs");
    await mkdir(folder);
    expectOneLine(await lenet5(["summary", "--network", folder]), /expected a module that ends in \.ts, \.mts/);
  });

  test("TypeScript runs where Node strips types, and is one clear line where it does not", async () => {
    const network = await written(
      "typed.ts",
      `import { dense, flatten, input, model, type Model } from "lenet5";
export default ({ shape, classes }: { shape: number[]; classes: number }): Model => {
  const image = input({ shape });
  return model({ inputs: image, outputs: dense({ units: classes, activation: "softmax" })(flatten()(image)), name: "typed" });
};`,
    );
    const outcome = await lenet5(["summary", "--network", network]);
    if ("typescript" in process.features && process.features.typescript)
      expect(outcome.out).toContain('Model: "typed"');
    else expectOneLine(outcome, /typed\.ts": TypeScript needs Node 22\.18 or later, got Node \d/);
  });
});

test("data that moved together with the run are found again, and the command says so", async () => {
  const [before, after] = [join(scratch, "before"), join(scratch, "after")];
  await mkdir(before);
  await cp(data, join(before, "set"), { recursive: true });
  await lenet5Json(["train", "--data", join(before, "set"), "--out", join(before, "runs", "one"), "--epochs", "1"]);
  await rename(before, after);
  const run = join(after, "runs", "one");
  const { code, out, error } = await lenet5(["evaluate", run]);
  expect({ code, error }).toEqual({ code: 0, error: "" });
  expect(out).toContain(
    `Note: the run's data are no longer in ${join(before, "set")}; found at the same place from the run: ${join(after, "set")}`,
  );
  const lonely = join(scratch, "lonely");
  await mkdir(lonely);
  for (const file of ["config.json", "model.safetensors"]) await copyFile(join(run, file), join(lonely, file));
  expectOneLine(await lenet5(["evaluate", lonely]), /its data, .*set, are no longer there: give their place/);
  expect(await lenet5(["evaluate", lonely, "--data", data])).toMatchObject({ code: 0, error: "" });
});

test("the model is the first argument or --model, not both", async () => {
  const picture = await writePng(join(scratch, "both.png"), 3);
  expectOneLine(await lenet5(["predict", "--model", "a.safetensors", "b.safetensors", picture]), /got both/);
  expectOneLine(await lenet5(["evaluate", "--model", "a", "b"]), /expected a model or --model, got both: "b" and "a"/);
  expectOneLine(
    await lenet5(["predict", "b.safetensors"]),
    /expected pictures after the model "b\.safetensors", got none/,
  );
});
