import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { encode } from "fast-png";

/** A PNG of one grey, or of one colour; `mark` is the grey of its first pixel. */
export function pngBytes(
  { width = 4, height = 4, channels = 1 }: { width?: number; height?: number; channels?: 1 | 2 | 3 | 4 } = {},
  value: number | readonly number[] = 0,
  mark?: number,
): Uint8Array {
  const pixel = typeof value === "number" ? Array.from({ length: channels }, () => value) : value;
  const data = Uint8Array.from({ length: width * height * channels }, (_, i) => pixel[i % channels]!);
  if (mark !== undefined) data[0] = mark;
  return encode({ width, height, channels, data });
}

/** Writes files with the folders that they are in; returns the folder. */
export async function writeFiles(
  folder: string,
  files: Readonly<Record<string, Uint8Array | string>>,
): Promise<string> {
  await mkdir(folder, { recursive: true });
  for (const [name, content] of Object.entries(files)) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), content);
  }
  return folder;
}
