import { isLink, joinPath, listFolder, type TakenLock, takeLock } from "#platform";
import { InputError } from "../core/errors.ts";

/** The name of the file that says which process trains in a folder. */
export const LOCK = "run.lock";

/** The names of files that a training, or `lenet5 paper`, writes. */
const WRITTEN = /\.(json|csv|safetensors|html|md|svg|lock)$|^network\.m?[jt]s$/;

/** An error about a folder that another training writes to. */
export class FolderInUse extends InputError {}

/** The right to write to the folder of a run, which one training at a time has. Reading needs none. */
export interface RunLock extends TakenLock {
  readonly folder: string;
}

/**
 * Refuses a link where a run is about to write: a run from elsewhere could lead the write to any file of the user's.
 * @throws InputError
 */
export async function refuseLink(path: string): Promise<void> {
  if (!(await isLink(path))) return;
  throw new InputError(`"${path}": expected a file of the run, got a link, which may lead elsewhere: delete it`);
}

/**
 * Locks a folder, which has to exist.
 * @throws FolderInUse for one that another training writes to; InputError for one with links in it
 */
export async function lockRun(folder: string): Promise<RunLock> {
  for (const name of await listFolder(folder)) if (WRITTEN.test(name)) await refuseLink(joinPath(folder, name));
  const path = joinPath(folder, LOCK);
  const lock = await takeLock(path);
  if (lock.isTaken) return { ...lock, folder };
  const { pid, host, since, isRunning } = lock;
  const [place, advice] = isRunning
    ? ["", "wait until it has ended, or give another folder"]
    : [` on "${host}"`, `if it has ended, delete ${path}; else give another folder`];
  throw new FolderInUse(
    `"${folder}": expected a folder that no other training writes to, got that of process ${pid}${place}, which began ${since.slice(0, 19)}Z: ${advice}`,
  );
}
