/**
 * Files and bytes; `node/files.ts` and `browser/files.ts` export exactly these names. Every failure is an `InputError`
 * of one line. A browser has no file system: there the functions that take a path throw an
 * `InputError` that says so, and `cacheFolder` and `environment` return undefined.
 */
export interface Files {
  /** The whole content of a file. */
  readBytes(path: string): Promise<Uint8Array>;
  /** The whole content of a file that ships with the package, by its address (`new URL("...", import.meta.url)`). */
  readPackageFile(address: URL): Promise<Uint8Array>;
  /**
   * Writes a file beside its place and renames it into place, so that a reader sees the old content or the new, never
   * a part. On a failure (full disk, no permission) the old content stays and nothing is left beside it. Missing
   * folders on the way are made.
   */
  writeBeside(path: string, content: Uint8Array | string): Promise<void>;
  /** Adds bytes at the end of a file, which is made when it is not there; for downloads that can be resumed. */
  appendBytes(path: string, bytes: Uint8Array): Promise<void>;
  /** The kind and the size in bytes of what is at a path; undefined when there is nothing. */
  pathInfo(path: string): Promise<PathInfo | undefined>;
  /** The names in a folder, sorted by code unit, without `.` and `..`. */
  listFolder(path: string): Promise<string[]>;
  /** Makes a folder and those above it; one that is already there is fine. */
  makeFolder(path: string): Promise<void>;
  /** Removes a file or a folder with all that is in it; nothing there is fine. */
  remove(path: string): Promise<void>;
  /** Parts of a path joined with the separator of the machine. */
  joinPath(...parts: string[]): string;
  /** An environment variable; undefined when it is not set or empty. */
  environment(name: string): string | undefined;
  /** This user's folder for copies that can be fetched again, `.../lenet5`; undefined where there is none. */
  cacheFolder(): string | undefined;
  /**
   * Unpacks gzip into at most `max` bytes (default 1 GiB). Throws the platform's own error when the bytes are damaged,
   * cut or unpack to more; the caller, who knows the file's name, turns that into an `InputError`.
   */
  inflateGzip(bytes: Uint8Array, max?: number): Promise<Uint8Array>;
  /** The SHA-256 of the bytes as 64 lower-case hexadecimal digits. */
  sha256(bytes: Uint8Array): Promise<string>;
}

/** See {@link Files.pathInfo}. */
export interface PathInfo {
  readonly kind: "file" | "folder" | "other";
  readonly bytes: number;
}

/** The default limit of `inflateGzip`: EMNIST's largest file has 0.5 GiB. */
export const MAX_INFLATED = 2 ** 30;
