import { readPicture } from "../pictures/formats/read-picture.ts";
import type { Picture } from "../pictures/picture.ts";
import { inverted, type Preparation } from "../pictures/preparation.ts";
import { type PreparedPart, preparedParts } from "../pictures/prepared-parts.ts";

/** The longer side of a photo that is enough to find its digits in, in pixels. */
const LONGEST = 1536;

/**
 * The parts of a picture, decoded or in a file, as a model takes them. A large photo in which digits are looked for is
 * shrunk while it is decoded; boxes are in pixels of the file.
 *
 * @param name the picture's name in errors
 * @param invert whether light and dark are exchanged first
 */
export async function readParts(
  given: Picture | Uint8Array,
  preparation: Preparation,
  { name = "image", invert = false }: { readonly name?: string; readonly invert?: boolean } = {},
): Promise<PreparedPart[]> {
  const options = preparation.framing === "mnist" ? { longest: LONGEST } : {};
  const picture = given instanceof Uint8Array ? await readPicture(given, name, options) : given;
  const parts = preparedParts(invert ? inverted(picture) : picture, preparation);
  const { unit = 1 } = picture;
  return unit === 1 ? parts : parts.map(({ box, ...part }) => ({ ...part, box: enlarged(box, unit) }));
}

function enlarged({ left, top, width, height }: PreparedPart["box"], unit: number): PreparedPart["box"] {
  const [x, y] = [Math.floor(left * unit), Math.floor(top * unit)];
  return { left: x, top: y, width: Math.ceil((left + width) * unit) - x, height: Math.ceil((top + height) * unit) - y };
}
