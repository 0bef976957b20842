import { opendir } from "node:fs/promises";
import { absolutePath, joinPath, pathInfo } from "#platform";
import { isHidden, isPictureName } from "../../data/sources/picture-names.ts";
import { inputError } from "../../platform/node/system-error.ts";
import type { SkippedCounts } from "./skipped.ts";

/**
 * The pictures in a folder and in all folders below it, relative to it with `/` between names, in any order. Links to
 * files are followed, links to folders are not.
 * @param except a folder that is left out
 * @throws InputError for a folder that cannot be listed
 */
export async function* picturesBelow(top: string, except: string, skipped: SkippedCounts): AsyncGenerator<string> {
  const own = absolutePath(except);
  const folders = [""];
  for (let folder = folders.pop(); folder !== undefined; folder = folders.pop()) {
    const path = joinPath(top, folder);
    try {
      for await (const entry of await opendir(path, { bufferSize: 1024 })) {
        const name = entry.name;
        const kind = entry.isSymbolicLink() ? await targetOf(joinPath(path, name)) : entry.isFile() ? "file" : "other";
        if (isHidden(name)) skipped.add("hidden", folder + name);
        else if (entry.isDirectory()) {
          if (absolutePath(joinPath(path, name)) !== own) folders.push(`${folder}${name}/`);
        } else if (kind === "folder") skipped.add("link", folder + name);
        else if (kind === "file" && isPictureName(name)) yield folder + name;
        else skipped.add(isPictureName(name) ? "other" : "ending", folder + name);
      }
    } catch (error) {
      throw inputError("list", path, error);
    }
  }
}

/** The kind of what a link leads to. One that leads nowhere counts as a file: that it cannot be read is then said. */
async function targetOf(link: string): Promise<"file" | "folder" | "other"> {
  return (await pathInfo(link).catch(() => undefined))?.kind ?? "file";
}
