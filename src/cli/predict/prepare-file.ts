import { pathInfo, readBytes } from "#platform";
import { InputError } from "../../core/errors.ts";
import type { Preparation } from "../../pictures/preparation.ts";
import type { PreparedPart } from "../../pictures/prepared-parts.ts";
import { quoted } from "../../platform/node/quoted.ts";
import { readParts } from "../../reading/read-parts.ts";

/** How the pictures of a command become a model's images. */
export interface PictureSettings {
  readonly preparation: Preparation;
  /** Whether light and dark are exchanged first. */
  readonly invert: boolean;
}

/** The parts of a picture file as a model takes them, or why it cannot be read. */
export async function prepareFile(
  file: string,
  { preparation, invert }: PictureSettings,
): Promise<PreparedPart[] | InputError> {
  try {
    return await readParts(await readBytes(file), preparation, { name: file, invert });
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    const isFolder = (await pathInfo(file).catch(() => undefined))?.kind === "folder";
    return isFolder ? folderGiven(file) : error;
  }
}

function folderGiven(folder: string): InputError {
  return new InputError(
    `${folder}: expected a picture, got a folder; for the pictures in it, give --bulk ${quoted(folder)} --out answers.csv`,
  );
}
