/**
 * The modules of networks that this user has run. A run folder may come from a stranger, and its network may be code:
 * commands run it only if it was trained here, or was allowed by `lenet5 trust`.
 */
import { createHash } from "node:crypto";
import { readFile, realpath } from "node:fs/promises";
import { join } from "node:path";
import { cacheFolder, readBytes, writeBeside } from "#platform";

/** Lines that are kept, the newest last: each a SHA-256 and the path of a module. */
const KEPT = 1000;

const list = (): string => join(cacheFolder()!, "trusted-networks");

/** The SHA-256 of a module; undefined where there is none. */
export async function sumOf(path: string): Promise<string | undefined> {
  const bytes = await readFile(path).catch(() => undefined);
  return bytes && createHash("sha256").update(bytes).digest("hex");
}

/**
 * Allows modules as they are now. The place counts too, since a module may import what is beside it.
 * @throws InputError where the user's cache folder cannot be written
 */
export async function trust(paths: readonly string[]): Promise<void> {
  const known = await linesOfList();
  const added = (await Promise.all(paths.map(lineOf))).filter((line) => line !== undefined && !known.includes(line));
  if (added.length > 0) await writeBeside(list(), `${[...known, ...added].slice(-KEPT).join("\n")}\n`);
}

/** Whether a module is allowed as it is now. */
export async function isTrusted(path: string): Promise<boolean> {
  const line = await lineOf(path);
  return line !== undefined && (await linesOfList()).includes(line);
}

async function lineOf(path: string): Promise<string | undefined> {
  const sum = await sumOf(path);
  return sum && `${sum} ${await realpath(path)}`;
}

async function linesOfList(): Promise<string[]> {
  const bytes = await readBytes(list()).catch(() => new Uint8Array());
  return new TextDecoder().decode(bytes).split("\n").filter(Boolean);
}
