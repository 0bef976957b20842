import { joinPath, pathInfo } from "#platform";
import { InputError, listed } from "../core/errors.ts";
import { checkedOptions } from "../core/options.ts";
import { type Format, formats } from "./formats.ts";
import { type GivenFile, type ModelFile, opened } from "./given-file.ts";
import { type ImportOptions, importOptions } from "./import-options.ts";
import type { Imported } from "./imported.ts";
import { lookOf } from "./look.ts";

/** A model from a file of any known format: see `importModel` of `exchange.ts`. */
export async function importModel(given: ModelFile, options: ImportOptions): Promise<Imported> {
  checkedOptions("importModel", importOptions, options);
  const file = await fileOf(given);
  const format = formatOf(await opened("importModel", file));
  return format.import(file, optionsFor(format, options));
}

/** In a folder of a model in several files, the file that names the others. */
async function fileOf(given: ModelFile): Promise<ModelFile> {
  if (typeof given !== "string" || (await pathInfo(given))?.kind !== "folder") return given;
  const file = joinPath(given, "model.json");
  if (await pathInfo(file)) return file;
  throw new InputError(`${given}: expected a file of a model, got a folder without a model.json`);
}

/** The format of a file, by its content, then by its name. @throws InputError for any other file */
export function formatOf(file: Pick<GivenFile, "name" | "bytes">): Format {
  const all: readonly Format[] = Object.values(formats);
  const look = lookOf(file);
  const format =
    all.find(({ isOf }) => isOf(look)) ??
    all.find(({ endings }) => endings.some((ending) => file.name.toLowerCase().endsWith(ending)));
  if (format) return format;
  // Files of this library are safetensors.
  const known = all.filter(({ isOwn }) => !isOwn).map(({ name, endings }) => `${name} (${endings.join(", ")})`);
  throw new InputError(`${file.name}: expected a model file of ${known.join(", ")}, got a file that is none of these`);
}

/** Whether a file's name ends as those of a known format do. */
export function isModelName(name: string): boolean {
  const all: readonly Format[] = Object.values(formats);
  return all.some(({ endings }) => endings.some((ending) => name.toLowerCase().endsWith(ending)));
}

/** The options that are given. @throws InputError for one that the format has no use for */
function optionsFor({ name, takes }: Format, options: ImportOptions): ImportOptions {
  const usual = ["threads", "numerics"];
  const given = Object.entries(options).filter(([, value]) => value !== undefined);
  const unused = given.find(([option]) => ![...usual, ...takes].includes(option));
  if (!unused) return Object.fromEntries(given);
  const those = takes.length > 0 ? `${listed([...takes, ...usual])}` : listed(usual);
  throw new InputError(`importModel ${unused[0]}: a file of ${name} has no use for it; it takes ${those}`);
}
