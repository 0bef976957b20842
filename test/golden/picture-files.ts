import { readFileSync } from "node:fs";
import { readSafetensors } from "../../src/formats/safetensors.ts";
import type { Picture } from "../../src/pictures/picture.ts";

const { tensors } = readSafetensors(readFileSync(new URL("pictures.safetensors", import.meta.url)), "pictures");

/** Picture files of every kind, such as "jpeg/grey", with what Pillow sees in them: see tools/golden/pictures.py. */
export const pictureFiles: ReadonlyMap<string, { file: Uint8Array; picture: Picture }> = new Map(
  [...tensors.keys()].flatMap((key) => {
    if (!key.endsWith("/file")) return [];
    const name = key.slice(0, -"/file".length);
    const { shape, data } = tensors.get(`${name}/pixels`)!;
    const [height, width] = shape;
    return [[name, { file: bytesOf(key), picture: { width, height, data: data as Uint8Array } }]];
  }),
);

/** A copy, which a test may change. */
export function pictureFile(name: string): Uint8Array {
  return bytesOf(`${name}/file`);
}

function bytesOf(key: string): Uint8Array {
  return Uint8Array.from(tensors.get(key)!.data);
}
