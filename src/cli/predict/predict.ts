import { terminalColumns, writeError, writeOut } from "#platform";
import { widest } from "../../core/columns.ts";
import { InputError } from "../../core/errors.ts";
import { visible } from "../../core/visible.ts";
import type { PreparedPart } from "../../pictures/prepared-parts.ts";
import { answersFor } from "../../reading/model-reader.ts";
import type { PredictOptions } from "../commands/predict.ts";
import { modelBeforeImages } from "../models.ts";
import { oneLine, printJson } from "../output.ts";
import { openReader } from "./open-reader.ts";
import { answerDocument, type PictureDocument } from "./picture-document.ts";
import { predictionText } from "./prediction-text.ts";
import { prepareFiles } from "./prepare-files.ts";
import { drawing, PreparedFolder } from "./show.ts";

/** Fewer pictures are classified before a second thread would start. */
const MANY = 256;

/** Reads the pictures and prints what the model says. A picture that cannot be read sets the exit code to 2. */
export async function predict(given: readonly string[], options: PredictOptions): Promise<void> {
  const { json, show, out } = options;
  if (json && show)
    throw new InputError("--show: it draws between the answers, which --json leaves no room for: use --out");
  const { model: argument, images: files } = await modelBeforeImages(given);
  const { opened, settings } = await openReader(argument, options, files.length < MANY ? 1 : undefined);
  const prepared = await prepareFiles(files, settings);
  const good = prepared.filter((parts): parts is PreparedPart[] => !(parts instanceof InputError));
  const answers = (await answersFor(opened.model, good)).values();
  const width = widest(files);
  const classNames = opened.model.reading?.classNames ?? [];
  const folder = out === undefined ? undefined : new PreparedFolder(out);
  const documents: PictureDocument[] = [];
  for (const [i, parts] of prepared.entries()) {
    const file = files[i]!;
    if (parts instanceof InputError) {
      writeError(`error: ${oneLine(parts.message)}\n`);
      process.exitCode = 2;
      documents.push({ file, error: parts.message });
      continue;
    }
    const answer = answers.next().value!;
    documents.push(answerDocument(file, answer));
    if (!json) writeOut(`${visible(predictionText(file, answer, classNames, width))}\n`);
    if (show && parts.length > 0) writeOut(`${drawing(parts, terminalColumns("out") ?? 80)}\n`);
    await folder?.write(file, parts);
  }
  if (json) printJson(documents);
}
