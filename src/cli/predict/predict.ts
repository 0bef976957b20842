import { terminalColumns, writeError, writeOut } from "#platform";
import { widest } from "../../core/columns.ts";
import { InputError } from "../../core/errors.ts";
import { visible } from "../../core/visible.ts";
import type { PreparedPart } from "../../pictures/prepared-parts.ts";
import type { PictureAnswer } from "../../reading/answer.ts";
import { preparationOfModel, preparationText } from "../../reading/model-preparation.ts";
import { answersFor } from "../../reading/model-reader.ts";
import type { PredictOptions } from "../commands/predict.ts";
import { inputOptionsOf } from "../input-options.ts";
import { modelArgument, modelBeforeImages, type OpenedModel, openModel } from "../models.ts";
import { pictureNetwork } from "../networks/networks.ts";
import { oneLine, printJson } from "../output.ts";
import { predictionText } from "./prediction-text.ts";
import type { PictureSettings } from "./prepare-file.ts";
import { prepareFiles } from "./prepare-files.ts";
import { drawing, PreparedFolder } from "./show.ts";

/** Fewer pictures are classified before a second thread would start. */
const MANY = 256;

/** Reads the pictures and prints what the model says. A picture that cannot be read sets the exit code to 2. */
export async function predict(given: readonly string[], options: PredictOptions): Promise<void> {
  const { model: option, json, show, out, invert, ...rest } = options;
  if (json && show)
    throw new InputError("--show: it draws between the answers, which --json leaves no room for: use --out");
  const { model: argument, images: files } = await modelBeforeImages(given);
  const model = modelArgument(argument, option);
  const network = options.network ?? (model === undefined ? pictureNetwork : undefined);
  const opened = await openModel(model, {
    network,
    ...{ input: inputOptionsOf(rest), invert },
    ...(files.length < MANY && { threads: 1 }),
  });
  nameClasses(opened);
  const settings = settingsOf(opened, opened.foreign ? rest : options);
  const prepared = await prepareFiles(files, settings);
  const good = prepared.filter((parts): parts is PreparedPart[] => !(parts instanceof InputError));
  const answers = (await answersFor(opened.model, good)).values();
  const width = widest(files);
  const classNames = opened.model.reading?.classNames ?? [];
  const folder = out === undefined ? undefined : new PreparedFolder(out);
  const documents: object[] = [];
  for (const [i, parts] of prepared.entries()) {
    const file = files[i];
    if (parts instanceof InputError) {
      writeError(`error: ${oneLine(parts.message)}\n`);
      process.exitCode = 2;
      documents.push({ file, error: parts.message });
      continue;
    }
    const answer = answers.next().value!;
    documents.push({ file, ...withoutImages(answer) });
    if (!json) writeOut(`${visible(predictionText(file, answer, classNames, width))}\n`);
    if (show && parts.length > 0) writeOut(`${drawing(parts, terminalColumns("out") ?? 80)}\n`);
    await folder?.write(file, parts);
  }
  if (json) printJson(documents);
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

/** An answer as JSON. */
function withoutImages({ parts, ...answer }: PictureAnswer) {
  return { ...answer, parts: parts.map(({ image: _, ...part }) => part) };
}
