import { describe, expect, test } from "vitest";
import { pictureFile, pictureFiles } from "../../../test/golden/picture-files.ts";
import { damageAll, survives } from "../../../test/hostile-pictures.ts";
import { InputError } from "../../core/errors.ts";
import { readPicture } from "./read-picture.ts";

const ascii = (text: string) => Uint8Array.from(text, (character) => character.charCodeAt(0));

describe("says what another file is", () => {
  test.each([
    ["", "an empty file; save the picture again"],
    ["II*\0\x08\0\0\0", "a TIFF file; export it as PNG"],
    ["MM\0*\0\0\0\x08", "a TIFF file; export it as PNG"],
    ["\0\0\0\x18ftypheic\0\0\0\0", "a HEIC file; export it as JPEG"],
    ["\0\0\0\x18ftypmif1\0\0\0\0", "a HEIC file; export it as JPEG"],
    ["\0\0\0\x18ftypavif\0\0\0\0", "an AVIF file; export it as JPEG"],
    ["\0\0\0\x18ftypisom\0\0\0\0", "other data; save the picture as PNG"],
    ["%PDF-1.7\n", "a PDF file; export the page as PNG"],
    ["<svg xmlns='http://www.w3.org/2000/svg'/>", "an SVG file; export it as PNG"],
    ["\ufeff<?xml version='1.0'?>\n<!-- a --><svg>", "an SVG file; export it as PNG"],
    ["<?xml version='1.0'?><note/>", "other data; save the picture as PNG"],
    ["<!DOCTYPE html><title>Not found</title>", "a web page; save the picture itself"],
    ["\xff\x0a\xfa", "a JPEG XL file; export it as PNG"],
    ["P5 28 28 255\n", "a Netpbm file; export it as PNG"],
    ["\0\0\x01\0\x01\0", "an icon file; export it as PNG"],
    ["a digit", "other data; save the picture as PNG"],
    ["RIFF\x10\0\0\0WAVEfmt ", "other data; save the picture as PNG"],
  ])("%j", async (text, what) => {
    const file = text.startsWith("\ufeff") ? new TextEncoder().encode(text) : ascii(text);
    const error = await readPicture(file, "a.png").catch((error: unknown) => error);
    expect(error).toBeInstanceOf(InputError);
    expect((error as InputError).message).toBe(`a.png: expected PNG, JPEG, WebP, GIF or BMP, got ${what}`);
  });
});

describe("longest", () => {
  // 37 x 22 pixels.
  test.each([
    [1, [5, 3]],
    [5, [5, 3]],
    [6, [10, 6]],
    [28, [28, 17]],
    [36, [37, 22]],
    [37, [37, 22]],
    [1000, [37, 22]],
  ])("of a JPEG picture, %i: the smallest that is large enough, in eighths", async (longest, size) => {
    const { width, height } = await readPicture(pictureFile("jpeg/4:2:0"), "a.jpg", { longest });
    expect([width, height]).toEqual(size);
  });

  test("a shrunk picture shows the same", async () => {
    const { file, picture } = pictureFiles.get("jpeg/4:4:4")!;
    const half = await readPicture(file, "a.jpg", { longest: 19 });
    expect([half.width, half.height]).toEqual([19, 11]);
    let sum = 0;
    for (let y = 0; y < 11; y++) {
      for (let x = 0; x < 18; x++) {
        const at = (dx: number, dy: number) => picture.data[4 * ((2 * y + dy) * 37 + 2 * x + dx)];
        const mean = (at(0, 0) + at(1, 0) + at(0, 1) + at(1, 1)) / 4;
        sum += Math.abs(mean - half.data[4 * (19 * y + x)]);
      }
    }
    expect(sum / (18 * 11)).toBeLessThan(2);
  });

  test("a turned picture is shrunk too", async () => {
    const { width, height, unit } = await readPicture(pictureFile("jpeg/orientation 6"), "a.jpg", { longest: 8 });
    expect(Math.max(width, height) * unit!).toBeGreaterThan(Math.max(width, height));
    expect([width, height]).toEqual([4, 8]);
  });

  test("other formats keep their pixels", async () => {
    for (const name of ["png/grey, 8 bits", "webp/lossy", "gif/animated", "bmp/24 bits"]) {
      const { file, picture } = pictureFiles.get(name)!;
      const { width, height } = await readPicture(file, name, { longest: 1 });
      expect([width, height]).toEqual([picture.width, picture.height]);
    }
  });

  test("must be a whole number", () =>
    expect(readPicture(pictureFile("jpeg/grey"), "a.jpg", { longest: 0.5 })).rejects.toThrow(
      /^readPicture longest: expected a whole number of at least 1, got 0.5$/,
    ));
});

describe("damaged files", () => {
  test("cut at any place", { timeout: 60_000 }, async () => {
    for (const name of ["png/RGB, 8 bits, interlaced", "jpeg/progressive", "webp/lossy with alpha", "gif/interlaced"]) {
      const file = pictureFile(name);
      // Without its last byte, which says that nothing follows, a GIF file still has the whole picture.
      for (let size = 0; size < file.length - 1; size += 3) {
        await expect(readPicture(file.subarray(0, size), name)).rejects.toThrow(InputError);
      }
    }
  });

  test.each(["png", "jpeg", "webp", "gif", "bmp"])("of %s are refused in one line or read", (format) =>
    damageAll(format, 150),
  );

  test("a file's kind alone", async () => {
    for (const start of ["\x89PNG\r\n\x1a\n", "\xff\xd8\xff", "RIFF\0\0\0\0WEBP", "GIF89a", "BM"]) {
      const file = ascii(start);
      await survives(file);
      await expect(readPicture(file, "a")).rejects.toThrow(/^a: the \w+ file is cut or damaged \(no [a-z]+\); save it/);
    }
  });
});

test("pictures are read at the same time", async () => {
  const names = [...pictureFiles.keys()].filter((name) => /^(jpeg|webp)/.test(name));
  const twice = [...names, ...names];
  const read = await Promise.all(twice.map((name) => readPicture(pictureFile(name), name)));
  read.forEach(({ width, height }, i) => {
    const { picture } = pictureFiles.get(twice[i])!;
    expect([width, height]).toEqual([picture.width, picture.height]);
  });
});

test.each([undefined, "seven.png", [137, 80], new ArrayBuffer(8), {}])("%s are no bytes of a file", async (given) => {
  await expect(readPicture(given as never, "it")).rejects.toThrow(
    /^it: expected the bytes of a picture file in a Uint8Array, got /,
  );
});
