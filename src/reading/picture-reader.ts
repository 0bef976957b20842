import { InputError, shown } from "../core/errors.ts";
import { type Check, checkedOptions, type OptionsOf, optional } from "../core/options.ts";
import { pretrained } from "../lenet5/pretrained.ts";
import { Model } from "../model/model.ts";
import { isPicture, type Picture } from "../pictures/picture.ts";
import { checkedPreparation, type Preparation, type PreparationOptions } from "../pictures/preparation.ts";
import type { PictureAnswer } from "./answer.ts";
import { preparationOfModel } from "./model-preparation.ts";
import { answersFor, checkClassifier } from "./model-reader.ts";
import { readParts } from "./read-parts.ts";

const readerOptions = {
  /** How pictures are prepared. Default: as those that the model was trained on. */
  preparation: optional(checkedPreparation as Check<PreparationOptions, Preparation>, undefined),
};

/** Options of {@link pictureReader}. */
export interface PictureReaderOptions extends OptionsOf<typeof readerOptions> {}

/**
 * A decoded picture, such as the `ImageData` of a canvas, or a picture file: PNG, JPEG, WebP, GIF or BMP, as bytes or as a
 * `File`, `Blob` or `Response`.
 */
export type PictureSource = Picture | Uint8Array | ArrayBuffer | PictureFile;

/** A `File`, `Blob` or `Response`; not every TypeScript project knows these names. */
export interface PictureFile {
  /** All of its bytes. */
  arrayBuffer(): Promise<ArrayBuffer>;
}

/** Reads a picture. `name` is its name in errors. */
export type PictureReader = (picture: PictureSource, name?: string) => Promise<PictureAnswer>;

/**
 * A function that reads pictures: `const read = pictureReader(); (await read(bytes)).text`. Pictures are prepared as
 * those that the model was trained on. Several digits that stand apart are all read, in order.
 *
 * @param model default: the network "reader" of {@link pretrained}, which is loaded with the first picture
 * @throws InputError for unknown options, and for a model that is no classifier of pictures; the function rejects with
 *   one for bytes that are no picture
 */
export function pictureReader(model?: Model, options: PictureReaderOptions = {}): PictureReader {
  if (model !== undefined && !(model instanceof Model))
    throw new InputError(`pictureReader: expected a model, got ${shown(model)}: write pictureReader(model, options)`);
  if (model) checkClassifier(model);
  const { preparation } = checkedOptions("pictureReader", readerOptions, options);
  let loading: Promise<Model> | undefined;
  return async (picture, name = "image") => {
    loading ??= model ? Promise.resolve(model) : pretrained({ network: "reader", threads: 1 });
    const reader = await loading;
    const how = preparation ?? preparationOfModel(reader).preparation;
    const [answer] = await answersFor(reader, [await readParts(await sourceOf(picture, name), how, { name })]);
    return answer;
  };
}

/** @throws InputError for anything but a picture or a file */
async function sourceOf(given: PictureSource, name: string): Promise<Picture | Uint8Array> {
  if (given instanceof Uint8Array) return given;
  if (given instanceof ArrayBuffer) return new Uint8Array(given);
  if (typeof given === "object" && given !== null && "arrayBuffer" in given)
    return new Uint8Array(await given.arrayBuffer());
  if (isPicture(given)) return given;
  throw new InputError(
    `${name}: expected the bytes of a picture file, or pixels { width, height, data } with data of 4 x width x height bytes, got ${shown(given)}`,
  );
}
