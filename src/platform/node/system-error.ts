import { InputError } from "../../core/errors.ts";

const reasons: Readonly<Record<string, string>> = {
  ENOENT: "there is no such file or folder; check the path",
  EACCES: "permission denied; choose another place or change its permissions",
  EPERM: "the system does not permit it; choose another place or change its permissions",
  EROFS: "the disk is read-only; choose another place",
  ENOSPC: "the disk is full; free some space or choose another disk",
  EDQUOT: "the disk quota is used up; free some space or choose another disk",
  EFBIG: "the file is larger than the system allows; raise its limit (ulimit -f)",
  EIO: "the disk does not answer (EIO); check it, or choose another disk",
  EISDIR: "it is a folder; give a file",
  ENOTDIR: "a part of the path is a file, not a folder; check the path",
  EEXIST: "a file of that name is in the way; choose another name",
  ENAMETOOLONG: "the name is too long; choose a shorter one",
  EMFILE: "too many files are open; close some or raise the limit",
};

/** A failure of the system as an error of one line that names the path. */
export function inputError(verb: string, path: string, error: unknown): InputError {
  const reason = reasons[codeOf(error)] ?? (error instanceof Error ? error.message : String(error));
  return new InputError(`cannot ${verb} "${path}": ${reason}`, { cause: error });
}

/** The system's name of a failure, such as ENOENT. */
export function codeOf(error: unknown): string {
  return error instanceof Error && "code" in error ? String(error.code) : "";
}
