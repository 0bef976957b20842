import { readBytes } from "#platform";
import { InputError } from "../../core/errors.ts";
import type { Preparation } from "../../pictures/preparation.ts";
import type { PreparedPart } from "../../pictures/prepared-parts.ts";
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
    if (error instanceof InputError) return error;
    throw error;
  }
}
