/**
 * What earlier versions wrote opens in this one, with the same answers. `KEEP_VERSION=1 npx vitest run test/versions`
 * writes the files of this version, before it is released.
 */
import { cp, mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readZip } from "../../src/formats/zip.ts";
import { loadModel, openRun, readSafetensors, type Tensor } from "../../src/index.ts";
import { runSchemas } from "../../src/runs/schemas.ts";
import { root } from "../docs/pages.ts";
import { lenet5, scratchFolder } from "../end-to-end/lenet5-command.ts";
import { goOn, images, keptModels } from "./kept-models.ts";
import { keepRuns } from "./kept-runs.ts";

const folder = join(root, "test/versions/kept");
const { version } = JSON.parse(await readFile(join(root, "package.json"), "utf8")) as { version: string };

if (process.env.KEEP_VERSION) {
  await mkdir(join(folder, version), { recursive: true });
  await writeFile(join(folder, version, "models.zip"), await keptModels());
  // A run knows the paths of its command: those of no one's home.
  const scratch = await scratchFolder();
  await keepRuns(scratch);
  await cp(scratch, join(folder, version), { recursive: true });
  await rm(scratch, { recursive: true });
}

const versions = await readdir(folder);

it("this version's files are kept", () => {
  expect(versions).toContain(version);
});

describe.each(versions)("%s", (kept) => {
  const files = new Map<string, Uint8Array>();
  let expected: ReadonlyMap<string, Tensor>;
  beforeAll(async () => {
    const zip = await readFile(join(folder, kept, "models.zip"));
    for (const entry of readZip(zip, "models.zip")) files.set(entry.name, await entry.read());
    expected = readSafetensors(files.get("expected.safetensors")!, "expected.safetensors").tensors;
  });

  it("models of all layers answer as they did", async () => {
    let models = 0;
    for (const [name, { data }] of expected) {
      const bytes = files.get(`${name}.safetensors`);
      if (!bytes) continue;
      models++;
      const answer = (await (await loadModel(bytes)).predict(images)).data;
      expectClose(answer, data, name);
    }
    expect(models).toBe(files.size - 1);
    expect(models).toBeGreaterThan(50);
  });

  it("training goes on as it would have, with the state of each optimizer", async () => {
    for (const [name, { data }] of expected) {
      if (!name.startsWith("losses/")) continue;
      const net = await loadModel(files.get(`${name.replace("losses", "optimizers")}.safetensors`)!);
      expectClose([await goOn(net)], data, name);
    }
  });
});

describe.each(versions)("runs of %s", (kept) => {
  let scratch: string;
  beforeAll(async () => {
    scratch = await scratchFolder();
    await cp(join(folder, kept), scratch, { recursive: true });
  });
  afterAll(() => rm(scratch, { recursive: true }));

  it("all files of a run are read, and its report is drawn again", async () => {
    const run = await openRun(join(scratch, "run"));
    expect(run.config.lenet5).toBe(kept);
    for (const file of Object.keys(runSchemas) as (keyof typeof runSchemas)[])
      expect(await run.read(file), file).toBeDefined();
    expect((await run.history()).epochs).toEqual([1, 2, 3]);
    expect(await readFile(await run.report(), "utf8")).toContain("Confusion matrix");
    expect(await lenet5(["evaluate", join(scratch, "run")])).toMatchObject({ code: 0, error: "" });
  });

  it("a training that was killed within an epoch goes on from its checkpoint, to the same end", async () => {
    const [interrupted, whole] = [join(scratch, "interrupted"), join(scratch, "run")];
    const before = await readFile(join(interrupted, "history.json"), "utf8");
    expect(JSON.parse(before).epochs).toEqual([1]);
    const { code, out, error } = await lenet5(["train", "--resume", interrupted]);
    expect({ code, error }).toEqual({ code: 0, error: "" });
    expect(out).toContain("Epoch 2/3");
    const [ended, expected] = await Promise.all([interrupted, whole].map((path) => openRun(path)));
    const weights = (await expected!.model()).weights;
    for (const [name, { data }] of (await ended!.model()).weights) expectClose(data, weights.get(name)!.data, name);
    expect((await ended!.history()).history.loss).toHaveLength(3);
  });
});

/** Another order of sums changes the last digits; a later version may have one. */
function expectClose(answer: ArrayLike<number>, expected: ArrayLike<number>, name: string): void {
  expect(answer.length, name).toBe(expected.length);
  for (let i = 0; i < answer.length; i++)
    expect(Math.abs(answer[i]! - expected[i]!), name).toBeLessThan(1e-4 * Math.max(1, Math.abs(expected[i]!)));
}
