import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { zipSync } from "fflate";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { pngBytes, writeFiles } from "../../test/made-files.ts";
import { readData } from "./read-data.ts";
import { isInMemory } from "./sources/files-in-memory.ts";

let root: string;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "lenet5-memory-"));
});
afterAll(() => rm(root, { recursive: true }));

const text = (content: string) => new TextEncoder().encode(content);
const file = (name: string, content: Uint8Array) => new File([new Uint8Array(content)], name);
const pictures = (prefix: string) =>
  Object.fromEntries(
    ["train/a", "train/b", "test/a", "test/b"].flatMap((folder, k) =>
      [0, 1, 2].map((i) => [`${prefix}${folder}/${i}.png`, pngBytes({ width: 3, height: 2 }, 0, 10 * k + i)]),
    ),
  );
const table = (labels: readonly number[]) =>
  text(`label,p0,p1,p2,p3\n${labels.map((label, i) => `${label},0,${i},200,255`).join("\n")}\n`);

describe("readData of files in memory", () => {
  it.each([
    ["pictures in folders", pictures("")],
    ["a table", { "train.csv": table([0, 1, 1, 0]), "test.csv": table([1, 0]) }],
    ["one table", { "numbers.csv": table([0, 1, 1, 0, 1, 0]) }],
  ])("is as that of a folder: %s", async (_, files) => {
    const folder = await writeFiles(join(root, String(Math.random())), files);
    const fromDisk = await readData(folder);
    const fromMemory = await readData(Object.entries(files).map(([name, content]) => file(name, content)));
    expect(fromMemory).toEqual({ ...fromDisk, source: fromMemory.source });
    expect(fromMemory.source).toContain("files (in memory)");
  });

  it("takes the name of the folder that all are in, from a chosen folder too", async () => {
    const named = Object.entries(pictures("mine/")).map(([name, content]) => file(name, content));
    expect((await readData(named)).source).toBe("pictures in mine (in memory)");
    const chosen = Object.entries(pictures("mine/")).map(([path, content]) => ({
      name: path.split("/").at(-1)!,
      webkitRelativePath: path,
      arrayBuffer: async () => Uint8Array.from(content).buffer,
    }));
    expect((await readData(chosen)).train.names).toEqual((await readData(named)).train.names);
  });

  it("unpacks a zip file", async () => {
    const zipped = zipSync(pictures("mine/"));
    const { source, train } = await readData([file("mine.zip", zipped)]);
    expect([source, train.labels.length]).toEqual(["pictures in mine (in memory)", 6]);
    await expect(readData([file("mine.zip", zipped.subarray(9))])).rejects.toThrow("mine.zip: the zip file is damaged");
  });

  it("unpacks a zip file whose paths have backslashes, as some programs on Windows write them", async () => {
    const entries = Object.entries(pictures("mine/")).map(([name, content]) => [name.replaceAll("/", "\\"), content]);
    const folder = ["mine\\train\\", new Uint8Array()];
    const { train } = await readData([file("mine.zip", zipSync(Object.fromEntries([folder, ...entries])))]);
    expect(train.names?.toSorted()).toEqual(Object.keys(pictures("")).filter((name) => name.startsWith("train/")));
  });

  it("refuses two files of one path: one would hide the other", async () => {
    const png = pngBytes({ width: 3, height: 2 }, 0, 0);
    const twice = ["a/1.png", "b/1.png", "a/1.png"].map((name) => file(name, png));
    await expect(readData(twice)).rejects.toThrow('data: expected each file once, got two with the path "a/1.png"');
    expect(isInMemory("files (in memory)")).toBe(false);
  });

  it("keeps two readings apart, and nothing afterwards", async () => {
    const [one, two] = [
      pictures("mine/"),
      { ...pictures("mine/"), "mine/train/c/0.png": pngBytes({ width: 3, height: 2 }, 0, 9) },
    ];
    const read = (files: Record<string, Uint8Array>) =>
      readData(Object.entries(files).map(([name, content]) => file(name, content)));
    const [first, second] = await Promise.all([read(one), read(two)]);
    expect([first.train.classNames.length, second.train.classNames.length]).toEqual([2, 3]);
    expect(isInMemory("mine (in memory)/train")).toBe(false);
  });

  it("refuses no files, what is no file, and files that are no data, in one line", async () => {
    await expect(readData([])).rejects.toThrow("data: expected at least one file, got none");
    await expect(readData([{ name: "a" } as never])).rejects.toThrow("data: expected files { name, arrayBuffer }, got");
    await expect(readData(5 as never)).rejects.toThrow("readData: expected a path, or a list of files, got 5");
    const notes = [file("notes/a.txt", text("hello")), file("notes/b.txt", text("world"))];
    await expect(readData(notes)).rejects.toThrow(
      /^data "notes \(in memory\)": expected .*pictures in folders by class.*; got "a.txt", "b.txt"$/,
    );
    expect(isInMemory("notes (in memory)")).toBe(false);
  });
});
