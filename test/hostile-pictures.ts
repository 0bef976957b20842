import fc from "fast-check";
import { expect } from "vitest";
import { InputError } from "../src/core/errors.ts";
import { MAX_PIXELS } from "../src/pictures/formats/decoder.ts";
import { readPicture } from "../src/pictures/formats/read-picture.ts";
import { pictureFiles } from "./golden/picture-files.ts";

/** Whatever is done to a picture file, a picture or an error of one line comes of it. */
export async function survives(file: Uint8Array): Promise<void> {
  try {
    const { width, height, data } = await readPicture(file, "a picture");
    expect(width * height).toBeLessThanOrEqual(MAX_PIXELS);
    expect(data.length).toBe(4 * width * height);
  } catch (error) {
    expect(error).toBeInstanceOf(InputError);
    expect((error as InputError).message).toMatch(/^a picture: [^\n]*$/);
  }
}

/** Cuts files of a format, changes some bytes, or takes some out, `runs` times. */
export async function damageAll(format: string, runs: number): Promise<void> {
  const files = [...pictureFiles].flatMap(([name, { file }]) => (name.startsWith(`${format}/`) ? [file] : []));
  const changes = fc.array(fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.nat({ max: 255 })), {
    minLength: 1,
    maxLength: 4,
  });
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...files), changes, fc.nat({ max: 2 }), async (file, places, kind) => {
      let damaged = file.slice();
      for (const [place, value] of places) {
        const at = Math.floor(place * damaged.length);
        if (kind === 0) damaged[at] = value;
        else if (kind === 1) damaged = damaged.slice(0, at);
        else damaged = Uint8Array.from([...damaged.subarray(0, at), ...damaged.subarray(at + value + 1)]);
      }
      await survives(damaged);
    }),
    { numRuns: runs },
  );
}
