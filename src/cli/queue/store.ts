/** A folder that the sweep and all workers share, for runs and data. */
import { dirname } from "node:path";
import { joinPath, makeFolder, pathInfo, readBytes, writeBeside } from "#platform";
import { InputError } from "../../core/errors.ts";
import { MAX_BYTES } from "./run-archive.ts";

/** Packed runs by the name of their sweep and their own. */
export interface Store {
  readonly folder: string;
  get(sweep: string, run: string): Promise<Uint8Array | undefined>;
  put(sweep: string, run: string, packed: Uint8Array): Promise<void>;
}

/** @throws InputError where there is no such folder: one that is not mounted would be filled unnoticed */
export async function folderStore(folder: string): Promise<Store> {
  if ((await pathInfo(folder))?.kind !== "folder")
    throw new InputError(`--store: expected a folder that the sweep and all workers share, got "${folder}"`);
  const fileOf = (sweep: string, run: string) => joinPath(folder, sweep, `${run}.zip`);
  return {
    folder,
    async get(sweep, run) {
      const file = fileOf(sweep, run);
      return (await pathInfo(file)) ? readBytes(file, MAX_BYTES) : undefined;
    },
    async put(sweep, run, packed) {
      const file = fileOf(sweep, run);
      await makeFolder(dirname(file));
      await writeBeside(file, packed);
    },
  };
}
