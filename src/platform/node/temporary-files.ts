/** Files that exist only until they are renamed, and those that killed processes left behind. */
import { createHash, randomUUID } from "node:crypto";
import { readdir, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { exists, placeOfProcesses } from "./processes.ts";

/** This machine or container, where the numbers of processes are known. */
const place = createHash("sha256").update(placeOfProcesses()).digest("hex").slice(0, 8);

/** The name of a temporary file beside a file. Threads of one process have the same number, so it is not enough. */
export function temporaryName(path: string): string {
  return `${path}.lenet5-${place}-${process.pid}-${randomUUID().slice(0, 8)}.tmp`;
}

const pattern = /\.lenet5-([\da-f]{8})-(\d+)-[\da-f]{8}\.tmp$/;

/** Milliseconds. No file is written for a day, wherever that is. */
const DAY = 86_400_000;

/** Folders whose leftovers this process has removed. */
const swept = new Set<string>();

/** {@link removeLeftovers}, unless this process has done so before. */
export async function removeLeftoversOnce(folder: string): Promise<void> {
  if (!swept.has(folder)) await removeLeftovers(folder);
}

/**
 * Removes the temporary files in a folder whose processes are gone, and temporary folders of this machine. What cannot
 * be removed stays.
 */
export async function removeLeftovers(folder: string): Promise<void> {
  swept.add(folder);
  for (const name of await readdir(folder).catch(() => [])) {
    const [, where, pid] = pattern.exec(name) ?? [];
    if (where === undefined) continue;
    const path = join(folder, name);
    // The age of a folder does not say whether its files are in use.
    const recursive = where === place;
    if (await isLeft(path, where, Number(pid))) await rm(path, { force: true, recursive }).catch(() => {});
  }
}

async function isLeft(path: string, where: string, pid: number): Promise<boolean> {
  if (where !== place) return isOlder(path, DAY);
  // In a container, the first process has the same number every time.
  return pid === process.pid ? isOlder(path, process.uptime() * 1000) : !exists(pid);
}

async function isOlder(path: string, age: number): Promise<boolean> {
  const found = await stat(path).catch(() => undefined);
  return found !== undefined && found.mtimeMs < Date.now() - age;
}
