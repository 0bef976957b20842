import { InputError, shown } from "../core/errors.ts";
import { type Check, checkedOptions, type OptionsOf, optional } from "../core/options.ts";
import { pretrained } from "../lenet5/pretrained.ts";
import { Model } from "../model/model.ts";
import { readPicture } from "../pictures/formats/read-picture.ts";
import type { Picture } from "../pictures/picture.ts";
import { checkedPreparation, type Preparation, type PreparationOptions } from "../pictures/preparation.ts";
import { preparedParts } from "../pictures/prepared-parts.ts";
import type { PictureAnswer } from "./answer.ts";
import { preparationOfModel } from "./model-preparation.ts";
import { answersFor } from "./model-reader.ts";

const readerOptions = {
  /** How pictures are prepared. Default: as those that the model was trained on. */
  preparation: optional(checkedPreparation as Check<PreparationOptions, Preparation>, undefined),
};

/** Options of {@link pictureReader}. */
export interface PictureReaderOptions extends OptionsOf<typeof readerOptions> {}

/** Reads a picture, decoded or as the bytes of its file. `name` is its name in errors. */
export type PictureReader = (picture: Picture | Uint8Array, name?: string) => Promise<PictureAnswer>;

/**
 * A function that reads pictures: `const read = pictureReader(); (await read(bytes)).text`. Pictures are prepared as
 * those that the model was trained on. Several digits that stand apart are all read, in order.
 *
 * @param model default: {@link pretrained}, which is loaded with the first picture
 * @throws InputError for unknown options, and for a model that is no classifier of pictures; the function rejects with
 *   one for bytes that are no picture
 */
export function pictureReader(model?: Model, options: PictureReaderOptions = {}): PictureReader {
  if (model !== undefined && !(model instanceof Model))
    throw new InputError(`pictureReader: expected a model, got ${shown(model)}: write pictureReader(model, options)`);
  const { preparation } = checkedOptions("pictureReader", readerOptions, options);
  let loading: Promise<Model> | undefined;
  return async (picture, name = "image") => {
    const decoded = picture instanceof Uint8Array ? await readPicture(picture, name) : picture;
    loading ??= model ? Promise.resolve(model) : pretrained({ threads: 1 });
    const reader = await loading;
    const how = preparation ?? preparationOfModel(reader).preparation;
    const [answer] = await answersFor(reader, [preparedParts(decoded, how)]);
    return answer;
  };
}
