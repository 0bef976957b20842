/**
 * Pictures at which reading breaks off: its thread or the whole command ends, as for lack of memory. A shard that is
 * being read has a file `.reading` with the number of the picture, which a clean end removes. Where it is left behind,
 * the picture is read alone, with a file `.alone`. Where that is left behind too, the picture is why: it is given up,
 * which the file `.broken` of the shard keeps.
 */
import { appendFileSync, closeSync, openSync, readdirSync, readFileSync, rmSync, writeSync } from "node:fs";
import { joinPath } from "#platform";
import { inputError } from "../../platform/node/system-error.ts";

/** How a picture is read: with its shard, while other shards are read too, or alone. */
export type NoteKind = "reading" | "alone";

/** Characters of a number in a file, so that each takes the place of the one before. */
const WIDTH = 12;

const fileOf = (folder: string, shard: number, ending: NoteKind | "broken") =>
  joinPath(folder, `${String(shard).padStart(6, "0")}.${ending}`);

/** The note of the picture that is being read. It takes microseconds: other processes see it, but no disk has to have it. */
export class ReadingNote {
  private readonly path: string;
  private readonly file: number;

  /** @throws InputError where the folder cannot be written */
  constructor(folder: string, shard: number, kind: NoteKind) {
    this.path = fileOf(folder, shard, kind);
    this.file = this.written(() => openSync(this.path, "w"));
  }

  /** @param picture its number in the shard; undefined while none is read */
  at(picture: number | undefined): void {
    this.written(() => writeSync(this.file, String(picture ?? "").padEnd(WIDTH), 0));
  }

  /** Removes the note; one that `isBroken` stays. */
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

/** Removes the notes of shards that are read, or whose threads end on purpose: nothing broke off there. */
export function removeNotes(folder: string, shards: Iterable<number>): void {
  for (const shard of shards)
    for (const kind of ["alone", "reading"] as const) rmSync(fileOf(folder, shard, kind), { force: true });
}

/** The picture at which reading a shard broke off; undefined where none was being read. */
export function brokenAt(folder: string, shard: number): number | undefined {
  return numbersIn(fileOf(folder, shard, "reading"))[0];
}

/** The pictures at which reading broke off, and which are to be read alone. What broke off alone is given up. */
export function brokenPictures(folder: string): { readonly shard: number; readonly picture: number }[] {
  const names = readdirSync(folder).flatMap((name) => /^(\d+)\.(?:reading|alone)$/.exec(name)?.[1] ?? []);
  return [...new Set(names.map(Number))].flatMap((shard) => {
    const picture = brokenAt(folder, shard);
    if (!giveUpBroken(folder, shard) && picture !== undefined) return [{ shard, picture }];
    removeNotes(folder, [shard]);
    return [];
  });
}

/** Gives up the picture of a shard that was being read alone. @returns false where there is none */
export function giveUpBroken(folder: string, shard: number): boolean {
  const [picture] = numbersIn(fileOf(folder, shard, "alone"));
  if (picture === undefined) return false;
  appendFileSync(fileOf(folder, shard, "broken"), `${picture}\n`);
  return true;
}

/** The pictures of a shard that are not read any more, by their numbers. */
export function givenUpIn(folder: string, shard: number): ReadonlySet<number> {
  return new Set(numbersIn(fileOf(folder, shard, "broken")));
}

function numbersIn(path: string): number[] {
  try {
    const lines = readFileSync(path, "utf8").split("\n");
    return lines.filter((line) => /^\d+ *$/.test(line)).map(Number);
  } catch {
    return []; // nothing broke off
  }
}
