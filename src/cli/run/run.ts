import { rm } from "node:fs/promises";
import * as v from "valibot";
import { joinPath, pathInfo, readBytes, writeBeside } from "#platform";
import { InputError } from "../../core/errors.ts";
import { type EngineOptions, loadModel, type Model } from "../../index.ts";
import { jsonText } from "../output.ts";
import { type RunConfig, type RunContent, type RunJson, runSchemas } from "./schemas.ts";

export type RunFile = RunJson | "history.csv" | "model.safetensors" | "report.html";

/**
 * A run folder: settings, history, results and model. All files but the model are text. The config has been read and
 * checked; each other JSON file is read and checked when it is first needed.
 */
export class Run {
  readonly path: string;
  readonly config: RunConfig;
  readonly #contents = new Map<RunJson, Promise<unknown>>();

  constructor(path: string, config: RunConfig) {
    this.path = path;
    this.config = config;
  }

  file(file: RunFile): string {
    return joinPath(this.path, file);
  }

  async has(file: RunFile): Promise<boolean> {
    return (await pathInfo(this.file(file))) !== undefined;
  }

  /**
   * The content of a file; undefined where the run has no such file. @throws InputError for a file that is cut or
   * damaged
   */
  read<File extends RunJson>(file: File): Promise<RunContent<File> | undefined> {
    const content = this.#contents.get(file) ?? readRunJson(this.path, file);
    this.#contents.set(file, content);
    return content as Promise<RunContent<File> | undefined>;
  }

  async write(file: RunJson, value: unknown): Promise<void> {
    this.#contents.delete(file);
    await writeBeside(this.file(file), jsonText(value));
  }

  /**
   * Removes the results of the model on the test images: they are no longer valid when the model is trained further.
   */
  async removeResults(): Promise<void> {
    for (const file of ["evaluation.json", "predictions.json", "examples.json"] as const) {
      this.#contents.delete(file);
      await rm(this.file(file), { force: true });
    }
    await rm(this.file("report.html"), { force: true });
  }

  loadModel(engine: EngineOptions = {}): Promise<Model> {
    return loadModel(this.file("model.safetensors"), engine);
  }
}

/**
 * Why an existing path is not the folder of a run: `"it is not a folder"`; undefined for a run and for a path that does
 * not exist.
 */
export async function whyNoRun(path: string): Promise<string | undefined> {
  const found = await pathInfo(path);
  if (!found) return undefined;
  if (found.kind !== "folder") return "it is not a folder";
  return (await pathInfo(joinPath(path, "config.json"))) ? undefined : "it has no config.json";
}

/** @throws InputError for a path that is not the folder of a run, and for a damaged config */
export async function openRun(path: string): Promise<Run> {
  const config = await readRunJson(path, "config.json");
  if (config) return new Run(path, config);
  const problem = (await whyNoRun(path)) ?? "there is no such folder";
  throw new InputError(`"${path}": expected the folder of a run, as lenet5 train writes it: ${problem}`);
}

async function readRunJson<File extends RunJson>(run: string, file: File): Promise<RunContent<File> | undefined> {
  const path = joinPath(run, file);
  if (!(await pathInfo(path))) return undefined;
  const text = new TextDecoder().decode(await readBytes(path));
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new InputError(`${path}: expected JSON as lenet5 train writes it; the file is cut or was changed`);
  }
  const result = v.safeParse(runSchemas[file], value);
  if (result.success) return result.output as RunContent<File>;
  const [issue] = result.issues;
  throw new InputError(`${path}: ${v.getDotPath(issue as v.GenericIssue) ?? "content"}: ${issue.message}`);
}
