/**
 * Lock files of processes that may be killed at any moment.
 *
 * A lock appears whole and at once: it is written beside and linked to its name, which fails where a file has it. A lock
 * whose process is gone is replaced. Two that want to replace it must not remove each other's new lock. So each first
 * takes a lock on this replacement, in the same way: its name is that of the file and the id of the old lock. Ids never
 * come again, so who holds it and still sees the old lock is the only one that replaces it.
 */
import { randomUUID } from "node:crypto";
import { readFileSync, rmSync } from "node:fs";
import { link, open, readdir, readFile, rename, rm } from "node:fs/promises";
import { hostname } from "node:os";
import { basename, dirname, join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { InputError } from "../../core/errors.ts";
import type { Locks, RefusedLock, TakenLock } from "../locks.ts";
import { type Owner, ownerIn } from "./lock-owner.ts";
import { exists, placeOfProcesses, startOf } from "./processes.ts";
import { codeOf, inputError } from "./system-error.ts";
import { removeLeftovers, temporaryName } from "./temporary-files.ts";

export type { RefusedLock, TakenLock } from "../locks.ts";

/** Milliseconds to wait for another process that is writing or replacing a lock: that takes a few. */
const PATIENCE = 2000;

export const takeLock: Locks["takeLock"] = async (path) => {
  try {
    const lock = await taken(path);
    // Leftovers harm nobody: those that cannot be removed stay.
    if (lock.isTaken) await Promise.all([removeClaims(path).catch(() => {}), removeLeftovers(dirname(path))]);
    return lock;
  } catch (error) {
    throw error instanceof InputError ? error : inputError("write", path, error);
  }
};

async function taken(path: string): Promise<TakenLock | RefusedLock> {
  const own: Owner = {
    id: randomUUID(),
    pid: process.pid,
    host: hostname(),
    since: new Date().toISOString(),
    place: placeOfProcesses(),
    start: await startOf(process.pid),
  };
  const began = performance.now();
  const isOver = () => performance.now() - began > PATIENCE;
  for (; ; await delay(2)) {
    if (await created(path, own)) return held(path, own);
    const other = await ownerOf(path);
    if (other === "unreadable" && isOver()) {
      throw new InputError(`"${path}" is no lock file of lenet5: if no training writes into its folder, delete it`);
    }
    // It was just released, or is being written where there are no links.
    if (!other || other === "unreadable") continue;
    const isHere = other.place === own.place;
    if (!isHere || (!released.has(other.id) && (await isRunning(other)))) return refused(other, isHere);
    const claim = await taken(claimOn(path, other));
    if (claim.isTaken) {
      try {
        if (!(await isOf(path, other))) continue;
        await written(path, own, (beside) => rename(beside, path));
        return held(path, own);
      } finally {
        await claim.release();
      }
    }
    // Another process is replacing it: the next round reads the new lock.
    if (!claim.isRunning || isOver()) return claim;
  }
}

const claimOn = (path: string, { id }: Owner) => `${path}.${id}.claim`;

async function isRunning({ pid, start }: Owner): Promise<boolean> {
  if (!exists(pid)) return false;
  const now = await startOf(pid);
  return start === null || now === null || now === start;
}

/** Makes the file, unless there is one. */
async function created(path: string, own: Owner): Promise<boolean> {
  try {
    await written(path, own, (beside) => link(beside, path));
    return true;
  } catch (error) {
    const code = codeOf(error);
    if (code === "EEXIST") return false;
    if (!["EPERM", "ENOTSUP", "EOPNOTSUPP", "ENOSYS", "EMLINK"].includes(code)) throw error;
  }
  // A file system without links, such as that of a memory stick.
  try {
    await writeNew(path, own);
    return true;
  } catch (error) {
    if (codeOf(error) === "EEXIST") return false;
    throw error;
  }
}

async function written(path: string, own: Owner, put: (beside: string) => Promise<void>): Promise<void> {
  const beside = temporaryName(path);
  try {
    await writeNew(beside, own);
    await put(beside);
  } finally {
    await rm(beside, { force: true });
  }
}

async function writeNew(path: string, own: Owner): Promise<void> {
  const handle = await open(path, "wx");
  try {
    await handle.writeFile(`${JSON.stringify(own, null, 2)}\n`);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Who holds a lock; undefined where nobody does. */
async function ownerOf(path: string): Promise<Owner | "unreadable" | undefined> {
  try {
    return ownerIn(await readFile(path, "utf8"));
  } catch (error) {
    if (codeOf(error) === "ENOENT") return undefined;
    if (error instanceof SyntaxError) return "unreadable";
    throw error;
  }
}

async function isOf(path: string, { id }: Owner): Promise<boolean> {
  const now = await ownerOf(path);
  return typeof now === "object" && now.id === id;
}

function refused({ pid, host, since }: Owner, isHere: boolean): RefusedLock {
  return { isTaken: false, pid, host, since, isRunning: isHere };
}

/** The paths of the locks that this process holds, by the ids. */
const locks = new Map<string, string>();
/** Locks of this process whose files could not be removed, as on a disk that became read-only. */
const released = new Set<string>();

function held(path: string, own: Owner): TakenLock {
  const { id } = own;
  if (locks.size === 0) process.on("exit", releaseAll);
  locks.set(id, path);
  return {
    isTaken: true,
    // A disk that fails for a moment does not mean that the lock is lost.
    isHeld: () => isOf(path, own).catch(() => true),
    async release() {
      if (!locks.delete(id)) return;
      try {
        if (await isOf(path, own)) await rm(path, { force: true });
      } catch {
        released.add(id);
      }
      if (locks.size === 0) process.off("exit", releaseAll);
    },
  };
}

function releaseAll(): void {
  for (const [id, path] of locks) {
    try {
      if (ownerIn(readFileSync(path, "utf8")).id === id) rmSync(path);
    } catch {
      // It is no longer there, or cannot be removed: the next one sees that this process is gone.
    }
  }
}

/** Removes what processes left behind that were killed while they replaced a lock: those locks never come again. */
async function removeClaims(path: string): Promise<void> {
  const [folder, start] = [dirname(path), `${basename(path)}.`];
  const names = await readdir(folder);
  const claims = names.filter((name) => name.startsWith(start) && name.endsWith(".claim"));
  for (const name of claims) await rm(join(folder, name), { force: true });
}
