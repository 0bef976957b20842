import type { InputError } from "../core/errors.ts";

/**
 * Files and bytes; `node/files.ts` and `browser/files.ts` export exactly these names. Every failure is an `InputError`
 * of one line. A browser has no file system: there, functions that take a path throw an `InputError`, and `cacheFolder`
 * and `environment` return undefined.
 */
export interface Files {
  /**
   * The whole content of a file, as long as it is when it is opened; of a pipe or a device, at most 256 MiB.
   * @throws InputError, or `exceeded`, for more than `max` bytes
   */
  readBytes(path: string, max?: number, exceeded?: InputError): Promise<Uint8Array>;
  /** The whole content of a file that ships with the package, by its address (`new URL("...", import.meta.url)`). */
  readPackageFile(address: { readonly href: string }): Promise<Uint8Array>;
  /**
   * Writes a temporary file in the same folder, waits until the disk has it and renames it. So a reader sees the old or
   * the new content, never a part, also after the process is killed or the power fails. On a failure (full disk, no
   * permission) the old content stays and the temporary file is removed. Those of processes that were killed are removed
   * when another writes to the folder. Missing folders are created.
   */
  writeBeside(path: string, content: Uint8Array | string): Promise<void>;
  /** Appends bytes to a file, which is created if it does not exist. */
  appendBytes(path: string, bytes: Uint8Array): Promise<void>;
  /** Renames a file, after the disk has all of it; one at the new path is replaced. */
  moveFile(from: string, to: string): Promise<void>;
  /** Whether a path is a file or a folder, and its size in bytes; undefined if it does not exist. */
  pathInfo(path: string): Promise<PathInfo | undefined>;
  /** Whether there is a symbolic link at a path. */
  isLink(path: string): Promise<boolean>;
  /** The names in a folder, sorted by code unit, without `.` and `..`. */
  listFolder(path: string): Promise<string[]>;
  /** The names in a folder, sorted by code unit, each with its kind; of a link, the kind of what it leads to. */
  listEntries(path: string): Promise<FolderEntry[]>;
  /** Creates a folder and its parents; a folder that exists already is no error. */
  makeFolder(path: string): Promise<void>;
  /** Creates a folder in one that exists; false where something of that name exists already. */
  makeNewFolder(path: string): Promise<boolean>;
  /** Removes a file or a folder with its content; a path that does not exist is no error. */
  remove(path: string): Promise<void>;
  /** Whether this platform has folders to write to. */
  hasFolders(): boolean;
  /** The path from the root; a browser, which has no folders, returns it as it is. */
  absolutePath(path: string): string;
  /** Joins parts of a path with the separator of the operating system. */
  joinPath(...parts: string[]): string;
  /** An environment variable; undefined when it is not set or empty. */
  environment(name: string): string | undefined;
  /** This user's cache folder, `.../lenet5`; undefined where there is none. */
  cacheFolder(): string | undefined;
  /**
   * Unpacks gzip into at most `max` bytes (default 1 GiB). Throws the platform's own error if the bytes are damaged,
   * truncated or unpack to more. The caller, which knows the name of the file, turns it into an `InputError`.
   */
  inflateGzip(bytes: Uint8Array, max?: number): Promise<Uint8Array>;
  /** What the first bytes of a gzip file unpack to, as far as they go. Throws as `inflateGzip` does for damaged bytes. */
  inflateStart(bytes: Uint8Array): Promise<Uint8Array>;
  /**
   * Unpacks zlib's format into at most `max` bytes. Throws the platform's own error if the bytes are damaged, truncated
   * or unpack to more.
   */
  inflateZlib(bytes: Uint8Array, max: number): Promise<Uint8Array>;
  /** Unpacks zlib's format in parts, which are not kept; a caller that stops needs no more of them. Throws as above. */
  inflateZlibInParts(bytes: Uint8Array): AsyncGenerator<Uint8Array>;
  /** Unpacks raw deflate, without a header, into at most `max` bytes (default 1 GiB); throws as `inflateGzip` does. */
  inflateRaw(bytes: Uint8Array<ArrayBuffer>, max?: number): Promise<Uint8Array<ArrayBuffer>>;
  /** The SHA-256 of the bytes as 64 lower-case hexadecimal digits. */
  sha256(bytes: Uint8Array): Promise<string>;
}

/** See {@link Files.pathInfo}. */
export interface PathInfo {
  readonly kind: "file" | "folder" | "other";
  readonly bytes: number;
}

/** See {@link Files.listEntries}. */
export interface FolderEntry {
  readonly name: string;
  readonly kind: PathInfo["kind"];
  readonly isLink: boolean;
}

/** The default limit of `inflateGzip`: EMNIST's largest file has 0.5 GiB. */
export const MAX_INFLATED = 2 ** 30;
