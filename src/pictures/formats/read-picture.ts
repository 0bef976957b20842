import { InputError, shown, wholeNumber } from "../../core/errors.ts";
import { checkedOptions, type OptionsOf, optional } from "../../core/options.ts";
import type { Picture } from "../picture.ts";
import { Damage, type Decoder } from "./decoder.ts";
import { upright } from "./exif-orientation.ts";
import { type FormatName, formatOf, formats } from "./formats.ts";
import { otherFormat } from "./other-formats.ts";

const readPictureOptions = {
  /**
   * The longer side that is enough, in pixels: a larger picture may come shrunk, with a longer side of at least this, if
   * that makes decoding cheaper, as it does for JPEG. By default, all pixels are decoded.
   */
  longest: optional((what, given: number) => wholeNumber(what, given), undefined),
};

/** Options of {@link readPicture}. */
export interface ReadPictureOptions extends OptionsOf<typeof readPictureOptions> {}

/**
 * Decodes a picture file: PNG, JPEG, WebP, GIF or BMP, recognised by how it begins. The same file gives the same pixels
 * in Node and in browsers. The picture comes upright, as EXIF's orientation says. Of an animation, the first picture is
 * read. Colour profiles are ignored.
 *
 * @param name the file's name in errors
 * @throws InputError for anything but bytes, another format, a cut or damaged file, and more than 2^26 pixels
 */
export async function readPicture(
  bytes: Uint8Array,
  name = "image",
  { longest }: ReadPictureOptions = {},
): Promise<Picture> {
  const most = checkedOptions("readPicture", readPictureOptions, { longest }).longest ?? Number.POSITIVE_INFINITY;
  if (!(bytes instanceof Uint8Array))
    throw new InputError(`${name}: expected the bytes of a picture file in a Uint8Array, got ${shown(bytes)}`);
  const format = formatOf(bytes);
  if (format === undefined)
    throw new InputError(`${name}: expected PNG, JPEG, WebP, GIF or BMP, got ${otherFormat(bytes)}`);
  const decode = await decoderOf(format);
  try {
    const { orientation, ...picture } = await decode(bytes, most);
    return upright(picture, orientation);
  } catch (error) {
    if (error instanceof InputError) throw new InputError(`${name}: ${error.message}`, { cause: error.cause });
    if (!(error instanceof Damage)) throw error;
    throw new InputError(`${name}: the ${format} file is cut or damaged (${error.message}); save it again`, {
      cause: error,
    });
  }
}

/** Kept, since an import takes longer than the decoding of a small picture, even of a module that is loaded. */
const decoders = new Map<FormatName, Promise<Decoder>>();

function decoderOf(format: FormatName): Promise<Decoder> {
  const decoder = decoders.get(format) ?? formats[format].load();
  decoders.set(format, decoder);
  return decoder;
}
