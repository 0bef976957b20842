/**
 * What earlier versions wrote opens in this one, with the same answers. `KEEP_VERSION=1 npx vitest run test/versions`
 * writes the files of this version, before it is released.
 */
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { readZip } from "../../src/formats/zip.ts";
import { loadModel, readSafetensors, type Tensor } from "../../src/index.ts";
import { root } from "../docs/pages.ts";
import { goOn, images, keptModels } from "./kept-models.ts";

const folder = join(root, "test/versions");
const { version } = JSON.parse(await readFile(join(root, "package.json"), "utf8")) as { version: string };

if (process.env.KEEP_VERSION) {
  await mkdir(join(folder, version), { recursive: true });
  await writeFile(join(folder, version, "models.zip"), await keptModels());
}

const versions = (await readdir(folder, { withFileTypes: true })).filter((entry) => entry.isDirectory());

it("this version's files are kept", () => {
  expect(versions.map(({ name }) => name)).toContain(version);
});

describe.each(versions.map(({ name }) => name))("%s", (kept) => {
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

/** Another order of sums changes the last digits; a later version may have one. */
function expectClose(answer: ArrayLike<number>, expected: ArrayLike<number>, name: string): void {
  expect(answer.length, name).toBe(expected.length);
  for (let i = 0; i < answer.length; i++)
    expect(Math.abs(answer[i]! - expected[i]!), name).toBeLessThan(1e-4 * Math.max(1, Math.abs(expected[i]!)));
}
