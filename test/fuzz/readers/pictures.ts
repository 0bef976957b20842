import { readSafetensors } from "../../../src/formats/safetensors.ts";
import { MAX_PIXELS } from "../../../src/pictures/formats/decoder.ts";
import { readPicture } from "../../../src/pictures/formats/read-picture.ts";
import { changedPng } from "../changes/packed.ts";
import type { Change } from "../draw.ts";
import { type Files, type FuzzReader, firstOf, stored } from "../reader.ts";

/** Files of a format from the golden pictures, the smallest first. */
function golden(format: string): Files[] {
  const { tensors } = readSafetensors(stored("test/golden/pictures.safetensors"));
  const files = [...tensors].filter(([name]) => name.startsWith(`${format}/`) && name.endsWith("/file"));
  return files
    .map(([, { data }]) => Uint8Array.from(data))
    .sort((a, b) => a.length - b.length)
    .map((file) => ({ [`picture.${format}`]: file }));
}

function pictures(format: string, inTest: number, changes: readonly Change[] = []): FuzzReader {
  return {
    seeds: () => golden(format),
    changes: () => changes,
    inTest,
    // 64 megapixels, and as many filtered bytes.
    memory: 1024,
    time: 5_000,
    async read(files) {
      const { width, height, data } = await readPicture(firstOf(files));
      if (!(width * height <= MAX_PIXELS) || data.length !== 4 * width * height)
        throw new Error(`a picture of ${width}x${height} has ${data.length} bytes`);
    },
  };
}

export const pictureReaders = {
  png: pictures("png", 4_000, [changedPng]),
  jpeg: pictures("jpeg", 500),
  webp: pictures("webp", 500),
  gif: pictures("gif", 5_000),
  bmp: pictures("bmp", 10_000),
};
