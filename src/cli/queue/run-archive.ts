/** A run folder as one file, which another machine goes on with. */
import { isAbsolute, relative } from "node:path";
import { zipSync } from "fflate";
import * as v from "valibot";
import { joinPath, listEntries, makeFolder, pathInfo, readBytes, remove, writeBeside } from "#platform";
import { checkedJson } from "../../core/checked-json.ts";
import { InputError } from "../../core/errors.ts";
import { readZip } from "../../formats/zip.ts";
import { jsonText } from "../../runs/json.ts";
import { LOCK } from "../../runs/lock.ts";
import { dataPlace } from "../data-source.ts";

const CONFIG = "config.json";
/** The most bytes of a run's files, packed or not. */
export const MAX_BYTES = 2 ** 28;
/** The most bytes of a packed run in the database of a queue. */
export const MAX_RUN_BYTES = 8 * 2 ** 20;

/** Where a run's data and its network are on this machine. */
export interface RunPlaces {
  /** `mnist`, `digits`, or an absolute path. */
  readonly data: string;
  /** A network by file: as it was given, and its absolute path. */
  readonly network?: { readonly given: string; readonly path: string };
}

/** The files of a run; undefined where nothing was saved yet. */
export async function packedRun(folder: string): Promise<Uint8Array | undefined> {
  if (!(await pathInfo(joinPath(folder, CONFIG)))) return undefined;
  const files = (await listEntries(folder)).filter(({ name, kind }) => kind === "file" && isKept(name));
  // Weights first: where the training goes on meanwhile, the history that goes with them is never too short.
  const names = files.map(({ name }) => name).sort((a, b) => order(a) - order(b));
  const contents: Record<string, Uint8Array> = {};
  for (const name of names) contents[name] = await readBytes(joinPath(folder, name), MAX_BYTES);
  return zipSync(contents, { level: 1 });
}

const isKept = (name: string) => name !== LOCK && /^[\w-]+\.\w+$/.test(name);
const order = (name: string) => (name.endsWith(".safetensors") ? 0 : 1);

/** The files of a packed run by their names. */
export type RunFiles = ReadonlyMap<string, Uint8Array>;

/** @throws InputError for anything else than a packed run */
export async function unpackedRun(packed: Uint8Array): Promise<RunFiles> {
  const files = new Map<string, Uint8Array>();
  let left = MAX_BYTES;
  for (const entry of readZip(packed, "run")) {
    left -= entry.size;
    if (!isKept(entry.name) || left < 0)
      throw new InputError(`run: expected files of a run of at most ${MAX_BYTES} bytes, got "${entry.name}"`);
    files.set(entry.name, await entry.read());
  }
  return files;
}

/** Writes a run in the place of what is in a folder. Its config gets the places of this machine. */
export async function writeRun(files: RunFiles, folder: string, places: RunPlaces): Promise<void> {
  await remove(folder);
  await makeFolder(folder);
  for (const [name, bytes] of files)
    await writeBeside(joinPath(folder, name), name === CONFIG ? relocated(bytes, folder, places) : bytes);
}

const config = v.looseObject({
  notes: v.optional(v.record(v.string(), v.string()), {}),
  extra: v.looseObject({ data: v.string() }),
});

function relocated(bytes: Uint8Array, folder: string, { data, network }: RunPlaces): string {
  const { notes, extra, ...rest } = checkedJson(config, bytes, `run: ${CONFIG}`);
  const { dataFromRun: _, module, file, ...others } = extra;
  const paths = {
    ...(isAbsolute(data) && { dataFromRun: relative(folder, data) }),
    ...(network && { network: network.given, [module === undefined ? "file" : "module"]: network.path }),
  };
  const place = dataPlace({ id: data, source: "" });
  const shown = isAbsolute(data) ? { ...notes, Data: place } : notes;
  return jsonText({ ...rest, notes: shown, extra: { ...others, data, ...paths } });
}
