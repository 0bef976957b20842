import { basename } from "node:path";
import { writeBeside } from "#platform";
import { objectiveOf } from "../lenet5/objective.ts";
import { reportHtml } from "../report/page/report.ts";
import { exampleOutputs, visibleConvolutions } from "../runs/layer-outputs.ts";
import { shownExamples, testResults } from "../runs/results.ts";
import { dataPlace, likeOf, notesOf, openData } from "./data-source.ts";
import { checkClasses, fittedData } from "./fitted-data.ts";
import type { InputOptions } from "./input-options.ts";
import { openModel } from "./models.ts";
import type { Print } from "./output.ts";

/** Writes the page of a model file, whose training is not known; returns its path. */
export async function writeModelReport(
  path: string,
  {
    out = "report.html",
    data: choice,
    input,
    print,
  }: {
    readonly out?: string | undefined;
    readonly data?: string | undefined;
    readonly input?: InputOptions | undefined;
    readonly print: Print;
  },
): Promise<string> {
  const { model, foreign } = await openModel(path, { input });
  const data = await openData(choice, {}, likeOf(model));
  for (const note of notesOf(data)) print(note);
  checkClasses(model, data.test, `report ${path}`);
  if (!model.training) {
    const { loss, metrics } = objectiveOf(model);
    model.compile({ loss, metrics });
  }
  const test = fittedData(data.test, model, path);
  const { evaluation, predictions } = await testResults(model, test);
  const examples = shownExamples(predictions, test);
  const page = reportHtml({
    title: basename(path),
    started: new Date().toISOString(),
    notices: [
      ...(data.notice === undefined ? [] : [data.notice]),
      ...(foreign?.assumed === undefined
        ? []
        : [`The file does not say how it takes images; assumed: ${foreign.assumed}.`]),
    ],
    data: { source: dataPlace(data), test: data.test.labels.length },
    network: model.summaryData(),
    evaluation,
    predictions,
    examples,
    kernels: visibleConvolutions(model).map((name) => model.kernels(name)),
    layerOutputs: examples && (await exampleOutputs(model, examples)),
    settings: { Model: path, ...(foreign && { Format: foreign.source }) },
  });
  await writeBeside(out, page);
  return out;
}
