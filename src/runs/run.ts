import { joinPath, pathInfo, readBytes, remove, writeBeside } from "#platform";
import { checkedJson } from "../core/checked-json.ts";
import { InputError } from "../core/errors.ts";
import { iterationsIn } from "../model/file.ts";
import { loadModel, type Model } from "../model/model.ts";
import type { LoadOptions } from "../model/model-options.ts";
import type { HistoryJson } from "../report/results.ts";
import { keptHistory, noHistory } from "./history.ts";
import { jsonText } from "./json.ts";
import { LOCK, refuseLink } from "./lock.ts";
import type { RunConfig, RunFiles, RunJson } from "./run-files.ts";
import { runSchemas } from "./schemas.ts";

/** A file of a run. */
export type RunFile = RunJson | "history.csv" | "model.safetensors" | "checkpoint.safetensors" | "report.html";

/** The most bytes of a JSON file of a run. */
const MAX_JSON = 2 ** 28;

/** A model in the middle of its training: see {@link Run.lastCheckpoint}. */
export interface Checkpoint {
  /** With the state of its training. */
  readonly model: Model;
  /** The number of epochs that are done: the option of `fit`. */
  readonly initialEpoch: number;
}

const contents = new WeakMap<Run, Map<RunJson, Promise<unknown>>>();

/**
 * The folder of a run: settings, history, results and model, as {@link recordRun} and `lenet5 train` write them. All
 * files but the model are text. Each JSON file is read and checked when it is first needed.
 */
export class Run {
  /** The path of the folder. */
  readonly folder: string;
  /** How the model was trained, on which data and machine. */
  readonly config: RunConfig;

  /** @internal */
  constructor(folder: string, config: RunConfig) {
    this.folder = folder;
    this.config = config;
    contents.set(this, new Map());
  }

  /** The path of a file of the run, whether it exists or not. */
  file(file: RunFile): string {
    return joinPath(this.folder, file);
  }

  /** Whether the run has a file: a run that was interrupted lacks some. */
  async has(file: RunFile): Promise<boolean> {
    return (await pathInfo(this.file(file))) !== undefined;
  }

  /**
   * The content of a JSON file: `run.read("evaluation.json")`; undefined where the run has no such file.
   * @throws InputError for a file that is cut or damaged
   */
  read<File extends RunJson>(file: File): Promise<RunFiles[File] | undefined> {
    const read = contents.get(this)!;
    const content = read.get(file) ?? readRunJson(this.folder, file);
    read.set(file, content);
    return content as Promise<RunFiles[File] | undefined>;
  }

  /**
   * The history of the epochs that the saved model was trained for, as `fit` returned it (null for NaN), with `chosen`,
   * the epoch whose weights the model has; without the model's file, all epochs. It is input of the figures:
   * `lossCurves(await run.history())`.
   * @throws InputError for a damaged file
   */
  async history(): Promise<HistoryJson> {
    const saved = (await this.read("history.json")) ?? noHistory();
    const file = this.file("model.safetensors");
    const batches = (await this.has("model.safetensors")) ? iterationsIn(await readBytes(file), file) : undefined;
    return keptHistory(saved, batches);
  }

  /**
   * The model, with the state of its training: `fit` continues it. One with custom layers, losses or metrics needs
   * them: `run.model({ customObjects: [squeezeExcite] })`. @throws InputError for a file that is missing or damaged, and
   * for a custom layer, loss or metric that is not given
   */
  model(options: LoadOptions = {}): Promise<Model> {
    return loadModel(this.file("model.safetensors"), options);
  }

  /**
   * The last checkpoint of a run that ended early, to go on with the same bits as if it had not:
   * `const { model, initialEpoch } = await run.lastCheckpoint()`; then `fit` with the same data and options, with
   * `initialEpoch` and `recordRun({ folder: run.folder })`. The options are those of {@link Run.model}.
   * @throws InputError as {@link Run.model}, and for a run without the history of its model
   */
  async lastCheckpoint(options: LoadOptions = {}): Promise<Checkpoint> {
    const [within, whole] = [
      await this.batches("checkpoint.safetensors", "model.safetensors"),
      await this.batches("model.safetensors", "checkpoint.safetensors"),
    ];
    const isWithin = within !== undefined && within > (whole ?? -1);
    const model = await loadModel(this.file(isWithin ? "checkpoint.safetensors" : "model.safetensors"), options);
    const { position, iterations = 0 } = model.training ?? {};
    if (position) return { model, initialEpoch: position.epoch - 1 };
    const history = await readRunJson(this.folder, "history.json");
    const initialEpoch = (history?.iterations.indexOf(iterations) ?? -1) + 1;
    if (initialEpoch > 0 || history?.epochs.length === 0) return { model, initialEpoch };
    throw new InputError(
      `"${this.folder}": expected a history with the epoch at whose end its model was saved, after ${iterations} batches, got ${history?.epochs.length ?? 0} epochs: is a file of the run missing, or from another run?`,
    );
  }

  /** The batches that the model of a file was trained on; undefined where the run has no such file. */
  private async batches(name: RunFile, other: RunFile): Promise<number | undefined> {
    if (!(await this.has(name))) return undefined;
    const file = this.file(name);
    try {
      return iterationsIn(await readBytes(file), file);
    } catch (error) {
      if (!(error instanceof InputError) || !(await this.has(other))) throw error;
      throw new InputError(`${error.message}; delete it to go on from ${other}`, { cause: error });
    }
  }

  /**
   * Writes the HTML page of the run from the files in its folder, by default to its `report.html`; returns the path. The
   * options are those of {@link Run.model}. @throws InputError for a damaged file, and for a path that cannot be written
   */
  async report(path: string = this.file("report.html"), options: LoadOptions = {}): Promise<string> {
    // The code that draws takes a while to load.
    const { writeReport } = await import("#report");
    return writeReport(this, path, await this.model(options));
  }
}

/** Writes a JSON file of a run. */
export async function writeRunFile<File extends RunJson>(run: Run, file: File, value: RunFiles[File]): Promise<void> {
  contents.get(run)!.delete(file);
  await refuseLink(run.file(file));
  await writeBeside(run.file(file), jsonText(value));
}

/** Removes the results on the test images: they are no longer valid when the model is trained further. */
export async function removeResults(run: Run): Promise<void> {
  for (const file of ["evaluation.json", "predictions.json", "examples.json"] as const) {
    contents.get(run)!.delete(file);
    await remove(run.file(file));
  }
  await remove(run.file("report.html"));
}

/**
 * Why an existing path is not the folder of a run: `"it is not a folder"`; undefined for a run and for a path that does
 * not exist.
 */
export async function whyNoRun(path: string): Promise<string | undefined> {
  const found = await pathInfo(path);
  if (!found) return undefined;
  if (found.kind !== "folder") return "it is not a folder";
  if (await pathInfo(joinPath(path, "config.json"))) return undefined;
  return (await pathInfo(joinPath(path, LOCK)))
    ? "its training ended before its settings were saved: start it again"
    : "it has no config.json";
}

/**
 * Opens the folder of a run again: `const run = await openRun("runs/first")`; then `run.config`, `await run.history()`,
 * `await run.model()`, `await run.report()`.
 * @throws InputError for a path that is not the folder of a run, and for a damaged config
 */
export async function openRun(folder: string): Promise<Run> {
  const config = await readRunJson(folder, "config.json");
  if (config) return new Run(folder, config);
  const problem = (await whyNoRun(folder)) ?? "there is no such folder";
  throw new InputError(`"${folder}": expected the folder of a run, as lenet5 train or recordRun writes it: ${problem}`);
}

/** The content of a JSON file of a run as it is now; undefined where there is none. @throws InputError for a damaged file */
export async function readRunJson<File extends RunJson>(run: string, file: File): Promise<RunFiles[File] | undefined> {
  const path = joinPath(run, file);
  const found = await pathInfo(path);
  if (!found) return undefined;
  // A pipe would never end.
  if (found.kind !== "file")
    throw new InputError(
      `"${path}": expected a file, got ${found.kind === "folder" ? "a folder" : "a pipe or a device"}`,
    );
  return checkedJson<(typeof runSchemas)[File]>(runSchemas[file], await readBytes(path), path, { length: MAX_JSON });
}
