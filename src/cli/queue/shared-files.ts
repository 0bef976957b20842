/** Data and networks that each machine has in folders of its own: known by name, and compared by checksum. */
import { createHash, type Hash } from "node:crypto";
import { createReadStream } from "node:fs";
import { basename } from "node:path";
import { pipeline } from "node:stream/promises";
import { joinPath, listEntries } from "#platform";
import { pathIn, placeOf } from "../../data/sources/source.ts";
import { openData } from "../data-source.ts";
import type { DataIdentity } from "./payload.ts";

/** What data are: `place` is `mnist`, `digits`, or a path. */
export async function identityOf(place: string): Promise<DataIdentity> {
  // Drawn by this version of the package.
  if (place === "digits") return { kind: "digits" };
  if (place === "mnist") return { kind: "mnist", sha256: await sumOfMnist() };
  return { kind: "files", name: basename(place), sha256: await sumOfFiles(place) };
}

/** Of the images and labels: `LENET5_DATA` may name other files in the same format. */
export async function sumOfMnist(): Promise<string> {
  const { train, test } = await openData("mnist");
  const hash = createHash("sha256");
  for (const { images, labels } of [train, test])
    for (const { buffer, byteOffset, byteLength } of [images.data, labels])
      hash.update(new Uint8Array(buffer, byteOffset, byteLength));
  return hash.digest("hex");
}

/** Of the names and contents of all files of a data set. */
export async function sumOfFiles(path: string): Promise<string> {
  const place = await placeOf(path);
  const hash = createHash("sha256");
  for (const file of [...place.files].sort()) await addFile(hash, pathIn(place, file), basename(file));
  for (const folder of [...place.folders].sort()) await addFolder(hash, joinPath(place.path, folder), folder);
  return hash.digest("hex");
}

async function addFolder(hash: Hash, path: string, name: string): Promise<void> {
  const entries = (await listEntries(path)).filter((entry) => !entry.name.startsWith("."));
  for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const [at, inside] = [joinPath(path, entry.name), `${name}/${entry.name}`];
    await (entry.kind === "folder" ? addFolder(hash, at, inside) : addFile(hash, at, inside));
  }
}

async function addFile(hash: Hash, path: string, name: string): Promise<void> {
  const content = createHash("sha256");
  await pipeline(createReadStream(path), content);
  hash.update(`${JSON.stringify(name)}${content.digest("hex")}\n`);
}
