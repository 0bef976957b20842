import { joinPath, listFolder, makeFolder, type TakenLock, takeLock } from "#platform";
import { InputError } from "../../core/errors.ts";

/** The names of what is written into a folder of shards. */
const OWN = /^(lock(\..*)?|plan\.json|pictures\.jsonl|[\d.]+\.shard|\d+\.(reading|alone|broken)|.*\.tmp)$/;

/**
 * Locks the folder of the shards, which is made where there is none.
 * @throws InputError for a folder with other files, and for one that another process works in
 */
export async function openShardFolder(folder: string): Promise<TakenLock> {
  await makeFolder(folder);
  const other = (await listFolder(folder)).find((name) => !OWN.test(name));
  if (other !== undefined)
    throw new InputError(
      `--out: expected a folder of shards at "${folder}", got one with "${other}": give another --out`,
    );
  const path = joinPath(folder, "lock");
  const lock = await takeLock(path);
  if (lock.isTaken) return lock;
  const advice = lock.isRunning ? "wait until it has ended" : `on "${lock.host}": if it has ended, delete ${path}`;
  throw new InputError(
    `--out: "${folder}" is written by process ${lock.pid}, which began ${lock.since.slice(0, 19)}Z: ${advice}, or give another --out`,
  );
}
