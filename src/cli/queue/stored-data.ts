/** Data in a store: a sweep puts them there, and each worker that does not have them copies them once. */
import { cp, rename } from "node:fs/promises";
import { basename, dirname } from "node:path";
import { cacheFolder, joinPath, makeFolder, pathInfo, remove } from "#platform";
import { placeOf } from "../../data/sources/source.ts";
import type { SharedFiles } from "./payload.ts";

/** Puts data into the store, unless they are there. */
export function putData(store: string, place: string, { sha256 }: SharedFiles): Promise<void> {
  return copiedOnce(place, folderOf(store, sha256));
}

/** Where the data are on this machine, copied from the store if need be; undefined where the store has none. */
export async function fetchedData(store: string, { name, sha256 }: SharedFiles): Promise<string | undefined> {
  const from = folderOf(store, sha256);
  const to = folderOf(cacheFolder()!, sha256);
  if (!(await pathInfo(to)) && !(await pathInfo(from))) return undefined;
  await copiedOnce(joinPath(from, name), to);
  return joinPath(to, name);
}

const folderOf = (folder: string, sha256: string) => joinPath(folder, "data", sha256);

/** Copies a data set into a new folder, which is there once all of it is. */
async function copiedOnce(place: string, folder: string): Promise<void> {
  if (await pathInfo(folder)) return;
  const { path, files, isFile } = await placeOf(place);
  // A place may be files with a common start in their names.
  const names = isFile || path === place ? [basename(place)] : files;
  const beside = `${folder}.${process.pid}.tmp`;
  await makeFolder(beside);
  try {
    for (const name of names) await cp(joinPath(dirname(place), name), joinPath(beside, name), { recursive: true });
    await rename(beside, folder).catch(async (error) => {
      // Another process was first.
      if (!(await pathInfo(folder))) throw error;
    });
  } finally {
    await remove(beside);
  }
}
