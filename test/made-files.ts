import { Buffer } from "node:buffer";
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

/** An npy file of version 1, as NumPy writes it. */
export function npyBytes(
  shape: readonly number[],
  data: Uint8Array | Int32Array | Float32Array | Float64Array | readonly string[],
): Uint8Array {
  const [descr, bytes] = Array.isArray(data) ? textBytes(data) : numberBytes(data as Uint8Array);
  const tuple = `(${shape.join(", ")}${shape.length === 1 ? "," : ""})`;
  const header = new TextEncoder().encode(`{'descr': '${descr}', 'fortran_order': False, 'shape': ${tuple}, }\n`);
  const magic = [0x93, ...new TextEncoder().encode("NUMPY"), 1, 0, header.length & 255, header.length >> 8];
  return Uint8Array.from(Buffer.concat([Uint8Array.from(magic), header, bytes]));
}

function numberBytes(data: Uint8Array | Int32Array | Float32Array | Float64Array): [string, Uint8Array] {
  const kinds = { Uint8Array: "|u1", Int32Array: "<i4", Float32Array: "<f4", Float64Array: "<f8" };
  const kind = kinds[data.constructor.name as keyof typeof kinds];
  return [kind, new Uint8Array(data.buffer, data.byteOffset, data.byteLength)];
}

function textBytes(texts: readonly string[]): [string, Uint8Array] {
  const longest = Math.max(...texts.map((text) => text.length));
  const codes = texts.flatMap((text) => Array.from({ length: longest }, (_, i) => text.codePointAt(i) ?? 0));
  return [`<U${longest}`, new Uint8Array(Uint32Array.from(codes).buffer)];
}
