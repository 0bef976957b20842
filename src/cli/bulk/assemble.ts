import { joinPath, moveFile, remove } from "#platform";
import { type FormatName, formats } from "./formats.ts";

/**
 * Puts the answers of shards together into one file, in order. It appears whole and at once.
 * @param shards their files
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
  await moveFile(whole, out);
}
