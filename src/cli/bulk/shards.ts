import { closeSync, createReadStream, openSync, readSync } from "node:fs";
import { joinPath, listFolder, pathInfo } from "#platform";
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

/** A shard whose pictures are read. */
export interface DoneShard {
  /** The file with its answers. */
  readonly path: string;
  /** Pictures that cannot be read. */
  readonly failed: number;
}

/** Where the answers of a shard are. A file of such a name is complete; the name says how many pictures failed. */
export function shardFile(folder: string, number: number, failed: number): string {
  return joinPath(folder, `${String(number).padStart(6, "0")}.${failed}.shard`);
}

/** The shards that are done, by their numbers. */
export async function doneShards(folder: string): Promise<ReadonlyMap<number, DoneShard>> {
  const done = new Map<number, DoneShard>();
  for (const name of await listFolder(folder)) {
    const [, number, failed] = /^(\d+)\.(\d+)\.shard$/.exec(name) ?? [];
    if (number !== undefined) done.set(Number(number), { path: joinPath(folder, name), failed: Number(failed) });
  }
  return done;
}

/** All shards of a plan. @throws InputError for a list that was changed */
export async function allShards(folder: string, { pictures, shard }: Plan): Promise<Shard[]> {
  const damaged = () => new InputError(`"${listIn(folder)}" is damaged: delete the folder and begin again`);
  if (!(await pathInfo(listIn(folder)))) throw damaged();
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
  throw damaged();
}

/** The paths of a shard's pictures. */
export function picturesOf({ from, to }: Shard, folder: string): string[] {
  const bytes = new Uint8Array(to - from);
  const file = openSync(listIn(folder), "r");
  try {
    for (let done = 0; done < bytes.length; ) {
      const got = readSync(file, bytes, done, bytes.length - done, from + done);
      if (got === 0) throw new InputError(`"${listIn(folder)}" is damaged: delete the folder and begin again`);
      done += got;
    }
  } finally {
    closeSync(file);
  }
  return new TextDecoder()
    .decode(bytes)
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line) as string);
}
