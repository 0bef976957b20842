/** Pictures for `lenet5 predict --bulk`. */
import { mkdir, mkdtemp, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { encode } from "fast-png";
import { smallDigits, writePng } from "./lenet5-command.ts";

/** Pictures of {@link writeScans} that hold one digit. */
export const many = 60;

/**
 * Writes a folder of pictures with names of all kinds: many of one digit, one of two digits, one of none, one that is
 * damaged and one that is empty. Returns their paths in natural order.
 */
export async function writeScans(folder: string): Promise<string[]> {
  const inFolders = ["page 2", "page 10"].flatMap((page, k) =>
    Array.from({ length: many / 2 }, (_, i) => ({ file: `${page}/${i}.png`, digit: 30 * k + i })),
  );
  for (const page of ["page 2", "page 10"]) await mkdir(join(folder, page), { recursive: true });
  for (const { file, digit } of inFolders) await writePng(join(folder, file), digit);
  const names = ['a "quoted", name.png', "line\nfeed.png", "\u00fcber \u6570\u5b57.png"];
  for (const [i, name] of names.entries()) await writePng(join(folder, name), i);
  await writeFile(join(folder, "two.png"), sideBySide([0, 1]));
  const blank = new Uint8Array(2500).fill(200);
  await writeFile(join(folder, "blank.png"), encode({ width: 50, height: 50, channels: 1, depth: 8, data: blank }));
  await writeFile(join(folder, "damaged.jpg"), "no picture");
  await writeFile(join(folder, "empty.png"), "");
  return [
    ...[names[0]!, "blank.png", "damaged.jpg", "empty.png", names[1]!],
    ...inFolders.map(({ file }) => file),
    ...["two.png", names[2]!],
  ];
}

/** Writes a folder of twenty pictures and a list of them, in a folder of their own; `out` is for the answers. */
export async function writePhotos(
  scratch: string,
): Promise<{ readonly photos: string; readonly list: string; readonly out: string }> {
  const folder = await mkdtemp(join(scratch, "photos-"));
  const photos = join(folder, "photos");
  await mkdir(photos);
  for (let i = 0; i < 20; i++) await writePng(join(photos, `${i}.png`), i);
  const list = join(folder, "list.txt");
  await writeFile(list, Array.from({ length: 20 }, (_, i) => `photos/${i}.png\n`).join(""));
  return { photos, list, out: join(folder, "answers.csv") };
}

/** A picture of digits side by side, black on white. */
function sideBySide(digits: readonly number[]): Uint8Array {
  const [width, height] = [100 * digits.length, 110];
  const data = new Uint8Array(width * height).fill(255);
  digits.forEach((digit, place) => {
    for (let y = 0; y < 96; y++)
      for (let x = 0; x < 96; x++)
        data[width * (y + 7) + 100 * place + x] =
          255 - smallDigits.test.images.data[1024 * digit + 32 * Math.floor(y / 3) + Math.floor(x / 3)]!;
  });
  return encode({ width, height, channels: 1, depth: 8, data });
}
