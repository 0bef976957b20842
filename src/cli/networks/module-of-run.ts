/** The module of a run's network: a copy in the run's folder, and whether commands may run it. */
import { copyFile } from "node:fs/promises";
import { basename, extname, join } from "node:path";
import { InputError, openRun } from "../../index.ts";
import { originOf } from "../run-origin.ts";
import { isTrusted, sumOf, trust } from "./trust.ts";

/** Copies the module into the folder of a new run, as `network.ts` or with its other ending, and allows both. */
export async function keepModule(path: string, folder: string): Promise<void> {
  const copy = join(folder, `network${extname(path)}`);
  await copyFile(path, copy);
  // Without a cache folder, the commands that need the code ask for `lenet5 trust`.
  await trust([path, copy]).catch(() => {});
}

/**
 * The module that a run was trained with: the file it was trained with, as long as it is unchanged, since it may import others beside it;
 * else the run's own copy.
 * @throws InputError where both are gone, and for a module that this user has neither trained with nor allowed
 */
export async function moduleOfRun(path: string, folder: string): Promise<string> {
  const found = await modulesOfRun(path, folder);
  for (const module of found) if (await isTrusted(module)) return module;
  throw new InputError(
    `"${folder}": its network is code, ${found[0]}, which was not trained here: read it, then allow it with lenet5 trust ${folder}`,
  );
}

/**
 * Allows the module of a run from elsewhere. Returns its path.
 * @throws InputError for a run whose network is no code, and where the user's cache folder cannot be written
 */
export async function trustRun(folder: string): Promise<string> {
  const path = originOf(await openRun(folder))?.module;
  if (path === undefined) throw new InputError(`"${folder}": its network needs no code: there is nothing to allow`);
  const [module] = await modulesOfRun(path, folder);
  await trust([module]);
  return module;
}

/** Where the module of a run may be, the best place first. */
async function modulesOfRun(path: string, folder: string): Promise<[string, ...string[]]> {
  const copy = join(folder, `network${extname(path)}`);
  const [original, kept] = await Promise.all([path, copy].map(sumOf));
  if (kept !== undefined) return original === kept ? [path, copy] : [copy];
  if (original !== undefined) return [path];
  throw new InputError(`"${folder}": expected its network's module ${path} or the copy ${basename(copy)}, got neither`);
}
