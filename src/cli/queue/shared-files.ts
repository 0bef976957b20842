/** Data and networks that each machine has in folders of its own: known by name, and compared by checksum. */
import { createHash, type Hash } from "node:crypto";
import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { basename } from "node:path";
import { pipeline } from "node:stream/promises";
import { joinPath, listEntries } from "#platform";
import { isHidden } from "../../data/sources/picture-names.ts";
import { pathIn, placeOf } from "../../data/sources/source.ts";
import { openData } from "../data-source.ts";
import { sumOfData } from "../data-sum.ts";
import type { DataIdentity } from "./payload.ts";

/** What data are: `place` is `mnist`, `digits`, or a path. */
export async function identityOf(place: string): Promise<DataIdentity> {
  // Drawn by this version of the package.
  if (place === "digits") return { kind: "digits" };
  if (place === "mnist") return { kind: "mnist", sha256: await sumOfMnist() };
  return { kind: "files", name: basename(place), sha256: await sumOfFiles(place) };
}

/** The checksum of MNIST, which is read and checked: it has to be here. */
export async function sumOfMnist(): Promise<string> {
  return sumOfData(await openData("mnist"));
}

/** Of the names and contents of all files of a data set. */
export async function sumOfFiles(path: string): Promise<string> {
  const sum = createHash("sha256");
  for await (const file of filesOf(path)) {
    const content = createHash("sha256");
    await pipeline(createReadStream(file.path), content);
    addFile(sum, file, content);
  }
  return sum.digest("hex");
}

/** Adds the next file to the checksum of a data set, by the checksum of its content. */
export function addFile(sum: Hash, { name }: Pick<DataFile, "name">, content: Hash): void {
  sum.update(`${JSON.stringify(name)}${content.digest("hex")}\n`);
}

/** Bytes of all files of a data set. */
export async function sizeOfFiles(path: string): Promise<number> {
  let size = 0;
  for await (const file of filesOf(path)) size += (await stat(file.path)).size;
  return size;
}

/** Changes when a file of a data set does, without reading it: the paths, sizes and times of all files. */
export async function stampOfFiles(path: string): Promise<string> {
  const hash = createHash("sha256");
  for await (const file of filesOf(path)) {
    const { size, mtimeMs } = await stat(file.path);
    hash.update(`${JSON.stringify(file.path)} ${size} ${mtimeMs}\n`);
  }
  return hash.digest("hex");
}

/** A file of a data set: where it is here, and its name on every machine. */
export interface DataFile {
  readonly path: string;
  readonly name: string;
}

/** The files of a data set, in the same order on every machine; without those that systems add. */
export async function* filesOf(path: string): AsyncGenerator<DataFile> {
  const place = await placeOf(path);
  const seen = (names: readonly string[]) => names.filter((name) => place.isFile || !isHidden(name)).sort();
  for (const file of seen(place.files)) yield { path: pathIn(place, file), name: basename(file) };
  for (const folder of seen(place.folders)) yield* filesIn(joinPath(place.path, folder), folder);
}

async function* filesIn(path: string, name: string): AsyncGenerator<DataFile> {
  const entries = (await listEntries(path)).filter((entry) => !isHidden(entry.name));
  for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const file = { path: joinPath(path, entry.name), name: `${name}/${entry.name}` };
    if (entry.kind === "folder") yield* filesIn(file.path, file.name);
    else yield file;
  }
}
