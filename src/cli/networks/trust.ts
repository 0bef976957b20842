/**
 * The modules of networks that this user allowed to run. A run folder may come from a stranger, and its network may be
 * code: commands run it only if it was trained here, or was allowed by `lenet5 trust`.
 */
import { realpath } from "node:fs/promises";
import { join } from "node:path";
import { appendBytes, cacheFolder, environment, makeFolder, pathInfo, readBytes, sha256, writeBeside } from "#platform";
import { InputError } from "../../index.ts";

/** Lines of the list; beyond them, the older half is dropped. Each has a SHA-256 and the path of a module. */
const MOST = 10_000;

/** The environment variable that allows every module, for machines where the list cannot be kept. */
const ALL = "LENET5_TRUST";

/** The SHA-256 of a module or a model file; undefined where there is no such file. */
export async function sumOf(path: string): Promise<string | undefined> {
  if ((await pathInfo(path))?.kind !== "file") return undefined;
  return sha256(await readBytes(path));
}

/**
 * Allows modules as they are now. The place counts too, since a module may import what is beside it.
 * @throws InputError where the list in the user's cache folder cannot be written
 */
export async function trust(paths: readonly string[]): Promise<void> {
  const known = await linesOfList();
  const lines = await Promise.all(paths.map(lineOf));
  const added = lines.filter((line) => line !== undefined && !known.includes(line));
  if (added.length === 0) return;
  const { folder, file } = list();
  const text = added.map((line) => `${line}\n`).join("");
  await makeFolder(folder);
  if (known.length > MOST) await writeBeside(file, `${known.slice(-MOST / 2).join("\n")}\n${text}`);
  // At once, so that trainings that begin together do not lose each other's lines.
  else await appendBytes(file, new TextEncoder().encode(text));
}

/** Whether a module is allowed as it is now. */
export async function isTrusted(path: string): Promise<boolean> {
  if (environment(ALL) === "all") return true;
  const line = await lineOf(path);
  return line !== undefined && (await linesOfList()).includes(line);
}

function list(): { readonly folder: string; readonly file: string } {
  const folder = cacheFolder();
  if (folder === undefined)
    throw new InputError(
      "cannot keep the list of trusted networks: this user has no home folder; set HOME or XDG_CACHE_HOME",
    );
  return { folder, file: join(folder, "trusted-networks") };
}

async function lineOf(path: string): Promise<string | undefined> {
  const sum = await sumOf(path);
  return sum && JSON.stringify([sum, await realpath(path)]);
}

async function linesOfList(): Promise<string[]> {
  if (cacheFolder() === undefined) return [];
  const { file } = list();
  if (!(await pathInfo(file))) return [];
  return new TextDecoder()
    .decode(await readBytes(file))
    .split("\n")
    .filter(Boolean);
}

/** What to do where the list cannot be kept, for a note. */
export function withoutList(error: unknown): string {
  if (!(error instanceof InputError)) throw error;
  return `${error.message}: other commands will not run this network's code; set XDG_CACHE_HOME to a folder that can be written, or ${ALL}=all`;
}
