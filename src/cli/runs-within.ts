/** Folders that hold runs, such as that of a sweep, given where one run is expected. */
import * as v from "valibot";
import { joinPath, listFolder, pathInfo, readBytes } from "#platform";
import { checkedJson } from "../core/checked-json.ts";
import { InputError, openRun, type Run } from "../index.ts";
import { whyNoRun } from "../runs/run.ts";
import { TRIALS, trialName } from "./sweep/kept-training.ts";

/** Names that are looked at: the folder may be any. */
const MAX_NAMES = 1000;

/** {@link openRun}; for a folder with runs in it, the error says which to give. */
export async function openRunAt(path: string): Promise<Run> {
  const within = (await whyNoRun(path)) === undefined ? undefined : await runsWithin(path);
  if (within === undefined) return openRun(path);
  throw new InputError(`"${path}": expected the folder of a run, got one with runs in it: give ${within}`);
}

/**
 * What to give in place of a folder that is no run, in words: the committee of a cross-validation, the run of a sweep's
 * best trial, or any run in it. Undefined where it has none, and for a file.
 */
export async function runsWithin(folder: string): Promise<string | undefined> {
  const committee = joinPath(folder, "committee.safetensors");
  const trials = joinPath(folder, TRIALS);
  const best = await ifReadable(bestTrial(joinPath(folder, "sweep.json")));
  const ofBest = best && (await firstRun(trials, best));
  const run = ofBest ?? (await firstRun(trials)) ?? (await firstRun(folder));
  const words = [
    ...((await ifReadable(pathInfo(committee))) ? [committee] : []),
    ...(run === undefined ? [] : [`one of its runs, such as ${run}${ofBest ? " (the best trial)" : ""}`]),
  ];
  return words.length > 0 ? words.join(", or ") : undefined;
}

/** What cannot be read, or is something else, is passed over: these names are only a hint in an error about the folder. */
async function ifReadable<T>(reading: Promise<T>): Promise<T | undefined> {
  try {
    return await reading;
  } catch (error) {
    if (error instanceof InputError) return undefined;
    throw error;
  }
}

/** How the names of the best trial's runs begin; undefined where it is not known. */
async function bestTrial(file: string): Promise<string | undefined> {
  if ((await pathInfo(file))?.kind !== "file") return undefined;
  const { best } = checkedJson(v.object({ best: v.nullable(v.number()) }), await readBytes(file), file);
  return best === null ? undefined : trialName(best);
}

/** The first run in a folder whose name begins so. */
async function firstRun(folder: string, beginning = ""): Promise<string | undefined> {
  if ((await ifReadable(pathInfo(folder)))?.kind !== "folder") return undefined;
  const names = ((await ifReadable(listFolder(folder))) ?? []).filter((name) => name.startsWith(beginning));
  for (const name of names.slice(0, MAX_NAMES))
    if (await ifReadable(pathInfo(joinPath(folder, name, "config.json")))) return joinPath(folder, name);
  return undefined;
}
