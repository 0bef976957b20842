/** Picture files of every kind, against the pixels that Pillow sees (tools/golden/pictures.py). */
import { describe, expect, test } from "vitest";
import { readPicture } from "../../src/pictures/formats/read-picture.ts";
import { pictureFiles } from "./picture-files.ts";

describe("every pixel is as Pillow sees it", () => {
  test.each([...pictureFiles])("%s", async (name, { file, picture }) => {
    const { width, height, data } = await readPicture(file, name);
    expect([width, height]).toEqual([picture.width, picture.height]);
    expect(seen(data)).toEqual(seen(picture.data));
  });

  test("108 kinds of files", () => expect(pictureFiles.size).toBe(108));
});

/** What has no opacity has no colour. */
function seen(rgba: Uint8Array | Uint8ClampedArray): number[] {
  return Array.from(rgba, (value, i) => (rgba[i | 3] === 0 ? 0 : value));
}
