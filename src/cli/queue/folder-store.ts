import { joinPath, pathInfo, readBytes, writeBeside } from "#platform";
import { InputError } from "../../core/errors.ts";
import { checkSize, checkStore, MAX_STORED, Refused, type Store } from "./store.ts";

/** Codes of the system where a folder may not be written. */
const REFUSALS = ["EACCES", "EPERM", "EROFS"];

/** @throws InputError where there is no such folder: one that is not mounted would be filled unnoticed; or no access */
export async function folderStore(folder: string): Promise<Store> {
  if ((await pathInfo(folder))?.kind !== "folder")
    throw new InputError(
      `--store: expected a folder that the sweep and all workers share, or s3://bucket/prefix, got "${folder}"`,
    );
  const store: Store = {
    async get(name) {
      const file = joinPath(folder, name);
      return (await pathInfo(file)) ? readBytes(file, MAX_STORED) : undefined;
    },
    async put(name, content) {
      checkSize(name, content);
      await writeBeside(joinPath(folder, name), content).catch((error: Error) => {
        const { code } = (error.cause ?? error) as NodeJS.ErrnoException;
        throw code !== undefined && REFUSALS.includes(code) ? new Refused(error.message, { cause: error }) : error;
      });
    },
  };
  await checkStore(store, folder);
  return store;
}
