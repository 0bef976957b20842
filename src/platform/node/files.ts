import {
  appendFile,
  type FileHandle,
  lstat,
  mkdir,
  open,
  readdir,
  realpath,
  rename,
  rm,
  stat,
  writeFile,
} from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import {
  constants,
  createInflate,
  gunzip,
  gunzipSync,
  inflate,
  inflateRaw as inflateRawWithCallback,
  inflateSync,
} from "node:zlib";
import { InputError } from "../../core/errors.ts";
import type { Files } from "../files.ts";
import { MAX_INFLATED } from "../files.ts";
import { homeFolder } from "./home-folder.ts";
import { codeOf, inputError } from "./system-error.ts";
import { removeLeftoversOnce, temporaryName } from "./temporary-files.ts";

export type { FolderEntry, PathInfo } from "../files.ts";
export { sha256 } from "./sha256.ts";

/** The largest file that Node reads at once. */
const MAX_FILE = 2 ** 31 - 1;
/** The most that a pipe or a device gives: /dev/zero has no end. */
const MAX_STREAM = 2 ** 28;
const PART = 2 ** 16;

export const readBytes: Files["readBytes"] = (path, max, exceeded) =>
  naming("read", path, async () => {
    const handle = await open(path);
    try {
      const found = await handle.stat();
      if (found.isDirectory()) throw Object.assign(new Error("EISDIR"), { code: "EISDIR" });
      // Files of the system, as those in /proc, have no size.
      const isSized = found.isFile() && found.size > 0;
      const most = max ?? (isSized ? MAX_FILE : MAX_STREAM);
      const tooLarge = () => exceeded ?? new InputError(`${path}: expected at most ${most} bytes, got more`);
      if (found.size > most) throw tooLarge();
      if (isSized) return await readParts(handle, Buffer.allocUnsafeSlow(found.size));
      const parts: Uint8Array[] = [];
      for (let size = 0; ; ) {
        const part = await readParts(handle, Buffer.allocUnsafeSlow(PART));
        size += part.length;
        if (size > most) throw tooLarge();
        parts.push(part);
        if (part.length < PART) return plain(Buffer.concat(parts));
      }
    } finally {
      await handle.close();
    }
  });

/** Fills a buffer from a file, as far as there is anything to read. */
async function readParts(handle: FileHandle, into: Buffer): Promise<Uint8Array> {
  let done = 0;
  for (let got = 1; got > 0 && done < into.length; done += got)
    got = (await handle.read(into, done, into.length - done, null)).bytesRead;
  return plain(into.subarray(0, done));
}

export const readPackageFile: Files["readPackageFile"] = (address) => readBytes(fileURLToPath(address.href));

export const writeBeside: Files["writeBeside"] = (path, content) =>
  naming("write", path, async () => {
    await makeWithParents(dirname(path));
    const target = await realpath(path).catch(() => path); // writes to the target of a link
    const there = await pathInfo(target);
    if (there?.kind === "folder") throw new InputError(`cannot write "${path}": it is a folder; give a file name`);
    if (there?.kind === "other") return writeFile(target, content); // a device or a pipe cannot be replaced
    const folder = dirname(target);
    await removeLeftoversOnce(folder);
    const beside = temporaryName(target);
    try {
      const handle = await open(beside, "wx");
      try {
        await handle.writeFile(content);
        await handle.sync();
      } finally {
        await handle.close();
      }
      await rename(beside, target);
    } catch (error) {
      await rm(beside, { force: true }).catch(() => {}); // on a disk that fails, this fails too
      throw error;
    }
    await syncFolder(folder);
  });

/** After it, a new name in a folder outlives a loss of power. Windows and some file systems do not offer it. */
async function syncFolder(folder: string): Promise<void> {
  try {
    const handle = await open(folder, "r");
    try {
      await handle.sync();
    } finally {
      await handle.close();
    }
  } catch (error) {
    if (!["EPERM", "EACCES", "EISDIR", "EINVAL", "EBADF", "ENOTSUP", "ENOSYS"].includes(codeOf(error))) throw error;
  }
}

export const appendBytes: Files["appendBytes"] = (path, bytes) => naming("write", path, () => appendFile(path, bytes));

export const moveFile: Files["moveFile"] = (from, to) =>
  naming("write", to, async () => {
    const handle = await open(from, "r+");
    try {
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(from, to);
    await syncFolder(dirname(to));
  });

export const isLink: Files["isLink"] = (path) =>
  lstat(path).then(
    (found) => found.isSymbolicLink(),
    () => false,
  );

export const pathInfo: Files["pathInfo"] = async (path) => {
  try {
    const found = await stat(path);
    return { kind: found.isFile() ? "file" : found.isDirectory() ? "folder" : "other", bytes: found.size };
  } catch (error) {
    if (codeOf(error) === "ENOENT" || codeOf(error) === "ENOTDIR") return undefined;
    throw inputError("look at", path, error);
  }
};

export const listFolder: Files["listFolder"] = (path) => naming("list", path, async () => (await readdir(path)).sort());

export const listEntries: Files["listEntries"] = (path) =>
  naming("list", path, async () => {
    const found = await readdir(path, { withFileTypes: true });
    found.sort((a, b) => (a.name < b.name ? -1 : 1));
    return Promise.all(
      found.map(async (entry) => {
        const isLink = entry.isSymbolicLink();
        // Of a link that leads nowhere there is no information.
        const target = isLink ? (await pathInfo(join(path, entry.name)).catch(() => undefined))?.kind : undefined;
        const own = entry.isFile() ? "file" : entry.isDirectory() ? "folder" : "other";
        return { name: entry.name, kind: target ?? own, isLink };
      }),
    );
  });

export const makeFolder: Files["makeFolder"] = (path) => naming("make the folder", path, () => makeWithParents(path));

export const makeNewFolder: Files["makeNewFolder"] = (path) =>
  naming("make the folder", path, async () => {
    try {
      await mkdir(path);
      return true;
    } catch (error) {
      if (isCode(error, "EEXIST")) return false;
      throw error;
    }
  });

/**
 * `mkdir` with `recursive` does not serve: in Node 20 it never returns where a folder cannot be created, as in /proc.
 */
async function makeWithParents(path: string): Promise<void> {
  // Nearly always it is there: to look takes less than an error of `mkdir`.
  if ((await stat(path).catch(() => undefined))?.isDirectory()) return;
  const made = async () => {
    try {
      await mkdir(path);
    } catch (error) {
      if (!(isCode(error, "EEXIST") && (await stat(path)).isDirectory())) throw error;
    }
  };
  try {
    await made();
  } catch (error) {
    const parent = dirname(path);
    if (!isCode(error, "ENOENT") || parent === path) throw error;
    const known = await stat(parent).catch(() => undefined);
    // Somebody else may have made the parent meanwhile.
    if (known) return made();
    await makeWithParents(parent);
    await made();
  }
}

function isCode(error: unknown, code: string): boolean {
  return error instanceof Error && "code" in error && error.code === code;
}

export const remove: Files["remove"] = (path) =>
  naming("remove", path, () => rm(path, { recursive: true, force: true }));

export const hasFolders: Files["hasFolders"] = () => true;

export const absolutePath: Files["absolutePath"] = (path) => resolve(path);

export const joinPath: Files["joinPath"] = join;

export const environment: Files["environment"] = (name) => process.env[name] || undefined;

export const cacheFolder: Files["cacheFolder"] = () => {
  const { XDG_CACHE_HOME, LOCALAPPDATA } = process.env;
  if (XDG_CACHE_HOME) return join(XDG_CACHE_HOME, "lenet5");
  if (process.platform === "win32" && LOCALAPPDATA) return join(LOCALAPPDATA, "lenet5");
  const home = homeFolder();
  return home && join(home, process.platform === "darwin" ? "Library/Caches" : ".cache", "lenet5");
};

export const inflateGzip: Files["inflateGzip"] = async (bytes, max = MAX_INFLATED) => {
  // A gzip file ends with its unpacked size. One chunk of that size is 3 times as fast as a growing buffer (MNIST's
  // training images: 85 ms instead of 275). The size is limited by deflate's maximum ratio, 1032.
  const size = bytes.length < 18 ? 0 : new DataView(bytes.buffer, bytes.byteOffset).getUint32(bytes.length - 4, true);
  const chunkSize = Math.max(65_536, Math.min(size, max, bytes.length * 1032) + 64);
  return plain(await promisify(gunzip)(bytes, { chunkSize, maxOutputLength: max }));
};

export const inflateStart: Files["inflateStart"] = async (bytes) =>
  plain(gunzipSync(bytes, { finishFlush: constants.Z_SYNC_FLUSH }));

export const inflateZlib: Files["inflateZlib"] = async (bytes, max) => {
  const chunkSize = Math.max(64, Math.min(max, bytes.length * 1032) + 1);
  const options = { chunkSize, maxOutputLength: Math.max(1, max) };
  // What takes less than a millisecond is unpacked at once: to wait for a thread would take longer.
  return plain(bytes.length < 32_768 ? inflateSync(bytes, options) : await promisify(inflate)(bytes, options));
};

export const inflateZlibInParts: Files["inflateZlibInParts"] = async function* (bytes) {
  const stream = createInflate({ chunkSize: 2 ** 18 });
  stream.end(bytes);
  for await (const part of stream) yield plain(part as Buffer);
};

export const inflateRaw: Files["inflateRaw"] = async (bytes, max) => {
  // A caller that gives a limit knows the size: one chunk of it is faster than a growing buffer, as for gzip.
  const chunkSize = max === undefined ? 65_536 : Math.max(65_536, Math.min(max, bytes.length * 1032) + 64);
  return plain(await promisify(inflateRawWithCallback)(bytes, { chunkSize, maxOutputLength: max ?? MAX_INFLATED }));
};

/** A Buffer as a plain Uint8Array, whose `slice` copies; that of a Buffer is a view. */
function plain(buffer: Buffer): Uint8Array<ArrayBuffer> {
  return new Uint8Array(buffer.buffer as ArrayBuffer, buffer.byteOffset, buffer.length);
}

/** Runs an operation on files; its failure becomes an InputError that names the path. */
async function naming<Result>(verb: string, path: string, operation: () => Promise<Result>): Promise<Result> {
  try {
    return await operation();
  } catch (error) {
    throw error instanceof InputError ? error : inputError(verb, path, error);
  }
}
