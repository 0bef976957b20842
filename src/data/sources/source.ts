import { joinPath } from "#platform";
import { InputError } from "../../core/errors.ts";
import { type UnpackOptions, unpacked } from "../../formats/idx.ts";
import type { ReadDataConfig } from "../read-data-options.ts";
import { release } from "../release.ts";
import type { Budget } from "./budget.ts";
import { listEntries, pathInfo, readBytes } from "./files-in-memory.ts";
import type { FoundData } from "./found-data.ts";

/** A path that may hold a data set: a file, or a folder with what is in it. */
export interface Place {
  readonly path: string;
  /** The names of the files in the folder, or of the file itself; without hidden ones. */
  readonly files: readonly string[];
  /** The names of the folders in the folder. */
  readonly folders: readonly string[];
  /** Whether the path is a file. */
  readonly isFile: boolean;
}

/** Options that only some kinds of data have. */
export const specificOptions = [
  "transpose",
  "layout",
  "labelColumn",
] as const satisfies readonly (keyof ReadDataConfig)[];

/** One kind of data on a disk. */
export interface Source {
  /** What it reads, for people. */
  readonly expected: string;
  /** The options that only some kinds of data have, and that this one uses. */
  readonly uses: readonly (typeof specificOptions)[number][];
  /** The data in a place; undefined where there are none of this kind. */
  find(place: Place, options: ReadDataConfig, budget: Budget): Promise<FoundData | undefined>;
}

/**
 * What is at a path. Of files with a common start in their names, such as those of EMNIST's splits, `folder/emnist-letters`
 * is the place of some.
 * @throws InputError where there is nothing
 */
export async function placeOf(path: string): Promise<Place> {
  const info = await pathInfo(path);
  if (info && info.kind !== "folder") return { path, files: [path], folders: [], isFile: true };
  const [, folder, start] = info ? [] : (/^(.*)[/\\]([^/\\]+)$/.exec(path) ?? []);
  const isStart = folder !== undefined && start !== undefined && (await pathInfo(folder))?.kind === "folder";
  const entries = info || isStart ? await listEntries(folder ?? path) : [];
  const seen = entries.filter(({ name }) => !name.startsWith(".") && name !== "__MACOSX");
  const named = (kind: string) => seen.filter((entry) => entry.kind === kind).map(({ name }) => name);
  if (info) return { path, files: named("file"), folders: named("folder"), isFile: false };
  const files = named("file").filter((name) => name.startsWith(`${start}-`));
  if (files.length > 0) return { path: folder!, files, folders: [], isFile: false };
  throw new InputError(`data "${path}": there is no such file or folder; check the path`);
}

/** The path of one of a place's files. */
export function pathIn({ path, isFile }: Place, file: string): string {
  return isFile ? path : joinPath(path, file);
}

/** The content of a file, unpacked if it is gzip. @throws InputError for more bytes than the budget has */
export async function fileBytes(
  path: string,
  budget: Budget,
  announcedSize?: UnpackOptions["announcedSize"],
): Promise<Uint8Array> {
  const stored = await readBytes(path, budget.left, budget.exceeded(path));
  const exceeded = () => budget.exceeded(path);
  const bytes = await unpacked(stored, path, { max: budget.left, exceeded, ...(announcedSize && { announcedSize }) });
  if (bytes !== stored) release(stored);
  budget.take(bytes.length, path);
  return bytes;
}
