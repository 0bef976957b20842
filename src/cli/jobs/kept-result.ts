import * as v from "valibot";
import { pathInfo, readBytes, writeBeside } from "#platform";
import { checkedJson } from "../../core/checked-json.ts";
import { InputError } from "../../core/errors.ts";
import { jsonText } from "../../runs/json.ts";
import { refuseLink } from "../../runs/lock.ts";
import type { Print } from "../output.ts";

/** Where the result of a job is kept. */
export interface Place<Result extends object> {
  readonly file: string;
  /** Everything that the result depends on: one of another recipe is not used. */
  readonly recipe: string;
  /** What the file has beside the recipe. */
  readonly schema: v.GenericSchema<unknown, Result>;
}

/** The kept result of a job; where there is none of its recipe, that of `run`, which is kept. */
export async function keptResult<Result extends object>(
  place: Place<Result>,
  run: () => Promise<Result>,
  print: Print,
): Promise<Result> {
  const { file, recipe } = place;
  await refuseLink(file);
  const found = await pathInfo(file);
  // A pipe would never end.
  if (found && found.kind !== "file") throw new InputError(`"${file}": expected a file with a result: delete it`);
  if (found) {
    const old = keptIn(await readBytes(file), place);
    if (old?.recipe === recipe) return old.result;
    print(`${file} is ${old ? "from other data or another version" : "damaged"}: training again`);
  }
  const result = await run();
  await writeBeside(file, jsonText({ recipe, ...result }));
  return result;
}

/** The content of such a file; undefined for a damaged one. */
export function keptIn<Result extends object>(
  bytes: Uint8Array,
  { file, schema }: Pick<Place<Result>, "file" | "schema">,
): { readonly recipe: string; readonly result: Result } | undefined {
  try {
    const { recipe } = checkedJson(v.looseObject({ recipe: v.string() }), bytes, file);
    return { recipe, result: checkedJson(schema, bytes, file) };
  } catch (error) {
    if (error instanceof InputError) return undefined;
    throw error;
  }
}
