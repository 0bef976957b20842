import { opendir } from "node:fs/promises";
import { absolutePath, joinPath, pathInfo } from "#platform";
import { endingOf, endingsText, isHidden, isPictureName } from "../../data/sources/picture-names.ts";
import { inputError } from "../../platform/node/system-error.ts";
import { counted } from "../../report/drawing/numbers.ts";

/** Endings that are counted one by one. */
const ENDINGS = 1000;

/** Counts what is skipped in a folder. */
export class Skipped {
  hidden = 0;
  /** Links to folders, which may lead in circles. */
  links = 0;
  /** Pipes, devices and the like with the names of pictures. */
  private others = 0;
  private readonly endings = new Map<string, number>();

  add(name: string): void {
    const ending = isPictureName(name) ? undefined : endingOf(name);
    if (ending === undefined || (this.endings.size >= ENDINGS && !this.endings.has(ending))) this.others++;
    else this.endings.set(ending, (this.endings.get(ending) ?? 0) + 1);
  }

  /** `Skipped 2 files that are not pictures (2 .txt), 1 hidden file`; undefined where nothing was. */
  note(): string | undefined {
    const files = [...this.endings.values()].reduce((sum, count) => sum + count, 0);
    const parts = [
      ...(files > 0
        ? [`${counted(files, "file")} without the ending of a picture (${endingsText(this.endings)})`]
        : []),
      ...(this.others > 0 ? [`${counted(this.others, "other file")} without a picture`] : []),
      ...(this.hidden > 0 ? [`${counted(this.hidden, "hidden name")}`] : []),
      ...(this.links > 0 ? [`${counted(this.links, "link")} to folders`] : []),
    ];
    return parts.length > 0 ? `Skipped ${parts.join(", ")}` : undefined;
  }
}

/**
 * The pictures in a folder and in all folders below it, relative to it with `/` between names, in any order. Links to
 * files are followed, links to folders are not.
 * @param except a folder that is left out
 * @throws InputError for a folder that cannot be listed
 */
export async function* picturesBelow(top: string, except: string, skipped: Skipped): AsyncGenerator<string> {
  const own = absolutePath(except);
  const folders = [""];
  for (let folder = folders.pop(); folder !== undefined; folder = folders.pop()) {
    const path = joinPath(top, folder);
    try {
      for await (const entry of await opendir(path, { bufferSize: 1024 })) {
        const name = entry.name;
        const kind = entry.isSymbolicLink() ? await targetOf(joinPath(path, name)) : entry.isFile() ? "file" : "other";
        if (isHidden(name)) skipped.hidden++;
        else if (entry.isDirectory()) {
          if (absolutePath(joinPath(path, name)) !== own) folders.push(`${folder}${name}/`);
        } else if (kind === "folder") skipped.links++;
        else if (kind === "file" && isPictureName(name)) yield folder + name;
        else skipped.add(name);
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
