import * as v from "valibot";
import { joinPath, moveFile, readBytes, remove } from "#platform";
import { checkedJson } from "../../core/checked-json.ts";
import { type FormatName, formats } from "./formats.ts";
import { type Shard, type ShardHead, shardFile } from "./shards.ts";

const headSchema = v.object({ pictures: v.number(), failed: v.number() });

/**
 * Puts the answers of all shards together into one file, in order. It appears whole and at once.
 * @returns the number of pictures that cannot be read
 */
export async function assemble(folder: string, shards: readonly Shard[], out: string, format: FormatName) {
  const whole = joinPath(folder, "whole.tmp");
  await remove(whole);
  const file = await formats[format].begin(whole);
  let failed = 0;
  for (const { number } of shards) {
    const { head, answers } = await contentOf(shardFile(folder, number));
    failed += head.failed;
    await file.add(answers);
  }
  await file.end();
  await moveFile(whole, out);
  return failed;
}

async function contentOf(path: string): Promise<{ readonly head: ShardHead; readonly answers: string }> {
  const text = new TextDecoder().decode(await readBytes(path));
  const end = text.indexOf("\n");
  return { head: checkedJson(headSchema, text.slice(0, end), path), answers: text.slice(end + 1) };
}
