/**
 * What a page needs that only reads digits: `import { pretrained } from "lenet5/reading"`. The same functions are in
 * `lenet5`; from there, some bundlers (esbuild, Vite) load parts of the training code with the page as well.
 * @module reading
 */
export { type PretrainedOptions, pretrained } from "./lenet5/pretrained.ts";
export { loadModel } from "./model/model.ts";
export type { Box } from "./pictures/box.ts";
export { readPicture } from "./pictures/formats/read-picture.ts";
export type { Picture } from "./pictures/picture.ts";
export { type Preparation, type PreparationOptions, prepared } from "./pictures/preparation.ts";

export type { PartAnswer, PictureAnswer } from "./reading/answer.ts";
export {
  type PictureFile,
  type PictureReader,
  type PictureReaderOptions,
  type PictureSource,
  pictureReader,
} from "./reading/picture-reader.ts";
