import { absolutePath, joinPath, writeBeside } from "#platform";
import type { Model } from "../model/model.ts";
import { comparisonHtml } from "../report/page/comparison.ts";
import { reportHtml, type TrainedReport } from "../report/page/report.ts";
import { keptHistory, noHistory } from "./history.ts";
import { exampleOutputs, visibleConvolutions } from "./layer-outputs.ts";
import { refuseLink } from "./lock.ts";
import type { Run } from "./run.ts";
import { settingTexts } from "./setting-texts.ts";

/** Writes a run's page from the files in its folder; returns its path. */
export async function writeReport(run: Run, path: string, model: Model): Promise<string> {
  if (absolutePath(joinPath(path, "..")) === absolutePath(run.folder)) await refuseLink(path);
  const { report } = await runReport(run, model);
  const { examples } = report;
  await writeBeside(
    path,
    reportHtml({
      ...report,
      kernels: visibleConvolutions(model).map((name) => model.kernels(name)),
      layerOutputs: examples && (await exampleOutputs(model, examples)),
    }),
  );
  return path;
}

/** Writes one page that compares several runs; returns its path. */
export async function writeComparison(
  runs: readonly { readonly run: Run; readonly model: Model }[],
  path: string,
): Promise<string> {
  const compared = [];
  for (const { run, model } of runs) {
    const { report, images } = await runReport(run, model);
    compared.push({ name: run.folder, run: report, images });
  }
  await writeBeside(path, comparisonHtml(compared));
  return path;
}

/** A run as the JSON of a report; `images` is the SHA-256 of the test images. */
export async function runReport(
  run: Run,
  model: Model,
): Promise<{ report: TrainedReport; images: string | undefined }> {
  const { title, started, notices, data, command, settings } = run.config;
  const examples = await run.read("examples.json");
  const predictions = await run.read("predictions.json");
  const evaluation = await run.read("evaluation.json");
  const history = keptHistory((await run.read("history.json")) ?? noHistory(), model.training?.iterations);
  const done = history.epochs.at(-1) ?? 0;
  const absent = evaluation ? [...(examples ? [] : ["test images"]), ...(predictions ? [] : ["confidences"])] : [];
  const report: TrainedReport = {
    title,
    started,
    notices: [
      ...notices,
      ...(done < settings.epochs ? [`Training stopped after epoch ${done} of ${settings.epochs}.`] : []),
      ...(absent.length > 0 ? [`The page has no ${absent.join(" and no ")}: the run has none.`] : []),
    ],
    data: {
      source: data.name,
      training: data.trainImages ?? undefined,
      validation: data.validationImages ?? undefined,
      test: data.testImages ?? undefined,
    },
    network: model.summaryData(),
    history,
    steps: await run.read("steps.json"),
    evaluation,
    predictions,
    examples,
    weights: await run.read("weights.json"),
    command: command ?? undefined,
    settings: settingTexts(run.config),
  };
  return { report, images: predictions?.images };
}
