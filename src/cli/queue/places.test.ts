import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { NotHere } from "./not-here.ts";
import type { JobData } from "./payload.ts";
import { workerPlaces } from "./places.ts";
import { identityOf } from "./shared-files.ts";

let scratch: string;
beforeAll(async () => {
  scratch = await mkdtemp(join(tmpdir(), "lenet5-places-"));
});
afterAll(() => rm(scratch, { recursive: true }));

/** A folder with files, by their names and contents. */
async function folderOf(name: string, files: Readonly<Record<string, string>>): Promise<string> {
  for (const [file, content] of Object.entries(files)) {
    await mkdir(join(scratch, name, file, ".."), { recursive: true });
    await writeFile(join(scratch, name, file), content);
  }
  return join(scratch, name);
}

const jobWith = (data: JobData["data"]) => ({ sweep: "a", data, task: { trial: 1, settings: {} } }) as JobData;

test("data that are files with a common start in their names are found in --data-folder", async () => {
  const files = { "letters-train-images": "a", "letters-train-labels": "b" };
  const data = await identityOf(join(await folderOf("here", files), "letters"));
  const dataFolder = await folderOf("there", { ...files, "digits-train-images": "c" });
  const placesOf = workerPlaces({ dataFolder });
  expect(await placesOf(jobWith(data))).toMatchObject({ data: join(dataFolder, "letters") });
  const missing = placesOf(jobWith({ ...data, name: "numbers" } as JobData["data"]));
  await expect(missing).rejects.toBeInstanceOf(NotHere);
  await expect(missing).rejects.toThrow(`the data "numbers" are not in "${dataFolder}", the folder of --data-folder`);
});

test("files that systems add to folders are no part of the data", async () => {
  const files = { "a/1.png": "1", "b/2.png": "2" };
  const added = { "a/Thumbs.db": "x", "desktop.ini": "x", "b/.DS_Store": "x", "a/__MACOSX/1.png": "x" };
  const data = await identityOf(await folderOf("plain/pictures", files));
  expect(await identityOf(await folderOf("windows/pictures", { ...files, ...added }))).toEqual(data);
  expect(await identityOf(await folderOf("other/pictures", { ...files, "a/2.png": "x" }))).not.toEqual(data);
});

test("data that were mended are taken, and data that were changed are refused, while a worker runs", async () => {
  const data = await identityOf(await folderOf("sweep/marks", { "1.png": "right", "2.png": "right" }));
  const dataFolder = join(scratch, "worker");
  await folderOf("worker/marks", { "1.png": "right", "2.png": "wrong!" });
  const placesOf = workerPlaces({ dataFolder });
  await expect(placesOf(jobWith(data))).rejects.toThrow(/^the data "marks" differ from those of the sweep/);
  await folderOf("worker/marks", { "2.png": "right" });
  expect(await placesOf(jobWith(data))).toMatchObject({ data: join(dataFolder, "marks") });
  await folderOf("worker/marks", { "1.png": "changed" });
  await expect(placesOf(jobWith(data))).rejects.toBeInstanceOf(NotHere);
});

test("a training on MNIST waits for a worker that has it", async () => {
  vi.stubEnv("LENET5_DATA", await folderOf("empty", { "readme.txt": "nothing" }));
  const missing = workerPlaces({})(jobWith({ kind: "mnist", sha256: "a".repeat(64) }));
  await expect(missing).rejects.toBeInstanceOf(NotHere);
  await expect(missing).rejects.toThrow(/^LENET5_DATA: /);
  vi.unstubAllEnvs();
});
