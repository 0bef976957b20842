import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { pipeline } from "node:stream/promises";
import { joinPath, moveFile, pathInfo, remove } from "#platform";
import { InputError } from "../../core/errors.ts";
import { type FormatName, formats } from "./formats.ts";

/**
 * Puts the answers of shards together into one file, in order. It appears whole and at once.
 * @param shards their files
 * @throws InputError for another file at `out`, which stays; one with these bytes is there after a kill at the end
 */
export async function assemble(
  folder: string,
  shards: readonly string[],
  { out, format }: { readonly out: string; readonly format: FormatName },
): Promise<void> {
  const whole = joinPath(folder, "whole.tmp");
  await remove(whole);
  const file = await formats[format].begin(whole);
  for (const shard of shards) await file.add(shard);
  await file.end();
  if (!(await pathInfo(out))) return moveFile(whole, out);
  if ((await sumOf(out)) !== (await sumOf(whole)))
    throw new InputError(
      `--out: "${out}" exists already: delete it; the shards are kept, and the same command goes on`,
    );
}

async function sumOf(path: string): Promise<string> {
  const hash = createHash("sha256");
  await pipeline(createReadStream(path), hash);
  return hash.digest("hex");
}
