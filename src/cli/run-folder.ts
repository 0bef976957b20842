/** A run is a folder: what was asked, what happened, what came out. Everything in it but the model is plain text. */
import { mkdir } from "node:fs/promises";
import * as v from "valibot";
import { joinPath, makeFolder, pathInfo, readBytes, writeBeside } from "#platform";
import { InputError } from "../core/errors.ts";
import { jsonText } from "./output.ts";
import { networks, optimizers } from "./recipe.ts";

export type RunFile =
  | "config.json"
  | "history.json"
  | "history.csv"
  | "evaluation.json"
  | "model.safetensors"
  | "report.html";

export function runFile(run: string, file: RunFile): string {
  return joinPath(run, file);
}

const whole = (least: number) => v.pipe(v.number(), v.integer(), v.minValue(least));

const configSchema = v.object({
  /** Versions. */
  lenet5: v.string(),
  node: v.string(),
  /** What was typed, and when (ISO 8601). */
  command: v.string(),
  started: v.string(),
  settings: v.object({
    network: v.picklist(networks),
    epochs: whole(1),
    batchSize: whole(1),
    optimizer: v.picklist(optimizers),
    /** null: the recipe's schedule; the model file has it in full. */
    learningRate: v.nullable(v.number()),
    seed: whole(0),
    validationSplit: v.number(),
    numerics: v.picklist(["reproducible", "fast"]),
    threads: whole(1),
  }),
  data: v.object({
    id: v.string(),
    source: v.string(),
    notice: v.nullable(v.string()),
    classNames: v.array(v.string()),
    trainImages: whole(1),
    validationImages: whole(0),
    testImages: whole(1),
  }),
  machine: v.object({ cpu: v.string(), cores: whole(1), platform: v.string() }),
});

export type RunConfig = v.InferOutput<typeof configSchema>;

const historySchema = v.object({
  epochs: v.array(whole(1)),
  history: v.record(v.string(), v.array(v.nullable(v.number()))),
  stopped: v.optional(v.string()),
});

/** The library's History as JSON has it, with null for NaN. */
export type RunHistory = v.InferOutput<typeof historySchema>;

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

export async function readConfig(run: string): Promise<RunConfig> {
  if ((await pathInfo(run))?.kind !== "folder") {
    throw new InputError(`"${run}": expected the folder of a run, as lenet5 train writes it; there is no such folder`);
  }
  return readJson(runFile(run, "config.json"), configSchema);
}

export async function readHistory(run: string): Promise<RunHistory> {
  const path = runFile(run, "history.json");
  return (await pathInfo(path)) ? readJson(path, historySchema) : { epochs: [], history: {} };
}

export async function writeHistory(run: string, history: RunHistory): Promise<void> {
  await writeJson(runFile(run, "history.json"), history);
  const names = Object.keys(history.history);
  const rows = history.epochs.map((epoch, i) => [epoch, ...names.map((name) => history.history[name]![i] ?? "")]);
  await writeBeside(
    runFile(run, "history.csv"),
    `${[["epoch", ...names], ...rows].map((row) => row.join()).join("\n")}\n`,
  );
}

export function writeJson(path: string, value: unknown): Promise<void> {
  return writeBeside(path, jsonText(value));
}

async function readJson<Schema extends v.GenericSchema>(path: string, schema: Schema): Promise<v.InferOutput<Schema>> {
  const text = new TextDecoder().decode(await readBytes(path));
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new InputError(`${path}: expected JSON as lenet5 train writes it; the file is cut or was changed`);
  }
  const result = v.safeParse(schema, value);
  if (result.success) return result.output;
  const [issue] = result.issues;
  throw new InputError(`${path}: ${v.getDotPath(issue) ?? "content"}: ${issue.message}`);
}
