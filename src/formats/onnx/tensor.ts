import { halfValue } from "../../core/half.ts";
import { type TensorProto, TensorProto_DataLocation, TensorProto_DataType } from "./schema.ts";

/** The types of elements that are read. */
export type ElementType = keyof typeof elements;

/** A tensor of an ONNX file. */
export interface OnnxTensor {
  /** The size of each axis; [] for a scalar. */
  readonly dims: readonly number[];
  readonly type: ElementType;
  /** In row-major order. Float32Array for types that it holds exactly, Float64Array for the others. */
  readonly data: Float32Array | Float64Array;
}

/** Where a tensor keeps its numbers outside of the file. */
export interface ExternalData {
  /** The name of a file next to it. */
  readonly location: string;
  readonly offset: number;
  /** In bytes; undefined: up to the end. */
  readonly length: number | undefined;
}

/** @throws what `refuse` throws, for other values than whole numbers */
export function externalDataOf(tensor: TensorProto, refuse: Refuse): ExternalData | undefined {
  if (tensor.dataLocation !== TensorProto_DataLocation.EXTERNAL) return undefined;
  const entries = new Map(tensor.externalData.map(({ key, value }) => [key, value]));
  const number = (key: string): number | undefined => {
    const text = entries.get(key);
    if (text === undefined) return undefined;
    return /^\d{1,15}$/.test(text) ? Number(text) : refuse(`expected a whole number as ${key} of external data`);
  };
  const location = entries.get("location") ?? refuse("expected the name of the file with its external data");
  return { location, offset: number("offset") ?? 0, length: number("length") };
}

/** Throws an InputError that names the file and the tensor. */
export type Refuse = (problem: string) => never;

/** The name of a type, for messages. */
export function typeName(dataType: number): string {
  const found = Object.entries(TensorProto_DataType).find(([, value]) => value === dataType);
  return (found?.[0] ?? `type ${dataType}`).toLowerCase();
}

/** The element type of a number of ONNX; undefined for one that is not read. */
export function elementType(dataType: number): ElementType | undefined {
  const name = typeName(dataType);
  return Object.hasOwn(elements, name) ? (name as ElementType) : undefined;
}

/**
 * The numbers of a tensor. Its shape, its type and the bytes that are there are compared before memory is taken.
 * @param external the file that {@link externalDataOf} names
 * @throws what `refuse` throws, for another element type and for sizes that do not agree
 */
export function readTensor(tensor: TensorProto, refuse: Refuse, external?: Uint8Array): OnnxTensor {
  const dims = tensor.dims.map(Number);
  const count = dims.reduce((product, size) => product * size, 1);
  if (!dims.every((size) => size >= 0) || dims.length > 16 || !(count <= 2 ** 31))
    refuse(`expected a shape of up to 16 axes and 2^31 numbers, got [${dims.slice(0, 16)}]`);
  const type = elementType(tensor.dataType);
  if (type === undefined)
    return refuse(`expected elements of ${Object.keys(elements).join(", ")}, got ${typeName(tensor.dataType)}`);
  if (tensor.segment) refuse("expected a whole tensor, got a segment of one");
  const { bytes: width, read, listed } = elements[type];
  const place = externalDataOf(tensor, refuse);
  const list = listed(tensor);
  if (place === undefined && tensor.rawData.length === 0) {
    if (list.length !== count)
      refuse(`expected ${count} numbers for its shape [${dims}], got ${list.length}: get the file again`);
    return { dims, type, data: valuesOf(type, list) };
  }
  if (list.length > 0) refuse("expected its numbers in one place, got them as raw data and as a list");
  const raw = place === undefined ? tensor.rawData : within(external ?? new Uint8Array(0), place, refuse);
  if (raw.length !== count * width)
    refuse(`expected ${count * width} bytes for its shape [${dims}], got ${raw.length}: get the file again`);
  return { dims, type, data: read(new Uint8Array(raw).buffer) };
}

function within(file: Uint8Array, { location, offset, length }: ExternalData, refuse: Refuse): Uint8Array {
  const end = length === undefined ? file.length : offset + length;
  if (offset > end || end > file.length)
    refuse(`expected its data at bytes ${offset} to ${end} of "${location}", which has ${file.length}`);
  return file.subarray(offset, end);
}

/** A list of numbers of the file; of half precision, it has the bits. */
function valuesOf(type: ElementType, list: readonly (number | bigint)[]): Float32Array | Float64Array {
  if (type === "float16") return Float32Array.from(list as readonly number[], halfValue);
  if (type === "bfloat16") return bfloat16Values(list as readonly number[]);
  return type === "float" ? Float32Array.from(list, Number) : Float64Array.from(list, Number);
}

/** bfloat16 is the upper half of a float32. */
function bfloat16Values(bits: ArrayLike<number>): Float32Array {
  return new Float32Array(Uint32Array.from(bits, (upper) => upper << 16).buffer);
}

interface Element {
  /** Bytes of an element in raw data. */
  readonly bytes: number;
  /** From little-endian bytes. */
  readonly read: (buffer: ArrayBuffer) => Float32Array | Float64Array;
  /** The numbers where they are a list instead. */
  readonly listed: (tensor: TensorProto) => readonly (number | bigint)[];
}

const int32s = (tensor: TensorProto) => tensor.int32Data;

const elements = {
  float: { bytes: 4, read: (buffer) => new Float32Array(buffer), listed: (tensor) => tensor.floatData },
  double: { bytes: 8, read: (buffer) => new Float64Array(buffer), listed: (tensor) => tensor.doubleData },
  float16: {
    bytes: 2,
    read: (buffer) => Float32Array.from(new Uint16Array(buffer), halfValue),
    listed: int32s,
  },
  bfloat16: { bytes: 2, read: (buffer) => bfloat16Values(new Uint16Array(buffer)), listed: int32s },
  uint8: { bytes: 1, read: (buffer) => Float64Array.from(new Uint8Array(buffer)), listed: int32s },
  int8: { bytes: 1, read: (buffer) => Float64Array.from(new Int8Array(buffer)), listed: int32s },
  uint16: { bytes: 2, read: (buffer) => Float64Array.from(new Uint16Array(buffer)), listed: int32s },
  int16: { bytes: 2, read: (buffer) => Float64Array.from(new Int16Array(buffer)), listed: int32s },
  int32: { bytes: 4, read: (buffer) => Float64Array.from(new Int32Array(buffer)), listed: int32s },
  int64: {
    bytes: 8,
    read: (buffer) => Float64Array.from(new BigInt64Array(buffer), Number),
    listed: (tensor) => tensor.int64Data,
  },
  uint32: {
    bytes: 4,
    read: (buffer) => Float64Array.from(new Uint32Array(buffer)),
    listed: (tensor) => tensor.uint64Data,
  },
  uint64: {
    bytes: 8,
    read: (buffer) => Float64Array.from(new BigUint64Array(buffer), Number),
    listed: (tensor) => tensor.uint64Data,
  },
  bool: { bytes: 1, read: (buffer) => Float64Array.from(new Uint8Array(buffer)), listed: int32s },
} as const satisfies { readonly [type: string]: Element };
