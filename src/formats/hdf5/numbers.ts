import type { Metadata } from "h5wasm";
import { halfValue } from "../../core/half.ts";

/** The types of numbers that are read, with what makes float32 of the little-endian bytes. */
const types = {
  float16: (bytes) => Float32Array.from(new Uint16Array(bytes), halfValue),
  float32: (bytes) => new Float32Array(bytes),
  float64: (bytes) => Float32Array.from(new Float64Array(bytes)),
  int8: (bytes) => Float32Array.from(new Int8Array(bytes)),
  uint8: (bytes) => Float32Array.from(new Uint8Array(bytes)),
  int16: (bytes) => Float32Array.from(new Int16Array(bytes)),
  uint16: (bytes) => Float32Array.from(new Uint16Array(bytes)),
  int32: (bytes) => Float32Array.from(new Int32Array(bytes)),
  uint32: (bytes) => Float32Array.from(new Uint32Array(bytes)),
  int64: (bytes) => Float32Array.from(new BigInt64Array(bytes), Number),
  uint64: (bytes) => Float32Array.from(new BigUint64Array(bytes), Number),
} as const satisfies Record<string, (bytes: ArrayBuffer) => Float32Array>;

/** The type of a dataset's numbers. */
export type Hdf5NumberType = keyof typeof types;

const INTEGER = 0;
const FLOAT = 1;

/** HDF5's type of numbers; undefined for texts and so on. */
export function numberType({ type, size, signed }: Metadata): Hdf5NumberType | undefined {
  const kind = type === FLOAT ? "float" : type === INTEGER ? (signed ? "int" : "uint") : undefined;
  const name = `${kind}${8 * size}`;
  return Object.hasOwn(types, name) ? (name as Hdf5NumberType) : undefined;
}

/** Numbers from their little-endian bytes, rounded to float32. */
export function floatsOf(type: Hdf5NumberType, bytes: ArrayBuffer): Float32Array {
  return types[type](bytes);
}
