import { absolutePath } from "#platform";
import { InputError } from "../index.ts";
import { writeComparison, writeReport } from "../runs/report.ts";
import { saveResults, testResults } from "../runs/results.ts";
import { whyNoRun } from "../runs/run.ts";
import { type OpenedRun, openDataOfRun, sourceText } from "./data-source.ts";
import { fittedData } from "./fitted-data.ts";
import { foreignFile } from "./imported.ts";
import { type InputOptions, refuseInputOptions } from "./input-options.ts";
import { modelOfRun } from "./networks/custom-objects.ts";
import type { Print } from "./output.ts";
import { originOf } from "./run-origin.ts";
import { openRunAt } from "./runs-within.ts";

/**
 * Writes the page of one run or one model file, or one page that compares several runs; returns its path. Among several paths, those that are
 * not runs are skipped: `lenet5 report runs/*` also names other files and folders, such as that of `lenet5 paper`.
 * @throws InputError for a path that does not exist, for a single path that is not a run, and where no run is left
 */
export async function writeReports(
  paths: readonly string[],
  {
    out,
    input,
    ...options
  }: {
    readonly out?: string;
    readonly data?: string;
    readonly maxBytes?: number;
    readonly input?: InputOptions | undefined;
    readonly print: Print;
  },
): Promise<string> {
  const [only = ""] = paths;
  if (paths.length === 1 && (await isModelFile(only))) {
    const { writeModelReport } = await import("./model-report.ts");
    return writeModelReport(only, { ...options, out, input });
  }
  refuseInputOptions(input, only);
  const twice = paths.find((path, i) => paths.findIndex((other) => absolutePath(other) === absolutePath(path)) !== i);
  if (twice !== undefined) throw new InputError(`report: expected different runs, got "${twice}" twice`);
  const runs: OpenedRun[] = [];
  for (const path of paths) {
    const problem = paths.length > 1 ? await whyNoRun(path) : undefined;
    if (problem !== undefined) {
      options.print(`Skipped ${path}: ${problem}`);
      continue;
    }
    const run = await openRunAt(path);
    const model = await modelOfRun(run);
    await complete({ run, model }, options);
    runs.push({ run, model });
  }
  const [first] = runs;
  if (!first) {
    throw new InputError(`report: expected at least one folder of a run, got none among ${paths.length} paths`);
  }
  if (runs.length === 1) return writeReport(first.run, out ?? first.run.file("report.html"), first.model);
  return writeComparison(runs, out ?? "comparison.html");
}

/** Whether a path is a model file, or the folder of a model in several files. */
async function isModelFile(path: string): Promise<boolean> {
  return (await whyNoRun(path)) !== undefined && (await foreignFile(path)) !== undefined;
}

/** Evaluates the model of a run without results, because it was interrupted or files were removed. */
async function complete(
  { run, model }: OpenedRun,
  { data: choice, maxBytes, print }: { readonly data?: string; readonly maxBytes?: number; readonly print: Print },
): Promise<void> {
  const { folder, config } = run;
  const origin = originOf(run);
  // A run of recordRun may have no test images; its data are known to its program only.
  if (choice === undefined && !origin) return;
  const missing: string[] = [];
  for (const file of ["evaluation.json", "predictions.json", "examples.json"] as const)
    if (!(await run.has(file))) missing.push(file);
  if (missing.length === 0) return;
  print(`${folder} lacks ${missing.join(", ")}: evaluating its model`);
  try {
    const data = await openDataOfRun({ run, model }, choice, print, { maxBytes });
    const { test, source } = data;
    const { testImages } = config.data;
    if (testImages !== null && test.labels.length !== testImages) {
      throw new InputError(
        `expected the run's ${testImages} test images, got ${test.labels.length} from ${sourceText(data)}: give its data with --data`,
      );
    }
    const images = fittedData(test, model, `"${folder}"`);
    const results = await testResults(model, images);
    const known = await run.read("evaluation.json");
    // Earlier versions may have rounded differently, but by less than this.
    if (known && Math.abs((known.accuracy ?? 0) - results.evaluation.accuracy) > 0.01) {
      throw new InputError(`expected the run's test images, got others from ${source}: give its data with --data`);
    }
    await saveResults(run, results, images);
  } catch (error) {
    if (!(error instanceof InputError) || missing.includes("evaluation.json")) throw error;
    print(`Note: ${error.message}; the report is without images and confidences`);
  }
}
