import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { givenUpIn, type NoteKind, ReadingNote, removeNotes } from "./broken-off.ts";
import { readShards } from "./read-shards.ts";
import type { Shard } from "./shards.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "lenet5-shards-"));
});
afterEach(() => rm(folder, { recursive: true }));

const shards = Array.from({ length: 6 }, (_, number): Shard => ({ number, from: 0, to: 0, pictures: 8 }));

/** What a thread or a command leaves behind that breaks off at a picture. */
function breakOff(shard: number, picture: number, kind: NoteKind): void {
  const note = new ReadingNote(folder, shard, kind);
  note.at(picture);
  note.end(true);
}

/** Reads the shards, two at a time; says what began and ended in which order. */
async function order(read: (shard: number) => boolean): Promise<{ readonly isWhole: boolean; readonly said: string }> {
  const said: string[] = [];
  const isWhole = await readShards(
    shards,
    {
      async read({ number }) {
        said.push(`${number}:`);
        await new Promise((resolve) => setTimeout(resolve, 5));
        const isRead = read(number);
        said.push(isRead ? `${number}.` : `${number}!`);
        return isRead;
      },
      async readAlone({ number }, picture) {
        said.push(`(${number} ${picture})`);
        removeNotes(folder, [number]);
      },
    },
    { folder, jobs: 2, isStopped: () => false, print: (line) => said.push(`${line}\n`) },
  );
  return { isWhole, said: said.join(" ") };
}

test("after a break, the picture is read alone, with nothing beside it, before other shards begin", async () => {
  let breaks = 1;
  const { isWhole, said } = await order((shard) => {
    if (shard !== 1 || breaks-- === 0) return true;
    breakOff(1, 3, "reading");
    return false;
  });
  expect(isWhole).toBe(true);
  expect(said).toMatch(/^0: 1: (0\. 2: 1! 2\.|0\. 1! |1! 0\.).*\(1 3\) 1: /);
  expect(said.match(/\(/g)).toHaveLength(1);
});

test("what an earlier command left behind is read alone first; where it broke off alone, it is given up", async () => {
  breakOff(4, 7, "reading");
  breakOff(2, 5, "reading");
  breakOff(2, 5, "alone");
  const { isWhole, said } = await order(() => true);
  expect(isWhole).toBe(true);
  expect(said).toMatch(/^The last command broke off while it read 1 picture: read again first, alone\n \(4 7\) 0: 1: /);
  expect([givenUpIn(folder, 2), givenUpIn(folder, 4)]).toEqual([new Set([5]), new Set()]);
  expect(await readdir(folder)).toEqual(["000002.broken"]);
});

test("a break before the first picture and between pictures leaves nothing to read alone", async () => {
  new ReadingNote(folder, 0, "reading").end(true);
  const note = new ReadingNote(folder, 1, "reading");
  note.at(3);
  note.at(undefined);
  note.end(true);
  expect((await order(() => true)).said).toMatch(/^0: 1: /);
  expect(await readdir(folder)).toEqual([]);
});
