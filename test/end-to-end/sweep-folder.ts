import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { scratchFolder, writeIdxFolder } from "./lenet5-command.ts";

/** A folder for sweeps of a test. */
export interface SweepFolder {
  readonly scratch: string;
  /** A folder in it with a few images. */
  readonly data: string;
  /** Writes a sweep file into it, in which DATA stands for the folder of images; returns its path. */
  sweepFile(name: string, content: string): Promise<string>;
}

export async function sweepFolder(): Promise<SweepFolder> {
  const scratch = await scratchFolder();
  const data = await writeIdxFolder(join(scratch, "data"));
  return {
    scratch,
    data,
    async sweepFile(name, content) {
      const path = join(scratch, name);
      await writeFile(path, content.replaceAll("DATA", data));
      return path;
    },
  };
}
