/**
 * Files of data sets: those of the disk, and files in memory under the name of a folder that is not on the disk. The
 * readers of all kinds of data take theirs from here.
 */
import {
  pathInfo as diskInfo,
  listEntries as entriesOnDisk,
  type FolderEntry,
  type PathInfo,
  readBytes as readFromDisk,
} from "#platform";
import { InputError, shown } from "../../core/errors.ts";
import { readZip } from "../../formats/zip.ts";

/** A file in memory, such as a `File` that was chosen or dropped on a page. */
export interface DataFile {
  /** Its name, or its path with `/` from the folder of the data on: `digits/train/3/a.png`. */
  readonly name: string;
  /** The path, where `name` is the file's name only, as of a `File` from a chosen folder. */
  readonly webkitRelativePath?: string;
  /** Its size in bytes, where it is known before its content is read. */
  readonly size?: number;
  /** A copy of its content. */
  arrayBuffer(): Promise<ArrayBuffer>;
}

/** Files by their paths, which begin with the name of their folder. */
const held = new Map<string, DataFile>();
/** What is in each folder, by its path. */
const below = new Map<string, Map<string, FolderEntry["kind"]>>();
const folders = new Set<string>();
let count = 0;

/** Names in a path, and folders of all files together: each folder takes memory, whatever the files are. */
const MAX_NAMES = 64;
const MAX_FOLDERS = 100_000;

/**
 * Runs `work` with the folder that holds the files, which are there until it is done.
 * @throws InputError for no files, two of one path, paths that lead out of the folder, and too many folders
 */
export async function withFiles<Result>(
  given: readonly DataFile[],
  work: (folder: string) => Promise<Result>,
): Promise<Result> {
  const list = (await unpacked(given)).map((file, i) => {
    const isFile = typeof file?.name === "string" && file.name !== "" && typeof file.arrayBuffer === "function";
    if (!isFile) throw new InputError(`data: expected files { name, arrayBuffer }, got ${shown(file)} at ${i}`);
    return { file, path: plain(file.webkitRelativePath || file.name).replace(/^\/+/, "") };
  });
  if (list.length === 0) throw new InputError("data: expected at least one file, got none");
  const seen = new Set<string>();
  for (const { path } of list) {
    const names = path.split("/");
    if (path.includes("\0") || names.some((name) => name === ".." || name === "."))
      throw new InputError(`data: expected paths within the folder of the data, got ${shown(path)}`);
    if (names.length > MAX_NAMES)
      throw new InputError(`data: expected at most ${MAX_NAMES} names in a path, got ${names.length}: ${shown(path)}`);
    if (seen.has(path)) throw new InputError(`data: expected each file once, got two with the path ${shown(path)}`);
    seen.add(path);
  }
  // Files of one folder are in it already.
  const tops = new Set(list.map(({ path }) => path.slice(0, path.indexOf("/") + 1)));
  const [top = ""] = tops;
  const shared = tops.size === 1 ? top : "";
  const folder = `${shared.replace(/\/$/, "") || "files"} (in memory${count++ > 0 ? `, ${count}` : ""})`;
  const files = list.map(({ file, path }) => ({ file, path: `${folder}/${path.slice(shared.length)}` }));
  folders.add(folder);
  try {
    const most = below.size + MAX_FOLDERS;
    for (const { file, path } of files) {
      hold(path, file);
      if (below.size > most) throw new InputError(`data: expected at most ${MAX_FOLDERS} folders, got more`);
    }
    return await work(folder);
  } finally {
    for (const { path } of files) held.delete(path);
    for (const known of [...below.keys()]) if (known === folder || known.startsWith(`${folder}/`)) below.delete(known);
    folders.delete(folder);
    if (folders.size === 0) count = 0;
  }
}

/** The files in a zip file that is given alone. */
async function unpacked(given: readonly DataFile[]): Promise<readonly DataFile[]> {
  const [only] = given;
  if (given.length !== 1 || typeof only?.name !== "string" || !/\.zip$/i.test(only.name)) return given;
  const entries = readZip(new Uint8Array(await only.arrayBuffer()), only.name);
  // Where paths have backslashes, folders end with one.
  const files = entries.filter(({ name }) => !name.endsWith("\\"));
  return files.map(({ name, size, read }) => ({
    name,
    size,
    arrayBuffer: async () => Uint8Array.from(await read()).buffer,
  }));
}

/** Whether a path leads to files in memory. */
export function isInMemory(path: string): boolean {
  return folders.size > 0 && folders.has(plain(path).split("/")[0]!);
}

/** See `Files.pathInfo` of `src/platform/files.ts`; so are the next two. */
export async function pathInfo(path: string): Promise<PathInfo | undefined> {
  if (!isInMemory(path)) return diskInfo(path);
  const own = plain(path);
  if (held.has(own)) return { kind: "file", bytes: 0 };
  return entriesIn(own).length > 0 ? { kind: "folder", bytes: 0 } : undefined;
}

/** The names in a folder. */
export async function listEntries(path: string): Promise<FolderEntry[]> {
  return isInMemory(path) ? entriesIn(plain(path)) : entriesOnDisk(path);
}

/** The content of a file. @throws the error for more than `max` bytes */
export async function readBytes(path: string, max?: number, exceeded?: InputError): Promise<Uint8Array> {
  if (!isInMemory(path)) return readFromDisk(path, max, exceeded);
  const file = held.get(plain(path));
  if (!file) throw new InputError(`"${path}": there is no such file; check the path`);
  if (max !== undefined && (file.size ?? 0) > max) throw exceeded;
  return new Uint8Array(await file.arrayBuffer());
}

/** Keeps a file, and its names in the folders above it. */
function hold(path: string, file: DataFile): void {
  held.set(path, file);
  let kind: FolderEntry["kind"] = "file";
  for (
    let end = path.lastIndexOf("/"), whole = path;
    end > 0;
    whole = whole.slice(0, end), end = whole.lastIndexOf("/")
  ) {
    const folder = whole.slice(0, end);
    const known = below.get(folder);
    const names = known ?? new Map<string, FolderEntry["kind"]>();
    names.set(whole.slice(end + 1), kind);
    if (known) return;
    below.set(folder, names);
    kind = "folder";
  }
}

function entriesIn(folder: string): FolderEntry[] {
  const kinds = below.get(folder) ?? new Map<string, FolderEntry["kind"]>();
  return [...kinds].sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, kind]) => ({ name, kind, isLink: false }));
}

/** With `/`, whatever the operating system, or the program that wrote a zip file, joins paths with. */
function plain(path: string): string {
  return path.replaceAll("\\", "/");
}
