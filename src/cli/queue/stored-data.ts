/**
 * Data in a store: a sweep puts them there, and each worker that does not have them copies them once. A data set is the
 * list of its files, and their contents one after the other, cut into parts: few requests for many small pictures, and
 * little memory for one large file.
 */
import { createHash, type Hash } from "node:crypto";
import { createReadStream } from "node:fs";
import { rename } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, dirname, resolve, sep } from "node:path";
import * as v from "valibot";
import { appendBytes, cacheFolder, joinPath, makeFolder, pathInfo, remove } from "#platform";
import { checkedJson } from "../../core/checked-json.ts";
import { InputError } from "../../core/errors.ts";
import { placeOf } from "../../data/sources/source.ts";
import { removeLeftovers, temporaryName } from "../../platform/node/temporary-files.ts";
import type { Print } from "../output.ts";
import { NotHere } from "./not-here.ts";
import type { SharedFiles } from "./payload.ts";
import { addFile, filesOf, sizeOfFiles, sumOfFiles } from "./shared-files.ts";
import { MAX_STORED, type Store } from "./store.ts";

/** The most bytes of a part. */
const PART = 2 ** 26;

const fileList = v.array(v.object({ name: v.string(), size: v.pipe(v.number(), v.safeInteger(), v.minValue(0)) }));
type FileList = v.InferOutput<typeof fileList>;

/** Of data with the same content, those with another name are others: the name of a folder is part of the paths. */
const keyOf = ({ name, sha256 }: SharedFiles) => `data/${sha256}/${name}`;
const listOf = (data: SharedFiles) => `${keyOf(data)}/files.json`;
const partOf = (data: SharedFiles, part: number) => `${keyOf(data)}/part-${part}`;

/**
 * Puts data into the store, unless they are there or the command has to end. Another command goes on from the start.
 * @throws InputError where the files are no longer those of `data`: with the list, workers would take them for those
 */
export async function putData(
  store: Store,
  place: string,
  data: SharedFiles,
  { stop, print }: { readonly stop: AbortSignal; readonly print: Print },
): Promise<void> {
  if (await store.get(listOf(data))) return;
  print(`Puts the data "${data.name}" into the store: ${((await sizeOfFiles(place)) / 1e6).toFixed(1)} MB`);
  const files: FileList = [];
  const sum = createHash("sha256");
  let count = 0;
  for await (const part of partsOf(contentsOf(place, files, sum))) {
    if (stop.aborted) return;
    await store.put(partOf(data, count++), part);
  }
  if (sum.digest("hex") !== data.sha256)
    throw new InputError(`--store: the data "${data.name}" changed while they were read: give the command again`);
  // With the list, all of it is there.
  await store.put(listOf(data), new TextEncoder().encode(JSON.stringify(files)));
}

/** The contents of all files of a data set, which are added to a list and to its checksum. */
async function* contentsOf(place: string, files: FileList, sum: Hash): AsyncGenerator<Uint8Array> {
  const { path, isFile } = await placeOf(place);
  // A place may be files with a common start in their names, which are in no folder of their own.
  const folder = isFile || path !== place ? "" : `${basename(place)}/`;
  for await (const { path, name } of filesOf(place)) {
    let size = 0;
    const content = createHash("sha256");
    for await (const piece of createReadStream(path)) {
      size += piece.length;
      content.update(piece);
      yield piece;
    }
    addFile(sum, { name }, content);
    files.push({ name: `${folder}${name}`, size });
  }
}

/** The same bytes in parts; each is used before the next one is made. */
async function* partsOf(pieces: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const part = new Uint8Array(PART);
  let filled = 0;
  for await (const piece of pieces) {
    for (let at = 0; at < piece.length; ) {
      const taken = piece.subarray(at, at + PART - filled);
      part.set(taken, filled);
      at += taken.length;
      filled += taken.length;
      if (filled < PART) continue;
      yield part;
      filled = 0;
    }
  }
  if (filled > 0) yield part.subarray(0, filled);
}

/**
 * Where the data are on this machine, copied from the store if need be; undefined where the store has none.
 * @throws NotHere where those in the store are damaged
 */
export async function fetchedData(store: Store, data: SharedFiles): Promise<string | undefined> {
  const folder = resolve(cacheFolder() ?? tmpdir(), keyOf(data));
  const place = joinPath(folder, data.name);
  if (await pathInfo(folder)) return place;
  const list = await store.get(listOf(data));
  if (!list) return undefined;
  const files = checkedJson(fileList, list, listOf(data), { length: MAX_STORED });
  await makeFolder(dirname(folder));
  // Of workers that were killed.
  await removeLeftovers(dirname(folder));
  const beside = temporaryName(folder);
  try {
    if (!files.every(({ name }) => resolve(beside, name).startsWith(beside + sep))) throw damaged(data);
    await writeFiles(beside, files, contentOf(store, data));
    if ((await sumOfFiles(joinPath(beside, data.name))) !== data.sha256) throw damaged(data);
    await rename(beside, folder).catch(async (error) => {
      // Another process was first.
      if (!(await pathInfo(folder))) throw error;
    });
  } finally {
    await remove(beside);
  }
  return place;
}

/** Gives the bytes of the parts, one after the other, at most as many as asked for. */
type TakeBytes = (most: number) => Promise<Uint8Array>;

function contentOf(store: Store, data: SharedFiles): TakeBytes {
  let part: Uint8Array = new Uint8Array();
  let count = 0;
  return async (most) => {
    if (part.length === 0 && most > 0) part = (await store.get(partOf(data, count++))) ?? part;
    if (part.length === 0 && most > 0) throw damaged(data);
    const taken = part.subarray(0, most);
    part = part.subarray(taken.length);
    return taken;
  };
}

async function writeFiles(folder: string, files: FileList, take: TakeBytes): Promise<void> {
  for (const { name, size } of files) {
    const path = joinPath(folder, name);
    await makeFolder(dirname(path));
    let left = size;
    do {
      const bytes = await take(left);
      await appendBytes(path, bytes);
      left -= bytes.length;
    } while (left > 0);
  }
}

function damaged(data: SharedFiles): NotHere {
  return new NotHere(
    `the data "${data.name}" in the store are damaged: remove ${keyOf(data)} there, and run the sweep again`,
  );
}
