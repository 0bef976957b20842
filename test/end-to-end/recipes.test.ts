/** The recipes of networks: `--network modern`, `--recipe best`, `--augment none`. */
import { readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { bestRecipes, modern, recipe, recipes } from "../../src/index.ts";
import {
  killAt,
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
beforeAll(async () => {
  scratch = await scratchFolder();
  data = await writeIdxFolder(join(scratch, "data"));
});
afterAll(() => rm(scratch, { recursive: true }));

const train = (run: string, ...options: string[]) => ["train", "--data", data, "--out", join(scratch, run), ...options];
const modelOf = (run: string) => readFile(join(scratch, run, "model.safetensors"));

interface Config {
  readonly settings: { readonly epochs: number; readonly batchSize: number; readonly augment: readonly object[] };
  readonly compiled: { readonly optimizer: object };
  readonly notes: object;
  readonly extra: { readonly options: object };
}

test("--network modern trains by its recipe, and every command takes its run", async () => {
  const run = join(scratch, "modern");
  const result = await lenet5Json<{ checksum: string }>(train("modern", "--network", "modern", "--epochs", "1"));
  const { settings, compiled, notes } = await readJson<Config>(run, "config.json");
  expect(settings).toMatchObject({ batchSize: recipes.modern.batchSize, augment: [recipes.modern.augment] });
  expect(compiled.optimizer).toMatchObject({ type: "sgd", learningRate: { type: "oneCycle", totalSteps: 4 } });
  expect(notes).toMatchObject({ Network: "modern" });
  expect(notes).not.toHaveProperty("Recipe");

  // A program that trains by the library's recipe gets the same bits.
  const { compile, fit } = recipe("modern", { images: 240, epochs: 1 });
  const model = modern({ seed: 1 });
  model.compile(compile);
  await model.fit(smallDigits.train, { ...fit, verbose: 0 });
  expect(await model.checksum()).toBe(result.checksum);

  expect(await readFile(join(run, "report.html"), "utf8")).toContain("<title>Modern LeNet: ");
  expect(await lenet5Json(["evaluate", run])).toMatchObject({ checksum: result.checksum });
  expect(await lenet5Json(["summary", run])).toMatchObject({ network: "modern", params: 59_226 });
  const picture = await writePng(join(scratch, "digit.png"), 3);
  expect(await lenet5Json(["predict", run, picture])).toMatchObject([{ probabilities: expect.any(Array) }]);
  for (const figure of ["network", "kernels", "features", "weights", "learning-rate"])
    expect(await lenet5(["figure", figure, run, "-o", "-"])).toMatchObject({ code: 0, error: "" });
  expect((await lenet5(["export", run, "--code"])).out).toContain('name: "C8_norm" })(c8);');
});

test("--augment none leaves out the distortions of a recipe", async () => {
  const plain = await lenet5(train("plain", "--network", "modern", "--epochs", "1", "--augment", "none"));
  expect(plain).toMatchObject({ code: 0, error: "" });
  expect(plain.out).not.toContain("distorted");
  const { settings, extra } = await readJson<Config>(join(scratch, "plain"), "config.json");
  expect(settings.augment).toEqual([]);
  expect(extra.options).toMatchObject({ augment: "none" });
});

test("a run of --recipe best that was killed continues with its settings, also to more epochs", async () => {
  const options = ["--recipe", "best", "--epochs", "4"];
  await lenet5(train("killed", ...options), { signals: [killAt("Epoch 3/")] });
  const run = join(scratch, "killed");
  const config = await readJson<Config>(run, "config.json");
  expect(config.settings).toMatchObject({ epochs: 4, augment: [bestRecipes.article!.augment] });
  expect(config.notes).toMatchObject({ Network: "article", Recipe: "best" });
  const [resumed, whole] = [await lenet5(["train", "--resume", run]), await lenet5(train("whole", ...options))];
  for (const { code, error, out } of [resumed, whole]) {
    expect({ code, error }).toEqual({ code: 0, error: "" });
    expect(out).toContain("Recipe: best\n");
    expect(out).toContain("distorted anew in every epoch (distortions: ");
  }
  expect((await modelOf("killed")).equals(await modelOf("whole"))).toBe(true);
  expect(await readFile(join(run, "report.html"), "utf8")).toMatch(/Recipe.{1,40}best/);

  const more = await lenet5(["train", "--resume", run, "--epochs", "5"]);
  expect(more.out).toContain("5 epochs instead of 4: the learning rate's schedule now spans 5");
  const { compile } = recipe("article", { images: 240, recipe: "best", epochs: 5 });
  const after = await readJson<Config>(run, "config.json");
  expect(after.compiled.optimizer).toMatchObject({ learningRate: compile.optimizer.learningRate });
  expect(after.notes).toMatchObject({ Recipe: "best" });
});

test("--recipe best has its own number of epochs", async () => {
  const { out } = await lenet5(train("epochs", "--recipe", "best", "--network", "full"), {
    signals: [{ after: "Epoch 1/", name: "SIGINT" }],
  });
  expect(out).toContain(`Epoch 1/${bestRecipes.full!.epochs}`);
});
