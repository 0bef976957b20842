import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { idxBytes } from "../../test/idx-bytes.ts";
import { crc32 } from "../core/crc32.ts";
import { InputError } from "../core/errors.ts";
import { idxSize, parseIdx, unpacked } from "./idx.ts";

describe("refuses", () => {
  const good = idxBytes([2, 3], [1, 2, 3, 4, 5, 6]);
  const changed = (index: number, value: number) => good.map((byte, at) => (at === index ? value : byte));
  const huge = new Uint8Array([0, 0, 8, 3, ...Array(12).fill(255)]);
  test.each<[string, Uint8Array, RegExp]>([
    ["nothing", new Uint8Array(), /expected an IDX file, got 0 bytes/],
    ["another magic number", changed(0, 0x89), /starts with the bytes 00 00 08, got 89 00 08 02/],
    ["a second byte that is not zero", changed(1, 3), /starts with the bytes 00 00 08, got 00 03 08 02/],
    ["an unknown type", changed(2, 10), /expected numbers of an IDX type \(8, 9 or 11 to 14\), got type 10/],
    ["floats that are cut", changed(2, 13), /expected 24 bytes for \[2, 3\], got 6: the file is cut/],
    ["no dimension", new Uint8Array([0, 0, 8, 0]), /at least one dimension/],
    ["a cut header", good.subarray(0, 11), /cut within its 2 dimensions/],
    ["cut data", good.subarray(0, -1), /expected 6 bytes for \[2, 3\], got 5: the file is cut/],
    ["bytes after the data", new Uint8Array([...good, 0]), /got 7: the file is followed by other bytes/],
    ["no data for four dimensions", idxBytes([1, 2, 3, 4], []), /expected 24 bytes for \[1, 2, 3, 4\], got 0/],
    ["no data for five dimensions", idxBytes([1, 2, 3, 4, 5], []), /expected 120 bytes for 5 dimensions, got 0/],
    ["absurd sizes", huge, /got 0: the file is cut/],
  ])("%s", (_, bytes, message) => {
    expect(() => parseIdx(bytes, "a-file")).toThrow(InputError);
    expect(() => parseIdx(bytes, "a-file")).toThrow(/^a-file: /);
    expect(() => parseIdx(bytes, "a-file")).toThrow(message);
  });

  test("damaged gzip", async () => {
    const packed = new Uint8Array(gzipSync(good)).subarray(0, -9);
    const result = unpacked(packed, "a-file");
    await expect(result).rejects.toThrow(/^a-file: its gzip data cannot be unpacked \(.*\)/);
    await expect(result).rejects.toThrow(InputError);
    await expect(result).rejects.toHaveProperty("cause", expect.any(Error));
  });
});

test("bytes without the magic number of gzip are returned unchanged", async () => {
  for (const bytes of [Uint8Array.of(0x1f, 0, 0), Uint8Array.of(0, 0x8b, 0), new Uint8Array()]) {
    expect(await unpacked(bytes, "a-file")).toBe(bytes);
  }
});

test("the announced size of a gzip file is found behind a header of any length", async () => {
  const bytes = idxBytes([2, 3], [1, 2, 3, 4, 5, 6]);
  const [EXTRA, NAME, COMMENT, CHECKED] = [4, 8, 16, 2];
  const text = [...new Uint8Array(5_000).fill(97), 0];
  const checked = (header: readonly number[]) => crc32(Uint8Array.from(header)) & 0xffff;
  for (const flags of [0, EXTRA, NAME, COMMENT, EXTRA | NAME | COMMENT, CHECKED | NAME]) {
    const packed = gzipSync(bytes);
    const header = [...packed.subarray(0, 3), flags, ...packed.subarray(4, 10)];
    if (flags & EXTRA) header.push(5_000 & 255, 5_000 >> 8, ...text.slice(1));
    if (flags & NAME) header.push(...text);
    if (flags & COMMENT) header.push(...text);
    if (flags & CHECKED) header.push(checked(header) & 255, checked(header) >> 8);
    const file = Uint8Array.from([...header, ...packed.subarray(10)]);
    const sizes: (number | undefined)[] = [];
    const announcedSize = (start: Uint8Array, name: string) => {
      sizes.push(idxSize(start, name));
      return sizes[0];
    };
    expect(await unpacked(file, "a-file", { announcedSize }), `flags ${flags}`).toEqual(bytes);
    expect(sizes).toEqual([bytes.length]);
  }
});

const files = fc.array(fc.nat({ max: 5 }), { minLength: 1, maxLength: 4 }).chain((shape) => {
  const length = shape.reduce((a, b) => a * b, 1);
  return fc.record({ shape: fc.constant(shape), data: fc.uint8Array({ minLength: length, maxLength: length }) });
});

test("reads what was written, plain and gzip", () =>
  fc.assert(
    fc.asyncProperty(files, async ({ shape, data }) => {
      const bytes = idxBytes(shape, data);
      expect(parseIdx(bytes)).toEqual({ shape, data });
      const fromGzip = parseIdx(await unpacked(new Uint8Array(gzipSync(bytes)), "a-file"));
      expect(fromGzip).toEqual({ shape, data });
    }),
  ));

test("a cut or changed file is read or refused with an InputError", () =>
  fc.assert(
    fc.property(files, fc.nat(), fc.nat(), fc.nat({ max: 255 }), ({ shape, data }, cut, at, value) => {
      const bytes = idxBytes(shape, data);
      expect(() => parseIdx(bytes.subarray(0, cut % bytes.length))).toThrow(InputError);
      bytes[at % (4 + 4 * shape.length)] = value;
      try {
        parseIdx(bytes);
      } catch (error) {
        expect(error).toBeInstanceOf(InputError);
      }
    }),
  ));
