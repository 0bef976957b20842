import { inflateGzip, inflateStart } from "#platform";
import { InputError } from "../core/errors.ts";
import { type Numbers, sizeOf, type Tensor } from "../core/tensor.ts";

/** Reads one element. */
interface Element {
  readonly bytes: number;
  make(length: number): Numbers;
  read(view: DataView, at: number): number;
}

/** The types of elements, by the third byte of the file; all big-endian. Unsigned bytes need no reading. */
const elements: Readonly<Record<number, Element>> = {
  8: { bytes: 1, make: (n) => new Uint8Array(n), read: (view, at) => view.getUint8(at) },
  9: { bytes: 1, make: (n) => new Int32Array(n), read: (view, at) => view.getInt8(at) },
  11: { bytes: 2, make: (n) => new Int32Array(n), read: (view, at) => view.getInt16(at) },
  12: { bytes: 4, make: (n) => new Int32Array(n), read: (view, at) => view.getInt32(at) },
  13: { bytes: 4, make: (n) => new Float32Array(n), read: (view, at) => view.getFloat32(at) },
  14: { bytes: 8, make: (n) => new Float64Array(n), read: (view, at) => view.getFloat64(at) },
};

/**
 * Reads IDX, MNIST's file format: two zero bytes, the element type (8: unsigned byte, 9: byte, 11: int16, 12: int32,
 * 13: float32, 14: float64), the number of dimensions, each dimension as a big-endian uint32, then the elements in
 * row-major order.
 *
 * @param bytes the unpacked file
 * @param name the file's name in errors
 * @returns of unsigned bytes a view of `bytes`, not a copy; shape as in the file, such as `[60000, 28, 28]`
 * @throws InputError for another magic number or type, and if the number of bytes does not match the dimensions
 */
export function parseIdx(bytes: Uint8Array, name = "IDX file"): Tensor {
  const fail = (problem: string) => new InputError(`${name}: ${problem}`);
  const { element, shape, start, size } = idxHeader(bytes, name);
  const count = sizeOf(shape);
  const expected = size - start;
  const received = bytes.length - start;
  if (expected !== received) {
    const state = received < expected ? "cut" : "followed by other bytes";
    const sizes = shape.length > 4 ? `${shape.length} dimensions` : `[${shape.join(", ")}]`;
    throw fail(`expected ${expected} bytes for ${sizes}, got ${received}: the file is ${state}; get the file again`);
  }
  if (bytes[2] === 8) return { shape, data: bytes.subarray(start) };
  const elementsView = new DataView(bytes.buffer, bytes.byteOffset + start);
  const data = element.make(count);
  for (let i = 0; i < count; i++) data[i] = element.read(elementsView, i * element.bytes);
  return { shape, data };
}

/** The bytes of the whole file that an IDX file begins with. @throws InputError for another kind of file */
export function idxSize(start: Uint8Array, name: string): number {
  return idxHeader(start, name).size;
}

/** The bytes that the numbers of an IDX file take beside the file; none where they are a view of it. */
export function idxNumbers(bytes: Uint8Array, name: string): number {
  const { element, shape } = idxHeader(bytes, name);
  return bytes[2] === 8 ? 0 : sizeOf(shape) * Math.max(4, element.bytes);
}

interface IdxHeader {
  readonly element: Element;
  readonly shape: number[];
  /** Where the elements begin. */
  readonly start: number;
  /** The bytes of the file. */
  readonly size: number;
}

function idxHeader(bytes: Uint8Array, name: string): IdxHeader {
  const fail = (problem: string) => new InputError(`${name}: ${problem}`);
  if (bytes.length < 4) throw fail(`expected an IDX file, got ${bytes.length} bytes; get the file again`);
  if (bytes[0] !== 0 || bytes[1] !== 0) {
    const start = Array.from(bytes.subarray(0, 4), (byte) => byte.toString(16).padStart(2, "0")).join(" ");
    throw fail(
      `expected an IDX file, which starts with the bytes 00 00 08, got ${start}; give an IDX file, plain or .gz`,
    );
  }
  const element = elements[bytes[2]!];
  if (!element)
    throw fail(`expected numbers of an IDX type (8, 9 or 11 to 14), got type ${bytes[2]}; get the file again`);
  const rank = bytes[3];
  const start = 4 + 4 * rank;
  if (rank === 0) throw fail("expected at least one dimension, got none; get the file again");
  if (bytes.length < start) throw fail(`the file is cut within its ${rank} dimensions; get the file again`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, start);
  const shape = Array.from({ length: rank }, (_, axis) => view.getUint32(4 + 4 * axis));
  // A product beyond the exact integers is inexact, but no file is that large.
  return { element, shape, start, size: start + sizeOf(shape) * element.bytes };
}

/** What a caller knows about the content of a gzip file. */
export interface UnpackOptions {
  /** The most bytes that it may unpack to. Default 1 GiB. */
  readonly max?: number;
  /**
   * Looks at the first bytes of the content, at most 1 MiB, and says how many there are, if they say so: no more are
   * unpacked. @throws InputError for content that is not wanted
   */
  readonly announcedSize?: (start: Uint8Array, name: string) => number | undefined;
  /** The error for content that is too large. */
  readonly exceeded?: (name: string) => InputError;
}

/** The first packed bytes: they unpack to at most 1 MiB and hold the IDX header. */
const START = 1000;

/**
 * The bytes of a file: unpacked if it is gzip, else unchanged.
 *
 * @param name the file's name in errors
 * @throws InputError if the gzip data are damaged or cut, or unpack to more than they may
 */
export async function unpacked(bytes: Uint8Array, name: string, options: UnpackOptions = {}): Promise<Uint8Array> {
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return bytes;
  const {
    max = 2 ** 30,
    announcedSize,
    exceeded = () => new InputError(`${name}: it unpacks to more than ${max} bytes; give a smaller file`),
  } = options;
  let size: number | undefined;
  try {
    size = announcedSize?.(await inflateStart(bytes.subarray(0, contentStart(bytes) + START)), name);
    if (size !== undefined && size > max) throw exceeded(name);
    return await inflateGzip(bytes, size ?? max);
  } catch (cause) {
    if (cause instanceof InputError) throw cause;
    if (cause instanceof RangeError && size !== undefined)
      throw new InputError(`${name}: its header says ${size} bytes, and more follow; get the file again`, { cause });
    if (cause instanceof RangeError) throw exceeded(name);
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new InputError(`${name}: its gzip data cannot be unpacked (${reason}); get the file again`, { cause });
  }
}

/** Where the packed content of a gzip file begins: after an extra field, a name and a comment of any length (RFC 1952). */
function contentStart(bytes: Uint8Array): number {
  const [checked, extra, named, commented] = [2, 4, 8, 16].map((flag) => (bytes[3]! & flag) !== 0);
  let at = 10;
  if (extra) at += 2 + bytes[at]! + 256 * bytes[at + 1]!;
  for (const isThere of [named, commented]) if (isThere) at = bytes.indexOf(0, at) + 1 || bytes.length;
  return checked ? at + 2 : at;
}
