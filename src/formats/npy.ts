import { InputError } from "../core/errors.ts";
import { halfValue } from "../core/half.ts";
import { type Numbers, type Shape, sizeOf } from "../core/tensor.ts";

/** The content of an npy file: numbers, or texts, in row-major order. */
export interface NpyArray {
  /** The size of each axis, outermost first; `[]` for a single value. */
  readonly shape: Shape;
  readonly data: Numbers | readonly string[];
}

/** Reads one value of a type at an address. */
interface NumberType {
  readonly bytes: number;
  make(length: number): Numbers;
  read(view: DataView, at: number, little: boolean): number;
}

/** What a text takes beside its characters, at most. */
const TEXT_BYTES = 32;

const bytes1: NumberType = { bytes: 1, make: (n) => new Uint8Array(n), read: (view, at) => view.getUint8(at) };

/** By kind and size, as in NumPy's `dtype.str`. 64-bit whole numbers become doubles, which hold them up to 2^53. */
const types: Readonly<Record<string, NumberType>> = {
  u1: bytes1,
  b1: bytes1,
  i1: { bytes: 1, make: (n) => new Int32Array(n), read: (view, at) => view.getInt8(at) },
  u2: { bytes: 2, make: (n) => new Int32Array(n), read: (view, at, little) => view.getUint16(at, little) },
  i2: { bytes: 2, make: (n) => new Int32Array(n), read: (view, at, little) => view.getInt16(at, little) },
  u4: { bytes: 4, make: (n) => new Float64Array(n), read: (view, at, little) => view.getUint32(at, little) },
  i4: { bytes: 4, make: (n) => new Int32Array(n), read: (view, at, little) => view.getInt32(at, little) },
  u8: { bytes: 8, make: (n) => new Float64Array(n), read: (view, at, little) => Number(view.getBigUint64(at, little)) },
  i8: { bytes: 8, make: (n) => new Float64Array(n), read: (view, at, little) => whole64(view, at, little) },
  f2: { bytes: 2, make: (n) => new Float32Array(n), read: (view, at, little) => halfValue(view.getUint16(at, little)) },
  f4: { bytes: 4, make: (n) => new Float32Array(n), read: (view, at, little) => view.getFloat32(at, little) },
  f8: { bytes: 8, make: (n) => new Float64Array(n), read: (view, at, little) => view.getFloat64(at, little) },
};

/**
 * Reads NumPy's npy format, versions 1 to 3 (https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html):
 * whole numbers, floats, booleans and texts of fixed length (`U`, `S`), in C or Fortran order, little- or big-endian.
 *
 * @param name the file's name in errors
 * @param take is called with the bytes that the numbers or texts will take beside the file; it may throw
 * @returns numbers as a typed array that holds them; bytes are a view of `bytes` where they are in C order
 * @throws InputError for another format, Python objects and other types, and for a file that is cut
 */
export function parseNpy(bytes: Uint8Array, name = "npy file", take: (bytes: number) => void = () => {}): NpyArray {
  const fail = (problem: string) => new InputError(`${name}: ${problem}`);
  if (!isNpy(bytes))
    throw fail("expected an npy file, which starts with \\x93NUMPY, got other data; save it with numpy.save");
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const version = bytes[6]!;
  if (bytes.length < 12 || version < 1 || version > 3)
    throw fail(`expected version 1 to 3, got ${version}; save it again`);
  const [length, start] = version === 1 ? [view.getUint16(8, true), 10] : [view.getUint32(8, true), 12];
  if (start + length > bytes.length) throw fail("its header is cut; get the file again");
  const { descr, fortran, shape } = header(new TextDecoder().decode(bytes.subarray(start, start + length)), fail);
  const [, order = "", kind = ""] = /^([<>|=]?)(\w+)$/.exec(descr) ?? [];
  const textSize = /^[US]([1-9]\d{0,4})$/.exec(kind)?.[1];
  const type = types[kind];
  if (!type && textSize === undefined) {
    const advice =
      kind === "O" ? "Python objects (pickle) are not read" : `the type "${descr.slice(0, 20)}" is not read`;
    throw fail(`expected numbers, booleans or texts, but ${advice}; save it as another type`);
  }
  const little = order !== ">";
  const count = sizeOf(shape);
  const each = type ? type.bytes : Number(textSize) * (kind.startsWith("U") ? 4 : 1);
  const expected = count * each;
  const received = bytes.length - start - length;
  // A product beyond the exact integers is inexact, but no file is that large.
  if (expected !== received)
    throw fail(`expected ${expected} bytes for [${shape.slice(0, 6).join(", ")}], got ${received}; get the file again`);
  const first = start + length;
  const from = fortran && shape.length > 1 ? fortranOrder(shape) : (i: number) => i;
  if (type === bytes1 && !fortran) return { shape, data: bytes.subarray(first) };
  take(count * (type ? type.make(0).BYTES_PER_ELEMENT : 2 * each + TEXT_BYTES));
  if (!type) {
    const isUtf32 = kind.startsWith("U");
    const data = Array.from({ length: count }, (_, i) => textAt(view, first + from(i) * each, each, isUtf32, little));
    if (data.includes(undefined)) throw fail("a text has a character that is none; save it again");
    return { shape, data: data as string[] };
  }
  const data = type.make(count);
  for (let i = 0; i < count; i++) data[i] = type.read(view, first + from(i) * each, little);
  return { shape, data };
}

/** Whether bytes begin as an npy file does. */
export function isNpy(bytes: Uint8Array): boolean {
  return bytes[0] === 0x93 && String.fromCharCode(...bytes.subarray(1, 6)) === "NUMPY";
}

/** The header is a Python dictionary with these three keys. */
function header(
  text: string,
  fail: (problem: string) => InputError,
): { descr: string; fortran: boolean; shape: number[] } {
  const descr = /'descr'\s*:\s*'([^']*)'/.exec(text)?.[1];
  const fortran = /'fortran_order'\s*:\s*(True|False)/.exec(text)?.[1];
  const sizes = /'shape'\s*:\s*\(([\d\s,L]*)\)/.exec(text)?.[1];
  if (/'descr'\s*:\s*\[/.test(text)) throw fail("expected an array of numbers, got records; save each field by itself");
  if (descr === undefined || fortran === undefined || sizes === undefined)
    throw fail("its header is damaged; save it again");
  const shape = sizes.split(",").flatMap((size) => (size.trim() === "" ? [] : [Number.parseInt(size, 10)]));
  if (shape.length > 32 || !shape.every(Number.isSafeInteger)) throw fail("its shape is damaged; save it again");
  return { descr, fortran: fortran === "True", shape };
}

/** Where element `i` of row-major order stands in column-major order. */
function fortranOrder(shape: Shape): (i: number) => number {
  const steps = shape.map((_, axis) => sizeOf(shape.slice(0, axis)));
  return (i) => {
    let [rest, at] = [i, 0];
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      const size = shape[axis]!;
      at += (rest % size) * steps[axis]!;
      rest = Math.floor(rest / size);
    }
    return at;
  };
}

function whole64(view: DataView, at: number, little: boolean): number {
  // The two halves are four times as fast as a BigInt.
  const [low, high] = little ? [at, at + 4] : [at + 4, at];
  return view.getInt32(high, little) * 2 ** 32 + view.getUint32(low, little);
}

/** A text, padded with zeros to its size; undefined for a number that is no character. */
function textAt(view: DataView, at: number, size: number, isUtf32: boolean, little: boolean): string | undefined {
  const step = isUtf32 ? 4 : 1;
  const codes = Array.from({ length: size / step }, (_, i) =>
    isUtf32 ? view.getUint32(at + i * step, little) : view.getUint8(at + i),
  );
  while (codes.at(-1) === 0) codes.pop();
  return codes.some((code) => code > 0x10ffff) ? undefined : String.fromCodePoint(...codes);
}
