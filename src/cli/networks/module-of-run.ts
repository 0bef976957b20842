/** The module of a run's network: a copy in the run's folder, and whether commands may run it. */
import { copyFile } from "node:fs/promises";
import { basename, extname, join } from "node:path";
import { writeError } from "#platform";
import { InputError, openRun } from "../../index.ts";
import { quoted } from "../../platform/node/quoted.ts";
import { originOf } from "../run-origin.ts";
import { isModule } from "./module.ts";
import { isTrusted, sumOf, trust, withoutList } from "./trust.ts";

/** Copies the module into the folder of a new run, as `network.ts` or with its other ending, and allows both. */
export async function keepModule(path: string, folder: string): Promise<void> {
  const copy = copyIn(folder, path);
  await copyFile(path, copy);
  await trust([path, copy]).catch((error) => writeError(`Note: ${withoutList(error)}\n`));
}

/**
 * The module of a run: the file that it was trained with, as long as it is unchanged, since it may import others beside
 * it; else the run's own copy.
 * @throws InputError where both are gone, and for a module that this user has neither trained with nor allowed
 */
export async function moduleOfRun(path: string, folder: string): Promise<string> {
  const copy = copyIn(folder, path);
  const [original, kept] = [await sumOf(path), await sumOf(copy)];
  const isSame = original !== undefined && (kept === undefined || original === kept);
  if (isSame && (await isTrusted(path))) return path;
  if (kept !== undefined && (await isTrusted(copy))) return copy;
  if (original === undefined && kept === undefined)
    throw new InputError(
      `"${folder}": expected its network's module ${path} or the copy ${basename(copy)}, got neither`,
    );
  throw new InputError(
    kept === undefined
      ? `"${folder}": its network is code, ${path}, that you have not trained with on this machine, and the folder has no copy`
      : `"${folder}": its network is code that you have not allowed on this machine: read ${copy}, then allow it with lenet5 trust ${quoted(folder)}`,
  );
}

/** Whether a module has changed since a run was trained with it; false where the run has no copy. */
export async function hasChanged(path: string, folder: string): Promise<boolean> {
  const kept = await sumOf(copyIn(folder, path));
  return kept !== undefined && kept !== (await sumOf(path));
}

/**
 * Allows the module in the folder of a run from elsewhere. Returns its path.
 * @throws InputError for a run whose network is no code or has no copy, and where the user's cache folder cannot be
 *   written
 */
export async function trustRun(folder: string): Promise<string> {
  const path = originOf(await openRun(folder))?.module;
  if (path === undefined) throw new InputError(`"${folder}": its network needs no code: there is nothing to allow`);
  const copy = copyIn(folder, path);
  // Another file that the config names may be any on this machine.
  if ((await sumOf(copy)) === undefined)
    throw new InputError(`"${folder}": expected the code of its network, ${basename(copy)}, in the folder, got none`);
  await trust([copy]);
  return copy;
}

function copyIn(folder: string, path: string): string {
  if (!isModule(path)) throw new InputError(`"${folder}": expected the path of a module in its config, got "${path}"`);
  return join(folder, `network${extname(path)}`);
}
