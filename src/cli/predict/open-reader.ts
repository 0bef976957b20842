import { writeError } from "#platform";
import { InputError } from "../../core/errors.ts";
import { preparationOfModel, preparationText } from "../../reading/model-preparation.ts";
import type { PredictOptions } from "../commands/predict.ts";
import { inputOptionsOf } from "../input-options.ts";
import { modelArgument, type OpenedModel, openModel } from "../models.ts";
import { pictureNetwork } from "../networks/networks.ts";
import type { PictureSettings } from "./prepare-file.ts";

/** A model that reads pictures, and how they become its images. */
export interface PictureModel {
  readonly opened: OpenedModel;
  readonly settings: PictureSettings;
}

/** Opens the model of `predict`. @param argument a path before the pictures */
export async function openReader(
  argument: string | undefined,
  options: PredictOptions,
  threads?: number,
): Promise<PictureModel> {
  const { invert, ...rest } = options;
  const model = modelArgument(argument, options.model);
  const network = options.network ?? (model === undefined ? pictureNetwork : undefined);
  const opened = await openModel(model, {
    network,
    ...{ input: inputOptionsOf(rest), invert },
    ...(threads !== undefined && { threads }),
  });
  nameClasses(opened);
  return { opened, settings: settingsOf(opened, opened.foreign ? rest : options) };
}

/** A run knows the names of its classes also where its training images did not have them. */
function nameClasses({ model, run }: OpenedModel): void {
  const { classNames = [] } = run?.config.data ?? {};
  if (model.reading?.classNames === undefined && classNames.length > 0)
    model.reading = { ...model.reading, classNames };
}

/** How the pictures are prepared: as the model's were, or as the options say. @throws InputError for a contradiction */
function settingsOf({ model, name }: OpenedModel, { asIs, frame, invert = false }: PredictOptions): PictureSettings {
  const { preparation: usual, isAssumed } = preparationOfModel(model);
  const framing = asIs ? "none" : frame ? "mnist" : usual.framing;
  if (invert && framing === "mnist") {
    throw new InputError(
      "--invert: framing finds by itself whether the ink is light or dark: leave it out, or add --as-is for whole pictures",
    );
  }
  const preparation = { ...usual, framing };
  if (isAssumed)
    writeError(`Note: ${name} does not say how its pictures were prepared; assumed: ${preparationText(preparation)}\n`);
  return { preparation, invert };
}
