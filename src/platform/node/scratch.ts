import { closeSync, openSync, readFileSync, readSync, rmSync, writeSync } from "node:fs";
import { mkdir, statfs } from "node:fs/promises";
import { join } from "node:path";
import type { Scratch } from "../scratch.ts";
import { cacheFolder } from "./files.ts";
import { inputError } from "./system-error.ts";

let opened = 0;

export const openScratch: Scratch["openScratch"] = async (bytes) => {
  const cache = cacheFolder();
  if (cache === undefined) return undefined;
  const folder = join(cache, "streams");
  const path = join(folder, `${process.pid}-${opened++}`);
  try {
    await mkdir(folder, { recursive: true });
    const { bavail, bsize } = await statfs(folder);
    if (bavail * bsize < 2 * bytes) return undefined;
    const id = openSync(path, "w+");
    // Without its name, the file disappears when it is closed, however the process ends. Windows keeps the name until then.
    const removed = tried(() => rmSync(path));
    return {
      id,
      close() {
        closeSync(id);
        if (!removed) tried(() => rmSync(path));
      },
    };
  } catch {
    return undefined; // no permission, for example: pictures are then decoded in every epoch
  }
};

function tried(work: () => void): boolean {
  try {
    work();
    return true;
  } catch {
    return false;
  }
}

export const readScratch: Scratch["readScratch"] = (id, into, at) => {
  let done = 0;
  while (done < into.length) {
    const count = readSync(id, into, done, into.length - done, at + done);
    if (count === 0) throw new Error("a scratch file ended before its data");
    done += count;
  }
};

export const writeScratch: Scratch["writeScratch"] = (id, bytes, at) => {
  try {
    for (let done = 0; done < bytes.length; ) done += writeSync(id, bytes, done, bytes.length - done, at + done);
    return true;
  } catch {
    return false;
  }
};

export const readBytesNow: Scratch["readBytesNow"] = (path) => {
  try {
    const { buffer, byteOffset, length } = readFileSync(path);
    return new Uint8Array(buffer, byteOffset, length);
  } catch (error) {
    throw inputError("read", path, error);
  }
};
