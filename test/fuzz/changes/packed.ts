/** Changes of what is packed in a file, whose checksums and sizes are right again. */
import { deflateSync, gunzipSync, gzipSync, inflateSync } from "node:zlib";
import { strFromU8, unzipSync, zipSync } from "fflate";
import { crc32 } from "../../../src/core/crc32.ts";
import { type Change, type Draw, joined } from "../draw.ts";
import { changedBytes, edge } from "./bytes.ts";

/** Files are made of seeds of less than 100 KB: more comes of sizes that were changed. */
const LARGEST = 2 ** 20;
const MOST = 1000;

/** Where a file cannot be unpacked, its bytes are changed. */
function orBytes(change: Change): Change {
  return (bytes, draw) => {
    try {
      return change(bytes, draw);
    } catch {
      return changedBytes(bytes, draw);
    }
  };
}

/** Changes the content of a gzip file. */
export function inGzip(inner: Change): Change {
  return orBytes((bytes, draw) => {
    const made = inner(new Uint8Array(gunzipSync(bytes, { maxOutputLength: LARGEST })), draw);
    return new Uint8Array(gzipSync(made, { level: draw.pick([0, 1, 9]) }));
  });
}

/** Changes a file of a zip file, or the names and the number of its files. */
export function inZip(innerOf: (name: string) => Change): Change {
  return orBytes((bytes, draw) => {
    // A directory that was changed before may say any size, and any number of files.
    let entries = 0;
    const files: Record<string, Uint8Array> = unzipSync(bytes, {
      filter({ originalSize }) {
        if (++entries > MOST) throw new Error("too many files");
        return originalSize < LARGEST;
      },
    });
    const names = Object.keys(files);
    const name = draw.pick(names);
    const kind = draw.below(16);
    if (kind === 0) delete files[name];
    else if (kind === 1) files[`${draw.pick(["", "a/", "../", "/", "C:\\", "a\0"])}${name}`] = files[name]!;
    else if (kind === 2) files[name] = files[draw.pick(names)]!;
    else if (kind === 3) files[name] = new Uint8Array(draw.pick([0, 1, 100_000]));
    else files[name] = innerOf(name)(files[name]!, draw);
    return zipSync(files, { level: draw.pick([0, 0, 0, 1]) });
  });
}

/** Fields of a zip file's directory and of the headers in front of its files: offsets and sizes in bytes. */
const zipFields: Readonly<Record<string, readonly (readonly [offset: number, size: 2 | 4])[]>> = {
  "PK\x01\x02": [[4, 2], [6, 2], [8, 2], [10, 2], [16, 4], [20, 4], [24, 4], [28, 2], [30, 2], [32, 2], [34, 2], [38, 4], [42, 4]], // biome-ignore format: a row for each record
  "PK\x03\x04": [[6, 2], [8, 2], [14, 4], [18, 4], [22, 4], [26, 2], [28, 2]], // biome-ignore format: a row for each record
  "PK\x05\x06": [
    [4, 2],
    [8, 2],
    [10, 2],
    [12, 4],
    [16, 4],
    [20, 2],
  ],
};

/** Changes fields of a zip file's records. */
export const changedRecords: Change = (bytes, draw) => {
  const records: number[] = [];
  for (let at = bytes.indexOf(0x50); at >= 0 && at + 22 <= bytes.length; at = bytes.indexOf(0x50, at + 1))
    if (Object.hasOwn(zipFields, signature(bytes, at))) records.push(at);
  if (records.length === 0) return changedBytes(bytes, draw);
  const made = bytes.slice();
  const view = new DataView(made.buffer);
  for (let left = 1 + draw.below(2); left > 0; left--) {
    const at = draw.pick(records);
    const [offset, size] = draw.pick(zipFields[signature(bytes, at)]!);
    if (at + offset + size > made.length) continue;
    const old = size === 4 ? view.getUint32(at + offset, true) : view.getUint16(at + offset, true);
    const value = draw.pick([edge(draw), old + 1, Math.max(0, old - 1), draw.pick(records), bytes.length, 0xffffffff]);
    if (size === 4) view.setUint32(at + offset, value % 2 ** 32, true);
    else view.setUint16(at + offset, value % 65536, true);
  }
  return made;
};

function signature(bytes: Uint8Array, at: number): string {
  return strFromU8(bytes.subarray(at, at + 4), true);
}

interface PngChunk {
  readonly type: string;
  readonly data: Uint8Array;
}

/** Changes chunks of a PNG file, or its rows of pixels; checksums are right again. */
export const changedPng: Change = orBytes((bytes, draw) => {
  const chunks = pngChunks(bytes);
  const i = draw.below(chunks.length);
  const { type, data } = chunks[i]!;
  const rows = chunks.findIndex((chunk) => chunk.type === "IDAT");
  const kind = draw.below(10);
  if (kind < 3 && rows >= 0) {
    const packed = joined(chunks.filter((chunk) => chunk.type === "IDAT").map((chunk) => chunk.data));
    const pixels = new Uint8Array(inflateSync(packed, { maxOutputLength: LARGEST }));
    const made = draw.chance(0.2) ? new Uint8Array(pixels.length + (edge(draw) % 100_000)) : changedBytes(pixels, draw);
    const others = chunks.filter((chunk) => chunk.type !== "IDAT");
    others.splice(rows, 0, { type: "IDAT", data: new Uint8Array(deflateSync(made, { level: 1 })) });
    return pngFile(others);
  }
  if (kind === 3) return pngFile(chunks.toSpliced(i, 1));
  if (kind === 4) return pngFile(chunks.toSpliced(draw.below(chunks.length), 0, chunks[i]!));
  if (kind === 5)
    return pngFile(chunks.with(i, { type: draw.pick(["IHDR", "PLTE", "tRNS", "IDAT", "eXIf", "IEND", "fdAT"]), data }));
  if (kind === 6 && data.length > 1) {
    const at = draw.below(data.length);
    return pngFile(chunks.toSpliced(i, 1, { type, data: data.slice(0, at) }, { type, data: data.slice(at) }));
  }
  if (kind > 6) return pngFile(chunks.with(0, { type: "IHDR", data: changedHeader(chunks[0]!.data, draw) }));
  return pngFile(chunks.with(i, { type, data: changedBytes(data, draw) }));
});

/** Another width, height, depth, colour type or interlacing. */
function changedHeader(data: Uint8Array, draw: Draw): Uint8Array {
  const made = data.slice();
  const view = new DataView(made.buffer);
  const field = draw.below(5);
  if (made.length < 13) return changedBytes(made, draw);
  if (field < 2) view.setUint32(4 * field, draw.chance(0.5) ? view.getUint32(4 * field) + 1 : edge(draw) % 2 ** 32);
  else if (field === 2) made[8] = draw.pick([1, 2, 4, 8, 16, 0, 3]);
  else if (field === 3) made[9] = draw.below(8);
  else made[12] = draw.below(3);
  return made;
}

function pngChunks(bytes: Uint8Array): PngChunk[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const chunks: PngChunk[] = [];
  for (let at = 8; at + 12 <= bytes.length; ) {
    const size = view.getUint32(at);
    chunks.push({ type: strFromU8(bytes.subarray(at + 4, at + 8), true), data: bytes.slice(at + 8, at + 8 + size) });
    at += 12 + size;
  }
  if (chunks.length === 0) throw new Error("no chunks");
  return chunks;
}

function pngFile(chunks: readonly PngChunk[]): Uint8Array {
  const made = chunks.map(({ type, data }) => {
    const content = joined([new TextEncoder().encode(type), data]);
    return joined([uint32(data.length), content, uint32(crc32(content))]);
  });
  return joined([[0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10], ...made]);
}

function uint32(value: number): Uint8Array {
  return Uint8Array.of(value >>> 24, value >>> 16, value >>> 8, value);
}
