import { counted } from "../../report/drawing/numbers.ts";
import { runAll } from "../jobs/run-all.ts";
import type { Print } from "../output.ts";
import { brokenPictures } from "./broken-off.ts";
import type { ShardThreads } from "./shard-threads.ts";
import type { Shard } from "./shards.ts";

interface ReadShardsOptions {
  readonly folder: string;
  /** Shards at a time. */
  readonly jobs: number;
  /** Asked before each shard: whether no further one may begin. */
  isStopped(): boolean;
  readonly print: Print;
}

/**
 * Reads shards, some at a time. Where reading breaks off at a picture, no further shard begins until the picture was read
 * with nothing else beside it. @returns whether all are read
 */
export async function readShards(
  shards: readonly Shard[],
  threads: Pick<ShardThreads, "read" | "readAlone">,
  { folder, jobs, isStopped, print }: ReadShardsOptions,
): Promise<boolean> {
  const { length } = brokenPictures(folder);
  if (length > 0)
    print(`The last command broke off while it read ${counted(length, "picture")}: read again first, alone`);
  let left = shards;
  while (left.length > 0 && !isStopped()) {
    for (const { shard, picture } of brokenPictures(folder)) {
      const broken = left.find(({ number }) => number === shard);
      if (broken && !isStopped()) await threads.readAlone(broken, picture);
    }
    let isBroken = false;
    const read = async (shard: Shard) => {
      const isRead = await threads.read(shard);
      isBroken ||= !isRead;
      return isRead;
    };
    const ended = await runAll(left, read, { atOnce: jobs, isStopped: () => isBroken || isStopped() });
    const done = new Set(ended.filter(({ result }) => result).map(({ job }) => job));
    left = left.filter((shard) => !done.has(shard));
  }
  return left.length === 0;
}
