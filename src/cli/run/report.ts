import { resolve } from "node:path";
import { writeBeside } from "#platform";
import { InputError, type Model } from "../../index.ts";
import { type ComparedRun, comparisonHtml } from "../../report/page/comparison.ts";
import { type RunReport, reportHtml } from "../../report/page/report.ts";
import { dataName, dataPlace, openData } from "../data-source.ts";
import { exampleOutputs, visibleConvolutions } from "../layer-outputs.ts";
import { networks } from "../networks/networks.ts";
import type { Print } from "../output.ts";
import { augmentationText, optimizerTexts } from "../recipe.ts";
import { keptHistory } from "./history.ts";
import { saveResults, testResults } from "./results.ts";
import { openRun, type Run, whyNoRun } from "./run.ts";
import type { RunConfig } from "./schemas.ts";

/** Writes a run's `report.html` from the files in its folder; returns its path. */
export async function writeReport(run: Run, path: string = run.file("report.html")): Promise<string> {
  const { report, model } = await runReport(run);
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

/**
 * Writes the page of one run, or one page that compares several; returns its path. Among several paths, those that are
 * not runs are skipped: `lenet5 report runs/*` also names other files and folders, such as that of `lenet5 paper`.
 * @throws InputError for a path that does not exist, for a single path that is not a run, and where no run is left
 */
export async function writeReports(
  paths: readonly string[],
  { out, ...options }: { readonly out?: string; readonly data?: string; readonly print: Print },
): Promise<string> {
  const twice = paths.find((path, i) => paths.findIndex((other) => resolve(other) === resolve(path)) !== i);
  if (twice !== undefined) throw new InputError(`report: expected different runs, got "${twice}" twice`);
  const runs: Run[] = [];
  for (const path of paths) {
    const problem = paths.length > 1 ? await whyNoRun(path) : undefined;
    if (problem !== undefined) {
      options.print(`Skipped ${path}: ${problem}`);
      continue;
    }
    const run = await openRun(path);
    await complete(run, options);
    runs.push(run);
  }
  if (runs.length === 0) {
    throw new InputError(`report: expected at least one folder of a run, got none among ${paths.length} paths`);
  }
  if (runs.length === 1) return writeReport(runs[0], out);
  const page = out ?? "comparison.html";
  const compared: ComparedRun[] = [];
  for (const run of runs) {
    const { report, images } = await runReport(run);
    compared.push({ name: run.path, run: report, images });
  }
  await writeBeside(page, comparisonHtml(compared));
  return page;
}

/** Evaluates the model of a run without results, because it was interrupted or written by an earlier version. */
async function complete(run: Run, { data, print }: { readonly data?: string; readonly print: Print }): Promise<void> {
  const { config, path } = run;
  const missing: string[] = [];
  for (const file of ["evaluation.json", "predictions.json", "examples.json"] as const)
    if (!(await run.has(file))) missing.push(file);
  if (missing.length === 0) return;
  print(`${path} lacks ${missing.join(", ")}: evaluating its model`);
  try {
    const { test, source } = await openData(data ?? config.data.id);
    if (test.labels.length !== config.data.testImages) {
      throw new InputError(
        `expected the run's ${config.data.testImages} test images, got ${test.labels.length} from ${source}: give its data with --data`,
      );
    }
    const results = await testResults(await run.loadModel(), test);
    const known = await run.read("evaluation.json");
    // Earlier versions may have rounded differently, but by less than this.
    if (known && Math.abs((known.accuracy ?? 0) - results.evaluation.accuracy) > 0.01) {
      throw new InputError(`expected the run's test images, got others from ${source}: give its data with --data`);
    }
    await saveResults(run, results, test);
  } catch (error) {
    if (!(error instanceof InputError) || missing.includes("evaluation.json")) throw error;
    print(`Note: ${error.message}; the report is without images and confidences`);
  }
}

/** A run as the JSON of a report, with its model; `images` is the SHA-256 of the test images. */
export async function runReport(run: Run): Promise<{ report: RunReport; model: Model; images: string | undefined }> {
  const { config, path } = run;
  const evaluation = await run.read("evaluation.json");
  if (!evaluation) {
    throw new InputError(
      `"${path}": expected a finished run, with an evaluation.json; continue it with lenet5 train --resume`,
    );
  }
  const model = await run.loadModel();
  const examples = await run.read("examples.json");
  const predictions = await run.read("predictions.json");
  const history = await keptHistory(run, model);
  const { settings, data } = config;
  const done = history.epochs.length;
  const absent = [...(examples ? [] : ["test images"]), ...(predictions ? [] : ["confidences"])];
  const report: RunReport = {
    title: networks[settings.network].title,
    started: config.started,
    notices: [
      ...(data.notice === null ? [] : [data.notice]),
      ...(done < settings.epochs ? [`Training stopped after epoch ${done} of ${settings.epochs}.`] : []),
      ...(absent.length > 0
        ? [`The data were not available when this page was made: it has no ${absent.join(" and no ")}.`]
        : []),
    ],
    data: {
      source: dataName(data.id),
      training: data.trainImages,
      validation: data.validationImages,
      test: data.testImages,
    },
    network: model.summaryData(),
    history,
    steps: await run.read("steps.json"),
    evaluation,
    predictions,
    examples,
    weights: await run.read("weights.json"),
    command: config.command,
    settings: settingTexts(config),
  };
  return { report, model, images: predictions?.images };
}

/** The settings of a run by their names in the report. */
function settingTexts({ settings, data, machine, lenet5, node }: RunConfig): Record<string, string | number> {
  const [optimizer, learningRate] = optimizerTexts(settings.optimizer, settings.learningRate, settings.batchSize);
  return {
    Network: settings.network,
    Data: dataPlace(data.id),
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
