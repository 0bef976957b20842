/** Sorts any number of paths in bounded memory: sorted files of some of them are merged. */
import { joinPath, remove } from "#platform";
import { naturalKey } from "../../core/natural-order.ts";
import { linesOf } from "./lines.ts";
import { TextFile } from "./text-file.ts";

/** Paths that are sorted in memory at a time, which takes some 30 MB. */
const IN_MEMORY = 100_000;

/** Files that are merged at a time. */
const AT_ONCE = 64;

/** The paths in natural order. @param scratch a folder for files, which are removed again */
export async function* sortedPaths(
  paths: AsyncIterable<string>,
  scratch: string,
  inMemory = IN_MEMORY,
): AsyncGenerator<string> {
  let files: string[] = [];
  let some: Path[] = [];
  let made = 0;
  const store = async (sorted: Iterable<Path> | AsyncIterable<Path>) => {
    const file = await TextFile.begin(joinPath(scratch, `sorted-${made++}.tmp`));
    for await (const { path } of sorted) await file.add(`${JSON.stringify(path)}\n`);
    await file.flush();
    return file.path;
  };
  for await (const path of paths) {
    some.push({ path, key: naturalKey(path) });
    if (some.length < inMemory) continue;
    files.push(await store(some.sort(order)));
    some = [];
  }
  some.sort(order);
  while (files.length > AT_ONCE) {
    const merging = files.splice(0, AT_ONCE);
    files = [...files, await store(merged(merging.map(storedPaths)))];
    for (const file of merging) await remove(file);
  }
  for await (const { path } of merged([...files.map(storedPaths), inOrder(some)])) yield path;
  for (const file of files) await remove(file);
}

interface Path {
  readonly path: string;
  readonly key: string;
}

function order(a: Path, b: Path): number {
  if (a.key !== b.key) return a.key < b.key ? -1 : 1;
  return a.path < b.path ? -1 : a.path > b.path ? 1 : 0;
}

async function* storedPaths(file: string): AsyncGenerator<Path> {
  for await (const line of linesOf(file)) {
    const path = JSON.parse(line) as string;
    yield { path, key: naturalKey(path) };
  }
}

async function* inOrder(paths: readonly Path[]): AsyncGenerator<Path> {
  yield* paths;
}

/** All of several sorted sequences, in order. */
async function* merged(sequences: readonly AsyncGenerator<Path>[]): AsyncGenerator<Path> {
  const heads = await Promise.all(sequences.map(async (each) => ({ each, next: await each.next() })));
  let open = heads.filter(({ next }) => !next.done);
  while (open.length > 0) {
    const first = open.reduce((best, head) =>
      order(head.next.value as Path, best.next.value as Path) < 0 ? head : best,
    );
    yield first.next.value as Path;
    first.next = await first.each.next();
    if (first.next.done) open = open.filter((head) => head !== first);
  }
}
