import { jsonFrom } from "../core/json.ts";
import { readZip } from "../formats/zip.ts";
import type { GivenFile } from "./given-file.ts";

/** What a file looks like, before its format is known. */
export interface Look {
  readonly name: string;
  readonly bytes: Uint8Array;
  /** The names of the files in a zip file; undefined for any other file. */
  readonly zipped: readonly string[] | undefined;
  /** The content of a JSON file; undefined for any other file. */
  readonly json: unknown;
}

export function lookOf({ name, bytes }: Pick<GivenFile, "name" | "bytes">): Look {
  return { name, bytes, zipped: zippedIn(bytes), json: jsonIn(bytes) };
}

function zippedIn(bytes: Uint8Array): string[] | undefined {
  if (!startsWith(bytes, "PK\x03\x04")) return undefined;
  try {
    return readZip(bytes).map(({ name }) => name);
  } catch {
    return undefined; // a damaged one: its format says how, when its name tells the format
  }
}

function jsonIn(bytes: Uint8Array): unknown {
  const first = bytes.find((byte) => !" \t\r\n\u00EF\u00BB\u00BF".includes(String.fromCharCode(byte)));
  if (first !== 0x7b && first !== 0x5b) return undefined;
  try {
    return jsonFrom(bytes, "file");
  } catch {
    return undefined; // its format says what is wrong, when its name tells the format
  }
}

/** Whether a file starts with characters, each a byte. */
export function startsWith(bytes: Uint8Array, text: string): boolean {
  return bytes.length >= text.length && [...text].every((character, i) => bytes[i] === character.charCodeAt(0));
}

/** Whether a JSON object has one of these keys. */
export function hasKey(json: unknown, ...keys: readonly string[]): boolean {
  return typeof json === "object" && json !== null && keys.some((key) => Object.hasOwn(json, key));
}

/**
 * The header of a safetensors file: a JSON object, with its length in 8 bytes before it; undefined for other files, also
 * for one whose header cannot be read.
 */
export function safetensorsHeader({ bytes }: Look): object | undefined {
  if (bytes.length < 10 || bytes[8] !== 0x7b) return undefined;
  const length = new DataView(bytes.buffer, bytes.byteOffset, 8).getBigUint64(0, true);
  return length <= bytes.length - 8 ? (jsonIn(bytes.subarray(8, 8 + Number(length))) as object | undefined) : undefined;
}

/**
 * The fields of a protobuf message at its top level, by number, where the whole file is such a message; undefined for
 * other files. https://protobuf.dev/programming-guides/encoding/
 */
export function protobufFields({ bytes }: Look): Set<number> | undefined {
  const fields = new Set<number>();
  let at = 0;
  const varint = (): number => {
    let value = 0;
    for (let shift = 0; shift < 70; shift += 7) {
      const byte = bytes[at++] ?? Number.NaN;
      value += (byte & 127) * 2 ** shift;
      if (byte < 128) return value;
    }
    return Number.NaN;
  };
  const sizes: Readonly<Record<number, () => number>> = {
    0: () => (Number.isNaN(varint()) ? Number.NaN : 0),
    1: () => 8,
    2: varint,
    5: () => 4,
  };
  while (at < bytes.length) {
    const tag = varint();
    const size = sizes[tag % 8]?.() ?? Number.NaN;
    if (tag < 8 || !(at + size <= bytes.length)) return undefined;
    at += size;
    fields.add(Math.floor(tag / 8));
  }
  return fields;
}
