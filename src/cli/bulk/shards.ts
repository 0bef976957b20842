import { createReadStream } from "node:fs";
import { joinPath, listFolder } from "#platform";
import { InputError } from "../../core/errors.ts";
import { listIn, type Plan } from "./plan.ts";

/** The pictures that are read together, and whose answers are one file. */
export interface Shard {
  readonly number: number;
  /** Where its lines are in the list, in bytes. */
  readonly from: number;
  readonly to: number;
  readonly pictures: number;
}

/** Where the answers of a shard are. A file of this name is complete. */
export function shardFile(folder: string, number: number): string {
  return joinPath(folder, `${String(number).padStart(6, "0")}.shard`);
}

/** The numbers of the shards that are done. */
export async function doneShards(folder: string): Promise<ReadonlySet<number>> {
  const names = await listFolder(folder);
  return new Set(names.flatMap((name) => /^(\d+)\.shard$/.exec(name)?.[1] ?? []).map(Number));
}

/** All shards of a plan. @throws InputError for a list that was changed */
export async function allShards(folder: string, { pictures, shard }: Plan): Promise<Shard[]> {
  const shards: Shard[] = [];
  let [lines, from, at] = [0, 0, 0];
  for await (const chunk of createReadStream(listIn(folder), { highWaterMark: 2 ** 20 })) {
    const bytes = chunk as Uint8Array;
    for (let end = bytes.indexOf(10); end >= 0; end = bytes.indexOf(10, end + 1)) {
      if (++lines % shard !== 0 && lines !== pictures) continue;
      const to = at + end + 1;
      shards.push({ number: shards.length, from, to, pictures: lines - shards.length * shard });
      from = to;
    }
    at += bytes.length;
  }
  if (lines === pictures) return shards;
  throw new InputError(`"${listIn(folder)}" is damaged: delete the folder and begin again`);
}

/** The first line of a shard's file. Its answers follow. */
export interface ShardHead {
  readonly pictures: number;
  /** Pictures that cannot be read. */
  readonly failed: number;
}
