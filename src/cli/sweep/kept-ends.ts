/** The order in which the trials of a sweep ended, in its folder: a line for each end. */
import { appendFileSync } from "node:fs";
import * as v from "valibot";
import { joinPath, pathInfo, readBytes } from "#platform";
import { inputError } from "../../platform/node/system-error.ts";
import { refuseLink } from "../../runs/lock.ts";
import { type End, type Ends, endSchema } from "../../sweep/ends.ts";

const FILE = "ends.jsonl";

/** Those of earlier commands, and where further ones are kept. */
export async function keptEnds(folder: string): Promise<Ends> {
  const path = joinPath(folder, FILE);
  await refuseLink(path);
  const text = (await pathInfo(path)) ? new TextDecoder().decode(await readBytes(path)) : "";
  // A power failure may have cut the last line.
  let before = text === "" || text.endsWith("\n") ? "" : "\n";
  return {
    past: text.split("\n").flatMap(endIn),
    note(end) {
      try {
        appendFileSync(path, `${before}${JSON.stringify(end)}\n`);
        before = "";
      } catch (error) {
        throw inputError("write", path, error);
      }
    },
  };
}

function endIn(line: string): End[] {
  try {
    return [v.parse(endSchema, JSON.parse(line))];
  } catch {
    return [];
  }
}
