import { InputError, listed, shown } from "../core/errors.ts";
import { bfloat16Values, halfValue } from "../core/half.ts";
import { jsonFrom } from "../core/json.ts";
import { type Numbers, sizeOf, type Tensor } from "../core/tensor.ts";
import { duplicateKey } from "./json-keys.ts";

/** The content of a safetensors file. */
export interface Safetensors {
  /** The tensors by name, in the order of the header. */
  readonly tensors: Map<string, Tensor>;
  /** The strings under `__metadata__`; empty if the file has none. */
  readonly metadata: Record<string, string>;
}

/** The maximum size of a header in bytes, as in huggingface/safetensors. */
const MAX_HEADER = 100_000_000;

/**
 * Writes a safetensors file: the header's length (8 bytes, little-endian), the header (JSON, padded with spaces so that
 * the data start at a multiple of 8), the data (little-endian, row-major). Float32Array becomes F32, Float64Array F64,
 * Int32Array I32, Uint8Array U8. The header keeps the given order. The data are sorted by descending element size, so
 * that each tensor is aligned for readers that map the file. The same tensors always give the same bytes.
 *
 * @throws InputError for the name `__metadata__`, a shape that does not fit its data, and a scale other than 1
 */
export function writeSafetensors(
  tensors: Readonly<Record<string, Tensor>>,
  metadata: Readonly<Record<string, string>> = {},
): Uint8Array {
  const named = Object.entries(tensors);
  for (const [name, { shape, data, scale = 1 }] of named) {
    if (name === "__metadata__") throw new InputError(`tensor ${shown(name)}: the name is reserved; choose another`);
    if (sizeOf(shape) !== data.length) {
      throw new InputError(
        `tensor ${shown(name)}: shape [${shape}] needs ${sizeOf(shape)} numbers, got ${data.length}`,
      );
    }
    if (scale !== 1)
      throw new InputError(`tensor ${shown(name)}: scale ${scale} cannot be written; multiply the data by it`);
  }
  const entries = new Map<string, string>();
  let size = 0;
  const laid = named.toSorted(([, a], [, b]) => b.data.BYTES_PER_ELEMENT - a.data.BYTES_PER_ELEMENT);
  for (const [name, { shape, data }] of laid) {
    const entry = { dtype: dtypeOf(data), shape, data_offsets: [size, size + data.byteLength] };
    entries.set(name, `${JSON.stringify(name)}:${JSON.stringify(entry)}`);
    size += data.byteLength;
  }
  const fields = named.map(([name]) => entries.get(name));
  if (Object.keys(metadata).length > 0) fields.unshift(`"__metadata__":${JSON.stringify(metadata)}`);
  const header = new TextEncoder().encode(`{${fields.join(",")}}`);
  const start = 8 + Math.ceil(header.length / 8) * 8;
  const file = new Uint8Array(start + size).fill(0x20, 8, start);
  new DataView(file.buffer).setBigUint64(0, BigInt(start - 8), true);
  file.set(header, 8);
  let at = start;
  for (const [, { data }] of laid) {
    file.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), at);
    at += data.byteLength;
  }
  return file;
}

/**
 * Reads a safetensors file; the tensors are copies. F32, F64, I32 and U8 become the arrays {@link writeSafetensors}
 * takes; F16 and BF16 become Float32Array, exactly; I64 becomes Int32Array when every value fits.
 *
 * Everything is checked before memory is allocated, as in huggingface/safetensors: the length of the header, the types
 * and duplicate keys of its JSON, the size of every tensor, and that the tensors cover the data without overlaps or
 * gaps.
 *
 * @param name the name of the file in errors
 * @throws InputError for a file that is not valid, and for other data types
 */
export function readSafetensors(bytes: Uint8Array, name = "safetensors file"): Safetensors {
  const fail = (problem: string) => new InputError(`${name}: ${problem}`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < 8) throw fail(`expected at least 8 bytes, got ${bytes.length}; give a whole safetensors file`);
  const headerSize = view.getBigUint64(0, true);
  if (headerSize > BigInt(MAX_HEADER))
    throw fail("expected a safetensors file, got another kind of file or a damaged one; give a model file");
  if (headerSize > BigInt(bytes.length - 8)) {
    throw fail(
      `expected a safetensors file, but its header has ${headerSize} bytes and the file ${bytes.length}; it is truncated or another kind of file`,
    );
  }
  const start = 8 + Number(headerSize);
  const { __metadata__: metadata = {}, ...entries } = headerOf(bytes.subarray(8, start), name, fail);
  if (!isObject(metadata) || !Object.values(metadata).every((value) => typeof value === "string")) {
    throw fail("expected __metadata__ to be an object of texts; write the file again");
  }
  const found = Object.entries(entries).map(([tensor, entry]) => checkedEntry(tensor, entry, fail));
  let covered = 0;
  for (const { tensor, begin, end } of found.toSorted((a, b) => a.begin - b.begin || a.end - b.end)) {
    if (begin !== covered) {
      const problem = begin < covered ? "overlaps another" : "leaves a gap before it";
      throw fail(
        `tensor ${shown(tensor)} at bytes ${begin} to ${end} ${problem} (expected ${covered}); write the file again`,
      );
    }
    covered = end;
  }
  if (start + covered !== bytes.length) {
    throw fail(`its tensors take ${covered} bytes, but ${bytes.length - start} follow the header; get the file again`);
  }
  const tensors = new Map<string, Tensor>();
  for (const { tensor, shape, dtype, begin, end } of found) {
    const data = dtypes[dtype].read(new Uint8Array(bytes.subarray(start + begin, start + end)).buffer);
    if (data === undefined) throw fail(`tensor ${shown(tensor)}: has an I64 beyond 32 bits; convert it to I32 or F64`);
    tensors.set(tensor, { shape, data });
  }
  return { tensors, metadata: metadata as Record<string, string> };
}

type Fail = (problem: string) => InputError;

function headerOf(bytes: Uint8Array, name: string, fail: Fail): Record<string, unknown> {
  // No header begins otherwise, with white space or a byte order mark: another kind of file is recognised at once.
  if (bytes[0] !== 0x7b) throw fail("expected a JSON object as header; give a safetensors file");
  const header = jsonFrom(bytes, `${name}: its header`, { length: MAX_HEADER, anyKey: true }) as Record<
    string,
    unknown
  >;
  const twice = duplicateKey(new TextDecoder().decode(bytes));
  if (twice !== undefined) throw fail(`the header has the key ${shown(twice)} twice; write the file again`);
  return header;
}

function isSizes(given: unknown): given is number[] {
  return Array.isArray(given) && given.every((size) => Number.isSafeInteger(size) && size >= 0);
}

interface Entry {
  readonly tensor: string;
  readonly dtype: Dtype;
  readonly shape: number[];
  /** Bytes from the end of the header. */
  readonly begin: number;
  readonly end: number;
}

function checkedEntry(tensor: string, value: unknown, fail: Fail): Entry {
  const wrong = (expected: string, got: unknown, then = "write the file again") =>
    fail(`tensor ${shown(tensor)}: expected ${expected}, got ${shown(got)}; ${then}`);
  if (!isObject(value)) throw wrong("dtype, shape and data_offsets", value);
  const { dtype, shape, data_offsets } = value;
  if (typeof dtype !== "string" || !isDtype(dtype))
    throw wrong(`dtype ${listed(Object.keys(dtypes))}`, dtype, "convert it");
  if (!isSizes(shape)) throw wrong("shape to be a list of whole numbers from 0", shape);
  if (!isSizes(data_offsets) || data_offsets.length !== 2)
    throw wrong("data_offsets to be two whole numbers from 0", data_offsets);
  const [begin, end] = data_offsets as [number, number];
  // A product above 2^53 is not exact, but no file is that large.
  const needed = sizeOf(shape) * dtypes[dtype].bytes;
  if (end - begin !== needed) {
    throw fail(
      `tensor ${shown(tensor)}: [${shape.slice(0, 8)}] of ${dtype} takes ${needed} bytes, its span ${end - begin}`,
    );
  }
  return { tensor, dtype, shape, begin, end };
}

type Dtype = "F64" | "I64" | "F32" | "I32" | "F16" | "BF16" | "U8";

/**
 * Bytes per element, and the conversion of a tensor's little-endian bytes to numbers; undefined when they do not fit.
 */
const dtypes: { readonly [Key in Dtype]: { bytes: number; read: (buffer: ArrayBuffer) => Numbers | undefined } } = {
  F64: { bytes: 8, read: (buffer) => new Float64Array(buffer) },
  I64: { bytes: 8, read: smallIntegers },
  F32: { bytes: 4, read: (buffer) => new Float32Array(buffer) },
  I32: { bytes: 4, read: (buffer) => new Int32Array(buffer) },
  F16: { bytes: 2, read: (buffer) => Float32Array.from(new Uint16Array(buffer), halfValue) },
  BF16: { bytes: 2, read: (buffer) => bfloat16Values(new Uint16Array(buffer)) },
  U8: { bytes: 1, read: (buffer) => new Uint8Array(buffer) },
};

function isDtype(name: string): name is Dtype {
  return Object.hasOwn(dtypes, name);
}

function dtypeOf(data: Numbers): Dtype {
  if (data instanceof Float64Array) return "F64";
  if (data instanceof Float32Array) return "F32";
  return data instanceof Int32Array ? "I32" : "U8";
}

function smallIntegers(buffer: ArrayBuffer): Int32Array | undefined {
  const wide = new BigInt64Array(buffer);
  return wide.every((value) => value === BigInt.asIntN(32, value)) ? Int32Array.from(wide, Number) : undefined;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
