import { encode } from "fast-png";
import { appendBytes, joinPath, makeFolder } from "#platform";

/** The values of one step, by tag. */
export interface SummaryEvent {
  /** A whole number of at least 0. */
  readonly step: number;
  readonly values: Readonly<Record<string, number | Histogram | GreyImage>>;
}

/** The distribution of numbers, from {@link histogram}. */
export interface Histogram {
  readonly min: number;
  readonly max: number;
  /** The count of the numbers, their sum and the sum of their squares. */
  readonly num: number;
  readonly sum: number;
  readonly sumSquares: number;
  /** The upper end of each bucket in ascending order, and the count of its numbers. */
  readonly bucketLimit: Float64Array;
  readonly bucket: Float64Array;
}

/** An image in row-major order with one byte per pixel, from 0 (black) to 255 (white). */
export interface GreyImage {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array | Uint8ClampedArray;
}

/**
 * An event file of TensorBoard: TFRecords, each an `Event` protobuf. It only grows, so that TensorBoard can follow it.
 * The first {@link append} creates the file and its folder.
 * https://github.com/tensorflow/tensorboard/blob/master/tensorboard/compat/proto/event.proto
 */
export class EventFile {
  private readonly folder: string;
  private path: string | undefined;

  constructor(folder: string) {
    this.folder = folder;
  }

  /**
   * Appends events, all with the current time, in one write.
   * @throws InputError when the folder or the file cannot be written
   */
  async append(events: readonly SummaryEvent[]): Promise<void> {
    const wallTime = Date.now() / 1000;
    const records = events.map((event) => record(eventMessage(wallTime, event)));
    if (this.path === undefined) {
      await makeFolder(this.folder);
      this.path = joinPath(this.folder, fileName());
      records.unshift(record(joined([double(1, wallTime), text(3, "brain.Event:2")])));
    }
    await appendBytes(this.path, joined(records));
  }
}

/**
 * TensorBoard reads the files of a folder in the order of their names. The milliseconds sort two runs of the same
 * second, and the random digits make the names unique. TensorFlow writes the host's name instead, which is private.
 */
function fileName(): string {
  const now = Date.now();
  const id = `${String(now % 1000).padStart(3, "0")}-${crypto.randomUUID().slice(0, 8)}`;
  return `events.out.tfevents.${Math.floor(now / 1000)}.${id}`;
}

/**
 * The distribution of numbers in buckets of equal width (default 30, as in TensorFlow) from the minimum to the maximum;
 * one bucket if these are equal. Numbers that are not finite are ignored.
 */
export function histogram(values: Float32Array, buckets = 30): Histogram {
  const finite = values.filter(Number.isFinite);
  let [min, max, sum, sumSquares] = finite.length > 0 ? [Infinity, -Infinity, 0, 0] : [0, 0, 0, 0];
  for (const value of finite) {
    min = Math.min(min, value);
    max = Math.max(max, value);
    sum += value;
    sumSquares += value * value;
  }
  const count = min < max ? buckets : 1;
  const width = (max - min) / count;
  const bucket = new Float64Array(count);
  for (const value of finite) bucket[count === 1 ? 0 : Math.min(Math.floor((value - min) / width), count - 1)]++;
  const bucketLimit = Float64Array.from(bucket, (_, i) => (i === count - 1 ? max : min + width * (i + 1)));
  return { min, max, num: finite.length, sum, sumSquares, bucketLimit, bucket };
}

/** Event { wall_time = 1; step = 2; summary = 5 }, Summary { repeated value = 1 }, Value { tag = 1; ... } */
function eventMessage(wallTime: number, { step, values }: SummaryEvent): Uint8Array {
  const summary = Object.entries(values).map(([tag, value]) => bytes(1, joined([text(1, tag), valueField(value)])));
  return joined([double(1, wallTime), integer(2, step), bytes(5, joined(summary))]);
}

/** Value { simple_value = 2; image = 4; histo = 5 }: TensorBoard knows the plugin by the field, without metadata. */
function valueField(value: number | Histogram | GreyImage): Uint8Array {
  if (typeof value === "number") return float(2, value);
  return "bucket" in value ? bytes(5, histogramMessage(value)) : bytes(4, imageMessage(value));
}

function histogramMessage({ min, max, num, sum, sumSquares, bucketLimit, bucket }: Histogram): Uint8Array {
  const numbers = [min, max, num, sum, sumSquares].map((value, i) => double(i + 1, value));
  return joined([...numbers, bytes(6, bytesOf(bucketLimit)), bytes(7, bytesOf(bucket))]);
}

/** Image { height = 1; width = 2; colorspace = 3 (1: grey); encoded_image_string = 4 } */
function imageMessage({ width, height, data }: GreyImage): Uint8Array {
  const png = encode({ width, height, channels: 1, depth: 8, data });
  return joined([integer(1, height), integer(2, width), integer(3, 1), bytes(4, png)]);
}

// Protocol buffers: each field is a varint of its number and wire type (0 varint, 1 eight bytes, 2 length and content,
// 5 four bytes), then the value. https://protobuf.dev/programming-guides/encoding/

function integer(field: number, value: number): Uint8Array {
  return joined([varint(field * 8), varint(value)]);
}

function double(field: number, value: number): Uint8Array {
  return joined([varint(field * 8 + 1), bytesOf(Float64Array.of(value))]);
}

function float(field: number, value: number): Uint8Array {
  return joined([varint(field * 8 + 5), bytesOf(Float32Array.of(value))]);
}

function bytes(field: number, content: Uint8Array): Uint8Array {
  return joined([varint(field * 8 + 2), varint(content.length), content]);
}

function text(field: number, content: string): Uint8Array {
  return bytes(field, new TextEncoder().encode(content));
}

/** Seven bits per byte, the lowest first. It divides, since shifts would truncate a number to 32 bits. */
function varint(value: number): Uint8Array {
  const digits: number[] = [];
  let left = value;
  for (; left >= 128; left = Math.floor(left / 128)) digits.push((left % 128) + 128);
  return Uint8Array.of(...digits, left);
}

/** Little-endian, like all machines that run JavaScript engines today. */
function bytesOf({ buffer, byteOffset, byteLength }: Float32Array | Float64Array): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}

/**
 * TFRecord: length (uint64), its masked CRC, data, their masked CRC.
 * https://www.tensorflow.org/tutorials/load_data/tfrecord#tfrecords_format_details
 */
function record(data: Uint8Array): Uint8Array {
  const whole = new Uint8Array(data.length + 16);
  const view = new DataView(whole.buffer);
  view.setUint32(0, data.length, true); // the upper half stays 0
  view.setUint32(8, masked(crc32c(whole.subarray(0, 8))), true);
  whole.set(data, 12);
  view.setUint32(12 + data.length, masked(crc32c(data)), true);
  return whole;
}

/** A CRC of data that contain CRCs is weak, so records store it rotated, with a constant added. */
function masked(crc: number): number {
  return ((crc >>> 15) | (crc << 17)) + 0xa282ead8;
}

/** CRC-32C by byte: Castagnoli's polynomial, reflected. */
const remainders = Uint32Array.from({ length: 256 }, (_, byte) => {
  let crc = byte;
  for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0x82f63b78 : 0);
  return crc;
});

/** The Castagnoli CRC that iSCSI (RFC 3720, appendix B.4) and TFRecord use; "123456789" gives 0xE3069283. */
export function crc32c(data: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of data) crc = remainders[(crc ^ byte) & 255] ^ (crc >>> 8);
  return ~crc >>> 0;
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
