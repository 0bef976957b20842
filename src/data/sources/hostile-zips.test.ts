import { strToU8, zipSync } from "fflate";
import { expect, test } from "vitest";
import { pngBytes } from "../../../test/made-files.ts";
import { readZip } from "../../formats/zip.ts";
import { readData } from "../read-data.ts";
import { isInMemory } from "./files-in-memory.ts";

const read = (name: string, bytes: Uint8Array) =>
  readData([{ name, arrayBuffer: async () => Uint8Array.from(bytes).buffer }]);

const bytes = () => Uint8Array.of(0);
const pictures = { "a/1.png": pngBytes(), "a/2.png": pngBytes(), "b/1.png": pngBytes(), "b/2.png": pngBytes() };

test.each(["../../etc/a.png", "a/../../b.png", "a\\..\\..\\b.png", "a/./b.png", "a\0b.png"])(
  "a zip file with the path %j is refused",
  async (path) => {
    const zip = zipSync({ ...pictures, [path]: pngBytes() });
    await expect(read("set.zip", zip)).rejects.toThrow(/expected paths within the folder of the data, got/);
  },
);

test.each(["/etc/passwd.png", "C:\\a.png", "\\\\server\\share\\a.png"])(
  "the path %j of a zip file is a name in it, nothing else",
  async (path) => {
    const { notes } = await read("set.zip", zipSync({ ...pictures, [`a/${path}`]: pngBytes() }));
    expect(notes?.join()).not.toMatch(/Left out/);
  },
);

test("paths of thousands of folders, and files in more folders than any data set has, are refused at once", async () => {
  const start = performance.now();
  const deep = Object.fromEntries(Array.from({ length: 60 }, (_, i) => [`${i}/${"a/".repeat(32_000)}b.png`, bytes()]));
  await expect(read("set.zip", zipSync(deep, { level: 0 }))).rejects.toThrow(
    /^data: expected at most 64 names in a path, got 32002: "0\/a\/a.{0,200}$/,
  );
  const wide = Array.from({ length: 2_000 }, (_, i) => ({
    name: `${i}/${"a/".repeat(60)}b.png`,
    arrayBuffer: async () => new ArrayBuffer(1),
  }));
  await expect(readData(wide)).rejects.toThrow("data: expected at most 100000 folders, got more");
  expect(performance.now() - start).toBeLessThan(10_000);
  expect(isInMemory("files (in memory)")).toBe(false);
});

test("files of a zip file that share bytes are refused", () => {
  const zip = zipSync({ a: strToU8("abc".repeat(50)), b: strToU8("abd".repeat(50)) }, { level: 0 });
  expect(readZip(zip)).toHaveLength(2);
  // The second entry of the directory leads to the first file.
  const entry = [...zip.keys()].filter((i) => zip[i] === 0x50 && zip[i + 1] === 0x4b && zip[i + 2] === 1).at(-1)!;
  new DataView(zip.buffer, zip.byteOffset).setUint32(entry + 42, 0, true);
  expect(() => readZip(zip, "a.zip")).toThrow(
    /the zip file is damaged \("a" and "b" share bytes\); get the file again/,
  );
});

test("many folders with a file each are listed in time proportional to their number", async () => {
  const files = Array.from({ length: 20_000 }, (_, i) => ({
    name: `set/${i % 10_000}/${i}.png`,
    arrayBuffer: async () => Uint8Array.from([0]).buffer,
  }));
  const start = performance.now();
  await expect(readData(files)).rejects.toThrow(/expected PNG, JPEG, WebP, GIF or BMP/);
  expect(performance.now() - start).toBeLessThan(20_000);
});
