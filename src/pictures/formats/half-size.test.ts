import { deflateSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { crc32 } from "../../core/crc32.ts";
import { HalfSize, halved } from "./half-size.ts";
import { readPicture } from "./read-picture.ts";

const uint32 = (value: number) => [value >>> 24, value >>> 16, value >>> 8, value].map((byte) => byte & 255);

function chunk(type: string, data: Iterable<number>): number[] {
  const content = [...new TextEncoder().encode(type), ...data];
  return [...uint32(content.length - 4), ...content, ...uint32(crc32(Uint8Array.from(content)))];
}

/** A PNG file of 16-bit RGBA whose rows are all the same: white and transparent columns by turns. */
function striped(width: number, height: number, interlace: 0 | 1 = 0): Uint8Array {
  const rows = Buffer.alloc((1 + 8 * width) * height);
  for (let x = 0; x < width; x += 2) rows.fill(255, 1 + 8 * x, 1 + 8 * x + 8);
  for (let y = 1; y < height; y++) rows.copyWithin(y * (1 + 8 * width), 0, 1 + 8 * width);
  const header = [...uint32(width), ...uint32(height), 16, 6, 0, 0, interlace];
  const signature = [0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10];
  return Uint8Array.from([
    ...signature,
    ...chunk("IHDR", header),
    ...chunk("IDAT", deflateSync(rows)),
    ...chunk("IEND", []),
  ]);
}

describe("half the size", () => {
  test("means of 2x2 pixels, weighted by alpha; the last row and column count twice", () => {
    const pixels = [
      [[200, 0, 0, 255], [100, 0, 0, 255], [9, 9, 9, 0]],
      [[200, 0, 0, 255], [100, 0, 0, 255], [80, 0, 0, 100]],
      [[10, 20, 30, 255], [10, 20, 30, 255], [50, 60, 70, 40]],
    ]; // biome-ignore format: a row for each row
    const { width, height, data, unit } = halved({ width: 3, height: 3, data: Uint8Array.from(pixels.flat(2)) });
    expect([width, height, unit]).toEqual([2, 2, 2]);
    expect([...data]).toEqual([150, 0, 0, 255, 80, 0, 0, 50, 10, 20, 30, 255, 50, 60, 70, 40]);
  });

  test("rows that come one after another give the same", () => {
    const data = Uint8Array.from({ length: 4 * 5 * 4 }, (_, i) => (i * 73) % 256);
    const half = new HalfSize(5, 4);
    for (let y = 0; y < 4; y++) {
      half.row(y).rgba.set(data.subarray(20 * y, 20 * y + 20));
      half.finish(y);
    }
    expect(half.picture).toEqual(halved({ width: 5, height: 4, data }));
  });
});

describe("a large PNG file", () => {
  test("comes in half its size where that is enough, and takes no memory for its pixels", async () => {
    const file = striped(8192, 2049);
    const before = process.memoryUsage().arrayBuffers;
    const { width, height, unit, data } = await readPicture(file, "a.png", { longest: 4096 });
    expect([width, height, unit]).toEqual([4096, 1025, 2]);
    expect([...data.subarray(-4)]).toEqual([255, 255, 255, 128]);
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(100e6);
    const whole = await readPicture(file, "a.png", { longest: 4097 });
    expect([whole.width, whole.height, whole.unit]).toEqual([8192, 2049, undefined]);
    expect([...whole.data.subarray(-8)]).toEqual([255, 255, 255, 255, 0, 0, 0, 0]);
  });
});
