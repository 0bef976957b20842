/**
 * Pictures that were being read when a thread or the whole command broke off, as for lack of memory. Each shard that is
 * being read has a file `.reading` with the number of the picture, which a clean end removes. What is left behind counts,
 * in the file `.broken` of the shard.
 */
import { appendFileSync, closeSync, openSync, readdirSync, readFileSync, rmSync, writeSync } from "node:fs";
import { joinPath } from "#platform";
import { inputError } from "../../platform/node/system-error.ts";

/** How often reading a picture breaks off before its answer is an error. */
const MOST = 2;

/** Characters of a number in a file, so that each takes the place of the one before. */
const WIDTH = 12;

const fileOf = (folder: string, shard: number, ending: "reading" | "broken") =>
  joinPath(folder, `${String(shard).padStart(6, "0")}.${ending}`);

/** The note of the picture that is being read. It takes microseconds: other processes see it, but no disk has to have it. */
export class ReadingNote {
  private readonly path: string;
  private readonly file: number;

  /** @throws InputError where the folder cannot be written */
  constructor(folder: string, shard: number) {
    this.path = fileOf(folder, shard, "reading");
    this.file = this.written(() => openSync(this.path, "w"));
  }

  /** @param picture its number in the shard; undefined while none is read */
  at(picture: number | undefined): void {
    this.written(() => writeSync(this.file, String(picture ?? "").padEnd(WIDTH), 0));
  }

  /** Removes the note; one that `isBroken` stays, and counts. */
  end(isBroken: boolean): void {
    closeSync(this.file);
    if (!isBroken) rmSync(this.path, { force: true });
  }

  private written<Result>(write: () => Result): Result {
    try {
      return write();
    } catch (error) {
      throw inputError("write", this.path, error);
    }
  }
}

/** Removes the notes of shards whose threads are ended on purpose. */
export function removeNotes(folder: string, shards: Iterable<number>): void {
  for (const shard of shards) rmSync(fileOf(folder, shard, "reading"), { force: true });
}

/** The shards in which something was left behind. */
export function brokenShards(folder: string): number[] {
  return readdirSync(folder).flatMap((name) => {
    const [, shard] = /^(\d+)\.reading$/.exec(name) ?? [];
    return shard === undefined ? [] : [Number(shard)];
  });
}

/** Counts what was left behind in a shard. @returns the number of the picture; undefined where none was being read */
export function countBrokenOff(folder: string, shard: number): number | undefined {
  const path = fileOf(folder, shard, "reading");
  const [picture] = numbersIn(path);
  if (picture !== undefined) appendFileSync(fileOf(folder, shard, "broken"), `${picture}\n`);
  rmSync(path, { force: true });
  return picture;
}

/** How often reading broke off at pictures of a shard, by their numbers. */
export function brokenIn(folder: string, shard: number): ReadonlyMap<number, number> {
  const counts = new Map<number, number>();
  for (const picture of numbersIn(fileOf(folder, shard, "broken"))) counts.set(picture, (counts.get(picture) ?? 0) + 1);
  return counts;
}

/** Whether a picture is not read any more. */
export function isGivenUp(counts: ReadonlyMap<number, number>, picture: number): boolean {
  return (counts.get(picture) ?? 0) >= MOST;
}

function numbersIn(path: string): number[] {
  try {
    const lines = readFileSync(path, "utf8").split("\n");
    return lines.filter((line) => /^\d+ *$/.test(line)).map(Number);
  } catch {
    return []; // nothing broke off
  }
}
