import { basename, extname, resolve } from "node:path";
import { parseDocument } from "yaml";
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

/** @throws InputError with the line of what is wrong */
function yamlFrom(bytes: Uint8Array, path: string): unknown {
  const text = new TextDecoder().decode(bytes);
  const document = parseDocument(text, { prettyErrors: true, merge: false });
  const [wrong] = [...document.errors, ...document.warnings];
  if (wrong) {
    const place = wrong.linePos ? `line ${wrong.linePos[0].line}: ` : "";
    // The parser's own words for it differ by what it is in.
    const hasTab = wrong.linePos && /^ *\t/.test(text.split("\n")[wrong.linePos[0].line - 1] ?? "");
    const problem = hasTab
      ? "expected spaces at the start of a line, got a tab"
      : `expected YAML, got ${wrong.message.split(/ at line |\n/)[0]}`;
    throw new InputError(`${path}: ${place}${problem}`);
  }
  // Few aliases: some lines of them can stand for gigabytes.
  try {
    return document.toJS({ maxAliasCount: 100 });
  } catch (error) {
    throw new InputError(`${path}: expected YAML, got ${(error as Error).message}`, { cause: error });
  }
}
