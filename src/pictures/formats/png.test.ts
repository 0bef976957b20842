import { deflateSync } from "node:zlib";
import { encode } from "fast-png";
import { describe, expect, test } from "vitest";
import { InputError } from "../../core/errors.ts";
import { greyOf } from "../grey.ts";
import { readPicture } from "./read-picture.ts";

function crc32(bytes: Uint8Array): number {
  let crc = -1;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return ~crc >>> 0;
}

function chunk(type: string, data: ArrayLike<number>): Buffer {
  const framed = Buffer.concat([Buffer.alloc(4), Buffer.from(type), Uint8Array.from(data), Buffer.alloc(4)]);
  framed.writeUInt32BE(data.length, 0);
  framed.writeUInt32BE(crc32(framed.subarray(4, -4)), framed.length - 4);
  return framed;
}

interface Parts {
  width: number;
  height: number;
  depth?: number;
  colour?: number;
  interlace?: number;
  /** Rows with their filter bytes. */
  pixels: ArrayLike<number>;
  before?: Buffer[];
}

function png({ width, height, depth = 8, colour = 0, interlace = 0, pixels, before = [] }: Parts): Uint8Array {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([depth, colour, 0, 0, interlace], 8);
  const data = chunk("IDAT", deflateSync(Uint8Array.from(pixels)));
  return framed(chunk("IHDR", header), ...before, data, chunk("IEND", []));
}

function framed(...chunks: Buffer[]): Uint8Array {
  return new Uint8Array(Buffer.concat([Buffer.from([0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10]), ...chunks]));
}

const palette = chunk("PLTE", [0, 0, 0, 255, 255, 255, 255, 0, 0]);

describe("reads", () => {
  test.each<[string, Uint8Array, number[]]>([
    ["grey of 8 bits", png({ width: 2, height: 1, pixels: [0, 51, 255] }), [0.2, 1]],
    [
      "grey of 1 bit",
      png({ width: 3, height: 2, depth: 1, pixels: [0, 0b10100000, 0, 0b01000000] }),
      [1, 0, 1, 0, 1, 0],
    ],
    ["grey of 2 bits", png({ width: 3, height: 1, depth: 2, pixels: [0, 0b01101100] }), [1 / 3, 2 / 3, 1]],
    ["grey of 4 bits", png({ width: 2, height: 1, depth: 4, pixels: [0, 0x3f] }), [0.2, 1]],
    [
      "grey of 4 bits in rows of several bytes",
      png({ width: 3, height: 3, depth: 4, pixels: [0, 0x03, 0x60, 0, 0x9c, 0xf0, 0, 0xc9, 0x60] }),
      [0, 0.2, 0.4, 0.6, 0.8, 1, 0.8, 0.6, 0.4],
    ],
    ["grey of 16 bits", png({ width: 1, height: 1, depth: 16, pixels: [0, 0x33, 0x33] }), [0.2]],
    ["grey with alpha", png({ width: 2, height: 1, colour: 4, pixels: [0, 0, 0, 102, 51] }), [1, 0.88]],
    ["RGB", png({ width: 1, height: 1, colour: 2, pixels: [0, 255, 0, 0] }), [0.299]],
    [
      "RGB of several rows",
      png({ width: 2, height: 2, colour: 2, pixels: [0, 255, 0, 0, 0, 255, 0, 0, 0, 0, 255, 255, 255, 255] }),
      [0.299, 0.587, 0.114, 1],
    ],
    [
      "RGB with the palette that old displays may use",
      png({ width: 1, height: 1, colour: 2, before: [palette], pixels: [0, 0, 255, 0] }),
      [0.587],
    ],
    ["RGB of 16 bits", png({ width: 1, height: 1, colour: 2, depth: 16, pixels: [0, 0, 0, 255, 255, 0, 0] }), [0.587]],
    ["RGB with alpha", png({ width: 1, height: 1, colour: 6, pixels: [0, 0, 0, 255, 51] }), [1 - 0.2 * (1 - 0.114)]],
    ["palette", png({ width: 2, height: 1, colour: 3, before: [palette], pixels: [0, 1, 2] }), [1, 0.299]],
    [
      "palette of several rows",
      png({ width: 1, height: 3, colour: 3, before: [palette], pixels: [0, 2, 0, 1, 0, 0] }),
      [0.299, 1, 0],
    ],
    [
      "palette of 2 bits",
      png({ width: 2, height: 1, colour: 3, depth: 2, before: [palette], pixels: [0, 0b01100000] }),
      [1, 0.299],
    ],
    [
      "palette with alpha",
      png({ width: 1, height: 1, colour: 3, before: [palette, chunk("tRNS", [0])], pixels: [0, 0] }),
      [1],
    ],
    ["a transparent grey", png({ width: 2, height: 1, before: [chunk("tRNS", [0, 7])], pixels: [0, 7, 0] }), [1, 0]],
    [
      "a transparent RGB",
      png({
        width: 5,
        height: 1,
        colour: 2,
        before: [chunk("tRNS", [0, 5, 0, 5, 0, 5])],
        pixels: [0, ...[5, 5, 5], ...[0, 5, 5], ...[5, 0, 5], ...[5, 5, 0], ...[255, 255, 255]],
      }),
      [1, (5 * 0.701) / 255, (5 * 0.413) / 255, (5 * 0.886) / 255, 1],
    ],
    [
      "the still picture of an animation",
      png({ width: 1, height: 1, before: [chunk("acTL", [0, 0, 0, 1, 0, 0, 0, 0])], pixels: [0, 51] }),
      [0.2],
    ],
    [
      "a picture with a damaged colour profile",
      png({ width: 1, height: 1, before: [chunk("iCCP", [65, 0, 0, 9])], pixels: [0, 51] }),
      [0.2],
    ],
  ])("%s", async (_, file, greys) => {
    const { data } = greyOf(await readPicture(file));
    expect(data).toHaveLength(greys.length);
    data.forEach((grey, i) => {
      expect(grey).toBeCloseTo(greys[i], 6);
    });
  });

  // Of narrow and low pictures some of the seven passes are empty.
  test.each([1, 2, 3, 4, 5, 6, 7, 8, 9])("interlaced, %i wide and of any height", async (width) => {
    for (let height = 1; height <= 9; height++) {
      const data = Uint8Array.from({ length: width * height }, (_, i) => 3 * i);
      const grey = greyOf(await readPicture(encode({ width, height, channels: 1, data }, { interlace: "Adam7" })));
      expect([grey.rows, grey.columns]).toEqual([height, width]);
      expect(Uint8Array.from(grey.data, (value) => Math.round(255 * value))).toEqual(data);
    }
  });

  test("pictures that unpack to several parts", async () => {
    const data = Uint8Array.from({ length: 500 * 500 }, (_, i) => (i * i) % 256);
    const grey = greyOf(await readPicture(encode({ width: 500, height: 500, channels: 1, data })));
    // Compared at once: the difference of two long lists takes minutes to print.
    expect(
      Buffer.compare(
        Uint8Array.from(grey.data, (value) => Math.round(255 * value)),
        data,
      ),
    ).toBe(0);
  });
});

test("a file of a hundred thousand chunks is read in a moment", async () => {
  // Lists that are copied for each chunk took 11 seconds for 20,000.
  const before = new Array<Buffer>(100_000).fill(chunk("IDAT", []));
  expect((await readPicture(png({ width: 1, height: 1, before, pixels: [0, 51] }))).data).toEqual(
    Uint8Array.of(51, 51, 51, 255),
  );
});

describe("refuses", () => {
  const good = png({ width: 2, height: 2, pixels: [0, 1, 2, 0, 3, 4] });
  const bomb = png({ width: 1, height: 1, pixels: new Uint8Array(1e6) });
  test.each<[string, Uint8Array, RegExp]>([
    ["another signature", good.map((byte, i) => (i === 2 ? 0 : byte)), /expected PNG, JPEG, .* got other data/],
    ["a cut file", good.subarray(0, -1), /the PNG file is cut or damaged \(no end\); save it again/],
    [
      "an end that is longer than the file",
      good.map((byte, i) => (i === good.length - 9 ? 9 : byte)),
      /is cut or damaged/,
    ],
    ["a short header", framed(chunk("IHDR", new Uint8Array(12)), chunk("IEND", [])), /is cut or damaged/],
    ["another chunk for the header", framed(chunk("PLTE", new Uint8Array(13)), chunk("IEND", [])), /is cut or damaged/],
    [
      "a huge picture",
      png({ width: 60_000, height: 60_000, pixels: [] }),
      /1 to 67108864 pixels, got 60000x60000; shrink/,
    ],
    [
      "the largest picture without pixels",
      png({ width: 8192, height: 8192, pixels: [] }),
      /damaged \(its pixels are not there\)/,
    ],
    ["an empty picture", png({ width: 0, height: 5, pixels: [] }), /pixels, got 0x5/],
    ["empty columns", png({ width: 5, height: 0, pixels: [] }), /pixels, got 5x0/],
    ["an unknown colour type", png({ width: 1, height: 1, colour: 5, pixels: [0, 0] }), /no colour type 5 with 8 bits/],
    [
      "an impossible depth",
      png({ width: 1, height: 1, colour: 2, depth: 4, pixels: [0, 0] }),
      /colour type 2 with 4 bits/,
    ],
    ["too few pixels", png({ width: 2, height: 2, pixels: [0, 1, 2] }), /damaged \(3 bytes of pixels instead of 6\)/],
    ["a bomb", bomb, /damaged \(its pixels cannot be unpacked\)/],
    ["a wrong filter", png({ width: 1, height: 1, pixels: [9, 0] }), /damaged \(unknown filter 9\)/],
    [
      "a palette twice",
      png({ width: 1, height: 1, colour: 3, before: [palette, palette], pixels: [0, 0] }),
      /one palette/,
    ],
    ["no palette", png({ width: 1, height: 1, colour: 3, pixels: [0, 0] }), /expected one palette, got 0/],
    [
      "a colour beyond the palette",
      png({ width: 1, height: 1, colour: 3, before: [chunk("PLTE", [0, 0, 0])], pixels: [0, 1] }),
      /^a\.png: a pixel's colour is not in the palette; save it again$/,
    ],
    [
      "a wrong checksum",
      good.map((byte, i) => (i === good.length - 14 ? byte ^ 1 : byte)),
      /damaged \(wrong checksum of IDAT\)/,
    ],
  ])("%s", async (_, file, message) => {
    await expect(readPicture(file, "a.png")).rejects.toThrow(InputError);
    await expect(readPicture(file, "a.png")).rejects.toThrow(/^a\.png: [^\n]*$/);
    await expect(readPicture(file, "a.png")).rejects.toThrow(message);
  });

  test("a decompression bomb before all of it is unpacked", async () => {
    // 64 MB from 64 KB.
    const large = png({ width: 1, height: 1, pixels: new Uint8Array(2 ** 26) });
    const before = process.memoryUsage().rss;
    await expect(readPicture(large)).rejects.toThrow(/cannot be unpacked/);
    expect(process.memoryUsage().rss - before).toBeLessThan(2 ** 25);
  });
});
