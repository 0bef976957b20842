import { mkdir, mkdtemp, readdir, readFile, rm, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { NotHere } from "./not-here.ts";
import type { JobData, SharedFiles } from "./payload.ts";
import { workerPlaces } from "./places.ts";
import { identityOf } from "./shared-files.ts";
import type { Store } from "./store.ts";
import { fetchedData, putData } from "./stored-data.ts";

let scratch: string;
beforeEach(async () => {
  scratch = await mkdtemp(join(tmpdir(), "lenet5-stored-"));
  vi.stubEnv("XDG_CACHE_HOME", join(scratch, "cache"));
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(scratch, { recursive: true });
});

/** A store in memory, and what was asked of it. */
class MemoryStore implements Store {
  readonly kept = new Map<string, Uint8Array>();
  readonly calls: string[] = [];
  async get(name: string) {
    this.calls.push(`get ${name}`);
    return this.kept.get(name);
  }
  async put(name: string, content: Uint8Array) {
    this.calls.push(`put ${name}`);
    this.kept.set(name, content.slice());
  }
}

async function written(place: string, files: Readonly<Record<string, string>>): Promise<string> {
  for (const [name, content] of Object.entries(files)) {
    const file = join(scratch, place, name);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, content);
  }
  return join(scratch, place);
}

const letters = { "a/1.png": "one", "a/2.png": "", "b/3.png": "three", "b/.DS_Store": "x" };

/** Puts data into a store, unless `stop` is aborted; returns the lines for people. */
async function put(store: Store, place: string, data: SharedFiles, stop = new AbortController().signal) {
  const lines: string[] = [];
  await putData(store, place, data, { stop, print: (line) => lines.push(line) });
  return lines;
}

/** Data in a store. */
async function stored(place: string): Promise<{ readonly store: MemoryStore; readonly data: SharedFiles }> {
  const store = new MemoryStore();
  const data = (await identityOf(place)) as SharedFiles;
  await put(store, place, data);
  return { store, data };
}

test("a folder goes into the store once, in few requests, and comes out the same", async () => {
  const place = await written("letters", letters);
  const { store, data } = await stored(place);
  expect(await put(store, place, data)).toEqual([]);
  expect(store.calls.filter((call) => call.startsWith("put"))).toHaveLength(2);
  const fetched = (await fetchedData(store, data))!;
  expect(await identityOf(fetched)).toEqual({ kind: "files", ...data });
  expect((await readdir(fetched, { recursive: true })).sort()).toEqual(["a", "a/1.png", "a/2.png", "b", "b/3.png"]);
  // From now on it is in the cache.
  store.kept.clear();
  expect(await fetchedData(store, data)).toBe(fetched);
});

test("one file, and files with a common start in their names", async () => {
  const folder = await written("many", { "marks-images": "i", "marks-labels": "l", "others-images": "o" });
  for (const name of ["marks-images", "marks"]) {
    const { store, data } = await stored(join(folder, name));
    expect(await identityOf((await fetchedData(store, data))!)).toEqual({ kind: "files", ...data });
  }
});

test("files that change after their checksum was taken are refused, and no list says that they are whole", async () => {
  const place = await written("letters", letters);
  const data = (await identityOf(place)) as SharedFiles;
  const store = new MemoryStore();
  await written("letters", { "a/1.png": "changed" });
  await expect(put(store, place, data)).rejects.toThrow(
    /^--store: the data "letters" changed while they were read: give the command again$/,
  );
  await written("letters", letters);
  expect(await put(store, place, data)).toEqual(['Puts the data "letters" into the store: 0.0 MB']);
  expect(await fetchedData(store, data)).toBeDefined();
});

test("Ctrl-C ends the copy to the store after the part that is sent", async () => {
  const place = await written("marks", { "large.bin": "" });
  await truncate(join(place, "large.bin"), 2 ** 27 + 1);
  const data = (await identityOf(place)) as SharedFiles;
  const stopping = new AbortController();
  const sent: string[] = [];
  const store: Store = {
    get: async () => undefined,
    put: async (name) => {
      sent.push(name);
      stopping.abort();
    },
  };
  expect(await put(store, place, data, stopping.signal)).toEqual(['Puts the data "marks" into the store: 134.2 MB']);
  expect(sent).toEqual([`data/${data.sha256}/marks/part-0`]);
});

test("folders of other names with the same content are other data", async () => {
  const { store } = await stored(await written("letters", letters));
  const copy = await written("copy", letters);
  const data = (await identityOf(copy)) as SharedFiles;
  expect(await fetchedData(store, data)).toBeUndefined();
  await put(store, copy, data);
  expect(await fetchedData(store, data)).toMatch(/copy$/);
});

test("a file that is larger than a part of the store", async () => {
  const place = await written("large", { "1.bin": "begin", "2.bin": "end" });
  await truncate(join(place, "1.bin"), 2 ** 26 + 5);
  const { store, data } = await stored(place);
  expect([...store.kept.values()].map(({ length }) => length).slice(0, 2)).toEqual([2 ** 26, 5 + 3]);
  const fetched = (await fetchedData(store, data))!;
  expect(await readFile(join(fetched, "2.bin"), "utf8")).toBe("end");
});

test.each<[string, (store: MemoryStore, key: string) => void]>([
  ["a part is missing", ({ kept }, key) => kept.delete(`${key}/part-0`)],
  ["a part is empty", ({ kept }, key) => kept.set(`${key}/part-0`, new Uint8Array())],
  ["a part was changed", ({ kept }, key) => kept.get(`${key}/part-0`)!.fill(1)],
  ["a name leads out of the folder", ({ kept }, key) => kept.set(`${key}/files.json`, new TextEncoder().encode('[{"name":"../../../x","size":1}]'))], // biome-ignore format: one line
])("data are not taken where %s", async (_, damage) => {
  const { store, data } = await stored(await written("letters", letters));
  damage(store, `data/${data.sha256}/letters`);
  const fetched = fetchedData(store, data);
  await expect(fetched).rejects.toThrow(
    /^the data "letters" in the store are damaged: remove data\/\w{64}\/letters there/,
  );
  await expect(fetched).rejects.toBeInstanceOf(NotHere);
  expect(await readdir(join(scratch, "cache/lenet5/data", data.sha256))).toEqual([]);
  expect((await readdir(scratch)).sort()).toEqual(["cache", "letters"]);
});

test("trainings that begin together on a worker without the data copy them once", async () => {
  const { store, data } = await stored(await written("letters", letters));
  store.calls.length = 0;
  const placesOf = workerPlaces({ store });
  const job = { sweep: "a", data: { kind: "files", ...data }, task: { trial: 1, settings: {} } } as JobData;
  const places = await Promise.all([1, 2, 3].map(() => placesOf(job)));
  expect(new Set(places.map((each) => each.data)).size).toBe(1);
  expect(store.calls).toHaveLength(2);
});
