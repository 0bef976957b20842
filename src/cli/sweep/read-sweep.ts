import { basename, extname, resolve } from "node:path";
import { type ErrorCode, parseDocument } from "yaml";
import { pathInfo, readBytes } from "#platform";
import { InputError } from "../../core/errors.ts";
import { jsonFrom } from "../../core/json.ts";
import { checkedSweep, type Sweep } from "../../sweep/sweep.ts";
import { importedModule, isModule } from "../networks/module.ts";
import { settingRules } from "./setting-rules.ts";

/** The most bytes of a sweep file. */
const MAX_BYTES = 2 ** 20;

/** The sweep of a file, and its name: `lr` of `sweeps/lr.yaml`. */
export async function readSweep(
  path: string,
  trials?: number,
): Promise<{ readonly sweep: Sweep; readonly name: string }> {
  const sweep = checkedSweep(await contentOf(path), path, settingRules(), trials);
  return { sweep, name: basename(path, extname(path)) };
}

async function contentOf(path: string): Promise<unknown> {
  if ((await pathInfo(path))?.kind !== "file")
    throw new InputError(`${path}: expected a sweep file, got none: check the path`);
  if (isModule(path)) {
    const { default: content } = await importedModule(resolve(path), path);
    if (content === undefined) throw new InputError(`${path}: expected a default export with the sweep, got none`);
    return content;
  }
  if (![".yaml", ".yml", ".json"].includes(extname(path)))
    throw new InputError(`${path}: expected a file that ends in .yaml, .json, .ts or .mjs`);
  return contentIn(await readBytes(path, MAX_BYTES), path);
}

/** The content of a file in JSON or YAML. @throws InputError for another text */
export function contentIn(bytes: Uint8Array, path: string): unknown {
  return extname(path) === ".json" ? jsonFrom(bytes, path) : yamlFrom(bytes, path);
}

/** What the parser says in words of its own. */
const problems: Partial<Record<ErrorCode, string>> = {
  TAB_AS_INDENT: "expected spaces at the start of a line, got a tab",
};

/** @throws InputError with the line of what is wrong */
function yamlFrom(bytes: Uint8Array, path: string): unknown {
  const document = parseDocument(new TextDecoder().decode(bytes), { prettyErrors: true, merge: false });
  const [wrong] = [...document.errors, ...document.warnings];
  if (wrong) {
    const place = wrong.linePos ? `line ${wrong.linePos[0].line}: ` : "";
    const problem = problems[wrong.code] ?? `expected YAML, got ${wrong.message.split(/ at line |\n/)[0]}`;
    throw new InputError(`${path}: ${place}${problem}`);
  }
  // Few aliases: some lines of them can stand for gigabytes.
  try {
    return document.toJS({ maxAliasCount: 100 });
  } catch (error) {
    throw new InputError(`${path}: expected YAML, got ${(error as Error).message}`, { cause: error });
  }
}
