import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";

/** An event as read back; histograms and images stay protobuf fields by number. */
export interface ReadEvent {
  readonly wallTime: number;
  readonly step: number;
  readonly fileVersion: string | undefined;
  readonly scalars: Record<string, number>;
  readonly histograms: Record<string, Fields>;
  readonly images: Record<string, Fields>;
}

type Fields = Map<number, (number | Uint8Array)[]>;

/** The events of a folder's only event file. */
export async function readEventFolder(folder: string): Promise<ReadEvent[]> {
  const names = await readdir(folder);
  if (names.length !== 1) throw new Error(`expected one file, got ${names}`);
  return readEvents(new Uint8Array(await readFile(join(folder, names[0]!)))); // a Buffer's slice would be no copy
}

/** Reads TFRecords of `Event` messages, with every checksum. */
export function readEvents(file: Uint8Array): ReadEvent[] {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  const events: ReadEvent[] = [];
  for (let at = 0; at < file.length; ) {
    const length = Number(view.getBigUint64(at, true));
    const data = file.subarray(at + 12, at + 12 + length);
    check(view.getUint32(at + 8, true), file.subarray(at, at + 8));
    check(view.getUint32(at + 12 + length, true), data);
    events.push(eventOf(fieldsOf(data)));
    at += length + 16;
  }
  return events;
}

export function doublesOf(field: number | Uint8Array | undefined): number[] {
  return [...new Float64Array((field as Uint8Array).slice().buffer)];
}

function check(stored: number, data: Uint8Array): void {
  const unmasked = (stored - 0xa282ead8) >>> 0;
  const crc = ((unmasked >>> 17) | (unmasked << 15)) >>> 0;
  if (crc !== crcByBits(data)) throw new Error(`checksum ${crc}, expected ${crcByBits(data)}`);
}

/** Bit by bit, to share nothing with the table that is tested. */
function crcByBits(data: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of data) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0x82f63b78 : 0);
  }
  return ~crc >>> 0;
}

function eventOf(event: Fields): ReadEvent {
  const read: ReadEvent = {
    wallTime: event.get(1)![0] as number,
    step: (event.get(2)?.[0] ?? 0) as number,
    fileVersion: event.has(3) ? textOf(event.get(3)![0]) : undefined,
    scalars: {},
    histograms: {},
    images: {},
  };
  const values = event.has(5) ? (fieldsOf(event.get(5)![0] as Uint8Array).get(1) ?? []) : [];
  for (const bytes of values) {
    const value = fieldsOf(bytes as Uint8Array);
    const tag = textOf(value.get(1)![0]);
    if (value.has(2)) read.scalars[tag] = value.get(2)![0] as number;
    if (value.has(4)) read.images[tag] = fieldsOf(value.get(4)![0] as Uint8Array);
    if (value.has(5)) read.histograms[tag] = fieldsOf(value.get(5)![0] as Uint8Array);
  }
  return read;
}

function textOf(field: number | Uint8Array | undefined): string {
  return new TextDecoder().decode(field as Uint8Array);
}

function fieldsOf(message: Uint8Array): Fields {
  const view = new DataView(message.buffer, message.byteOffset, message.byteLength);
  const fields: Fields = new Map();
  let at = 0;
  const varint = () => {
    let value = 0;
    for (let scale = 1; ; scale *= 128) {
      const byte = view.getUint8(at++);
      value += (byte & 127) * scale;
      if (byte < 128) return value;
    }
  };
  const skip = (bytes: number) => {
    at += bytes;
    return at - bytes;
  };
  const content = () => {
    const length = varint();
    const start = skip(length);
    return message.subarray(start, start + length);
  };
  while (at < message.length) {
    const key = varint();
    const read =
      [varint, () => view.getFloat64(skip(8), true), content][key % 8] ?? (() => view.getFloat32(skip(4), true));
    const field = Math.floor(key / 8);
    fields.set(field, [...(fields.get(field) ?? []), read()]);
  }
  return fields;
}
