import { createHash } from "node:crypto";
import { dirname, isAbsolute } from "node:path";
import { absolutePath, joinPath, pathInfo } from "#platform";
import { InputError } from "../../core/errors.ts";
import { isPictureName } from "../../data/sources/picture-names.ts";
import { linesOf } from "./lines.ts";

/** Where the pictures of a command are. */
export interface Source {
  readonly kind: "folder" | "list";
  /** The path as it was given. */
  readonly name: string;
  /** The same from the root. */
  readonly path: string;
}

/** The folder or the list at a path. @throws InputError where there is neither */
export async function sourceAt(name: string): Promise<Source> {
  const found = await pathInfo(name);
  if (found?.kind === "file" && isPictureName(name))
    throw new InputError(
      `--bulk: expected a folder of pictures or a text file with one path a line, got the picture "${name}": give it without --bulk`,
    );
  if (found && found.kind !== "other")
    return { kind: found.kind === "folder" ? "folder" : "list", name, path: absolutePath(name) };
  // The list has to be there again after an interruption.
  const got = found ? "a pipe or a device: write the list into a file" : "there is no such file or folder";
  throw new InputError(
    `--bulk: expected a folder of pictures or a text file with one path a line, got "${name}": ${got}`,
  );
}

/** The path of a picture as a file of the system. */
export function pictureAt({ kind, name }: Source, picture: string): string {
  return isAbsolute(picture) ? picture : joinPath(kind === "folder" ? name : dirname(name), picture);
}

/** The paths in a list, one a line. @throws InputError for a file that is no list */
export async function* listedPictures(list: string): AsyncGenerator<string> {
  let number = 0;
  for await (const line of linesOf(list)) {
    number++;
    if (line.includes("\0"))
      throw new InputError(
        `${list}: line ${number} has the character NUL, which is in no path: expected a text file in UTF-8 with one path a line`,
      );
    const path = line.replace(/\r$/, "");
    if (path !== "") yield path;
  }
}

/**
 * The paths in a list that a new command reads.
 * @throws InputError where no path leads to a file: what was given is no list, or its pictures are elsewhere
 */
export async function* firstListed(source: Source): AsyncGenerator<string> {
  let first: string | undefined;
  let isFound = false;
  for await (const path of listedPictures(source.name)) {
    first ??= path;
    isFound ||= await isFile(pictureAt(source, path));
    yield path;
  }
  if (first === undefined || isFound) return;
  const start = first.length > 80 ? `${first.slice(0, 80)}...` : first;
  throw new InputError(
    `--bulk: expected a text file with the path of a picture in each line, got "${source.name}", whose first line is "${start}": no line leads to a file`,
  );
}

async function isFile(path: string): Promise<boolean> {
  return (await pathInfo(path).catch(() => undefined))?.kind === "file";
}

/** The SHA-256 of the paths in a list. */
export async function listChecksum(list: string): Promise<string> {
  const hash = createHash("sha256");
  for await (const path of listedPictures(list)) hash.update(`${path}\n`);
  return hash.digest("hex");
}
