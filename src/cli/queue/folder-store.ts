import { joinPath, pathInfo, readBytes, writeBeside } from "#platform";
import { InputError } from "../../core/errors.ts";
import { MAX_STORED, type Store } from "./store.ts";

/** @throws InputError where there is no such folder: one that is not mounted would be filled unnoticed */
export async function folderStore(folder: string): Promise<Store> {
  if ((await pathInfo(folder))?.kind !== "folder")
    throw new InputError(
      `--store: expected a folder that the sweep and all workers share, or s3://bucket/prefix, got "${folder}"`,
    );
  return {
    async get(name) {
      const file = joinPath(folder, name);
      return (await pathInfo(file)) ? readBytes(file, MAX_STORED) : undefined;
    },
    put: (name, content) => writeBeside(joinPath(folder, name), content),
  };
}
