import { resolve } from "node:path";
import { pathInfo, writeBeside } from "#platform";
import { InputError, loadModel, type Model } from "../index.ts";
import { type ComparedRun, comparisonHtml } from "../report/page/comparison.ts";
import { type RunReport, reportHtml } from "../report/page/report.ts";
import { openData } from "./data-source.ts";
import { insideOf, visibleConvolutions } from "./inside.ts";
import { keptHistory } from "./kept-history.ts";
import { augmentationText, optimizerTexts } from "./recipe.ts";
import { saveResults, testResults } from "./results.ts";
import { readConfig, readRunJson, runFile } from "./run-folder.ts";
import type { RunConfig } from "./run-schemas.ts";

/** Writes a run's `report.html` from what its folder holds; returns where it is. */
export async function writeReport(run: string, path: string = runFile(run, "report.html")): Promise<string> {
  const { report, model } = await runReport(run);
  const { examples } = report;
  await writeBeside(
    path,
    reportHtml({
      ...report,
      kernels: visibleConvolutions(model).map((name) => model.kernels(name)),
      inside: examples && (await insideOf(model, examples)),
    }),
  );
  return path;
}

/** Writes the page of one run, or one that compares several; returns where it is. */
export async function writeReports(
  runs: readonly string[],
  options: { out?: string; data?: string; say: (line: string) => void },
): Promise<string> {
  const twice = runs.find((run, i) => runs.findIndex((other) => resolve(other) === resolve(run)) !== i);
  if (twice !== undefined) throw new InputError(`report: expected different runs, got "${twice}" twice`);
  for (const run of runs) await complete(run, options);
  if (runs.length === 1) return writeReport(runs[0], options.out);
  const { out = "comparison.html" } = options;
  const compared: ComparedRun[] = [];
  for (const name of runs) {
    const { report, images } = await runReport(name);
    compared.push({ name, run: report, images });
  }
  await writeBeside(out, comparisonHtml(compared));
  return out;
}

/** Makes what a run of an earlier version, or one that was cut off, lacks. Where the data are gone, it says so. */
async function complete(run: string, { data, say }: { data?: string; say: (line: string) => void }): Promise<void> {
  const config = await readConfig(run);
  const missing: string[] = [];
  for (const file of ["evaluation.json", "predictions.json", "examples.json"] as const) {
    if (!(await pathInfo(runFile(run, file)))) missing.push(file);
  }
  if (missing.length === 0) return;
  say(`${run} lacks ${missing.join(", ")}: evaluating its model`);
  try {
    const { test, source } = await openData(data ?? config.data.id);
    if (test.labels.length !== config.data.testImages) {
      throw new InputError(
        `expected the run's ${config.data.testImages} test images, got ${test.labels.length} from ${source}: give its data by --data`,
      );
    }
    const model = await loadModel(runFile(run, "model.safetensors"));
    const answers = await testResults(model, test);
    const known = await readRunJson(run, "evaluation.json");
    // An earlier version may have rounded otherwise, but not by as much.
    if (known && Math.abs((known.accuracy ?? 0) - answers.evaluation.accuracy) > 0.01) {
      throw new InputError(`expected the run's test images, got others from ${source}: give its data by --data`);
    }
    await saveResults(run, answers, test);
  } catch (error) {
    if (!(error instanceof InputError) || missing.includes("evaluation.json")) throw error;
    say(`Note: ${error.message}; the report is without images and confidences`);
  }
}

/** What a run's folder tells, as the JSON of a report, with its model; `images` is the SHA-256 of the test images. */
export async function runReport(run: string): Promise<{ report: RunReport; model: Model; images: string | undefined }> {
  const config = await readConfig(run);
  const evaluation = await readRunJson(run, "evaluation.json");
  if (!evaluation)
    throw new InputError(
      `"${run}": expected a run that was finished, with an evaluation.json; go on with it by lenet5 train --resume`,
    );
  const model = await loadModel(runFile(run, "model.safetensors"));
  const examples = await readRunJson(run, "examples.json");
  const predictions = await readRunJson(run, "predictions.json");
  const history = await keptHistory(run, model);
  const { settings, data } = config;
  const done = history.epochs.length;
  const absent = [...(examples ? [] : ["test images"]), ...(predictions ? [] : ["confidences"])];
  const report: RunReport = {
    title: settings.network === "article" ? "LeNet-5" : "LeNet-5, C3 fully connected",
    started: config.started,
    notices: [
      ...(data.notice === null ? [] : [data.notice]),
      ...(done < settings.epochs ? [`Training stopped after epoch ${done} of ${settings.epochs}.`] : []),
      ...(absent.length > 0
        ? [`The data were not there when this page was made: it has no ${absent.join(" and no ")}.`]
        : []),
    ],
    data: { source: data.source, training: data.trainImages, validation: data.validationImages, test: data.testImages },
    network: model.summaryData(),
    history,
    steps: await readRunJson(run, "steps.json"),
    evaluation,
    predictions,
    examples,
    weights: await readRunJson(run, "weights.json"),
    command: config.command,
    settings: settingTexts(config),
  };
  return { report, model, images: predictions?.images };
}

/** The settings by name, for people. */
export function settingTexts({ settings, machine, lenet5, node }: RunConfig): Record<string, string | number> {
  const [optimizer, learningRate] = optimizerTexts(settings.optimizer, settings.learningRate, settings.batchSize);
  return {
    Network: settings.network,
    Epochs: settings.epochs,
    "Batch size": settings.batchSize,
    Optimizer: optimizer,
    "Learning rate": learningRate,
    "Validation split": shareText(settings.validationSplit),
    ...(settings.augment && { Augmentation: augmentationText(settings.augment) }),
    Seed: settings.seed,
    Threads: settings.threads,
    Numerics: settings.numerics,
    Processor: `${machine.cpu}, ${machine.cores} cores (${machine.platform})`,
    Versions: `lenet5 ${lenet5}, Node ${node.replace(/^v/, "")}`,
  };
}

/** 1/12 as "1/12", 0.15 as "0.15" */
function shareText(share: number): string {
  const parts = 1 / share;
  const isFraction = share > 0 && Math.abs(parts - Math.round(parts)) < 1e-9 && parts > 2;
  return isFraction ? `1/${Math.round(parts)}` : String(Number(share.toPrecision(4)));
}
