import { statSync } from "node:fs";
import { opendir } from "node:fs/promises";
import { dirname } from "node:path";
import { pathInfo, readBytesNow } from "#platform";
import { InputError } from "../../core/errors.ts";
import { codeOf } from "../../platform/node/system-error.ts";

/** Bytes of a file. One that is larger is no picture of a size that is read, and would take all memory. */
const MAX_FILE = 2 ** 28;

/** Failures of one file. Others, such as a disk that does not answer or too many open files, are failures of the machine. */
const OF_ONE_FILE = ["ENOENT", "ENOTDIR", "EACCES", "EPERM", "EISDIR", "ENAMETOOLONG", "ELOOP"];

/** Reads the files of a shard's pictures, and notices when their disk or folder is gone. */
export class PictureFiles {
  /** The last picture that was there, and the last one that was not. */
  private present: string | undefined;
  private missing: string | undefined;

  /**
   * The content of a file, or why it is no picture that can be read.
   * @throws InputError for a failure that would hit other pictures too
   */
  read(path: string): Uint8Array | InputError {
    try {
      checkFile(path);
      const bytes = readBytesNow(path);
      this.present = path;
      return bytes;
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      const code = codeOf(error.cause);
      if (code === "") this.present = path;
      else if (OF_ONE_FILE.includes(code)) this.missing = path;
      else throw new InputError(`${error.message}; then run the same command again`, { cause: error.cause });
      return error;
    }
  }

  /**
   * Called when all are read. A few pictures that are gone were deleted. Where none is left, and nothing beside them, the
   * disk or folder is gone, and their errors must not become answers.
   * @throws InputError where it is gone
   */
  async check(): Promise<void> {
    if (this.missing === undefined) return;
    if (this.present !== undefined && (await isThere(this.present))) return;
    if (await hasEntries(dirname(this.missing))) return;
    throw new InputError(
      `--bulk: "${dirname(this.missing)}" is gone or empty, so its pictures cannot be read: run the same command again when they are back`,
    );
  }
}

async function isThere(path: string): Promise<boolean> {
  return (await pathInfo(path).catch(() => undefined)) !== undefined;
}

async function hasEntries(folder: string): Promise<boolean> {
  try {
    for await (const _ of await opendir(folder)) return true;
  } catch {} // it is gone, or cannot be listed
  return false;
}

/** @throws InputError for a pipe, which may never end, and for a file that is too large */
function checkFile(path: string): void {
  const found = statOf(path);
  if (!found) return;
  if (!found.isFile() && !found.isDirectory()) throw new InputError(`${path}: expected a file, got a pipe or a device`);
  if (found.size > MAX_FILE) throw new InputError(`${path}: expected a picture of at most 256 MiB, got a larger file`);
}

/** Undefined where the system has no answer: why is said when the file is read. */
function statOf(path: string) {
  try {
    return statSync(path);
  } catch {
    return undefined;
  }
}
