/** A run is a folder: what was asked, what happened, what came out. Everything in it but the model is plain text. */
import { mkdir, rm } from "node:fs/promises";
import * as v from "valibot";
import { joinPath, makeFolder, pathInfo, readBytes, writeBeside } from "#platform";
import { InputError } from "../core/errors.ts";
import { jsonText } from "./output.ts";
import { type RunConfig, type RunContent, type RunHistory, type RunJson, runSchemas } from "./run-schemas.ts";

export type RunFile = RunJson | "history.csv" | "model.safetensors" | "report.html";

export function runFile(run: string, file: RunFile): string {
  return joinPath(run, file);
}

/** Makes the folder of a new run: `out`, else `runs/<date-time>`. @throws InputError when `out` holds a run already */
export async function newRunFolder(out: string | undefined, now: Date): Promise<string> {
  if (out !== undefined) {
    await refuseExistingRun(out);
    await makeFolder(out);
    return out;
  }
  await makeFolder("runs");
  for (let number = 1; ; number++) {
    const run = joinPath("runs", number === 1 ? timeName(now) : `${timeName(now)}-${number}`);
    try {
      await mkdir(run); // fails when another run of this second has it
      return run;
    } catch (error) {
      if (!(error instanceof Error && "code" in error && error.code === "EEXIST")) await makeFolder(run); // says what is wrong
    }
  }
}

export async function refuseExistingRun(out: string): Promise<void> {
  if (await pathInfo(runFile(out, "config.json"))) {
    throw new InputError(`--out: "${out}" holds a run already; go on with it by --resume, or give another folder`);
  }
  if (await pathInfo(runFile(out, "model.safetensors"))) {
    throw new InputError(`--out: "${out}" holds a model.safetensors that is no run's; give another folder`);
  }
}

/** 2026-11-22-153012, in local time. */
function timeName(now: Date): string {
  const two = (value: number) => String(value).padStart(2, "0");
  const date = [now.getFullYear(), two(now.getMonth() + 1), two(now.getDate())].join("-");
  return `${date}-${two(now.getHours())}${two(now.getMinutes())}${two(now.getSeconds())}`;
}

/** Takes away what a run's model made of the test images; the model goes on changing. */
export async function removeResults(run: string): Promise<void> {
  for (const file of ["evaluation.json", "predictions.json", "examples.json", "report.html"] as const)
    await rm(runFile(run, file), { force: true });
}

export async function readConfig(run: string): Promise<RunConfig> {
  if ((await pathInfo(run))?.kind !== "folder") {
    throw new InputError(`"${run}": expected the folder of a run, as lenet5 train writes it; there is no such folder`);
  }
  const config = await readRunJson(run, "config.json");
  if (!config) throw new InputError(`"${run}": expected the folder of a run, with a config.json; it has none`);
  return config;
}

export async function readHistory(run: string): Promise<RunHistory> {
  return (await readRunJson(run, "history.json")) ?? { epochs: [], history: {} };
}

export async function writeHistory(run: string, history: RunHistory): Promise<void> {
  await writeRunJson(run, "history.json", history);
  const names = Object.keys(history.history);
  const rows = history.epochs.map((epoch, i) => [epoch, ...names.map((name) => history.history[name]![i] ?? "")]);
  await writeBeside(
    runFile(run, "history.csv"),
    `${[["epoch", ...names], ...rows].map((row) => row.join()).join("\n")}\n`,
  );
}

export function writeRunJson(run: string, file: RunJson, value: unknown): Promise<void> {
  return writeBeside(runFile(run, file), jsonText(value));
}

/** A file of the run; undefined where it is not there. @throws InputError for one that is cut or was changed */
export async function readRunJson<File extends RunJson>(
  run: string,
  file: File,
): Promise<RunContent<File> | undefined> {
  const path = runFile(run, file);
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
