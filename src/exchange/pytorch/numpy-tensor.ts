import { type Numbers, type Shape, sizeOf } from "../../core/tensor.ts";
import { PickleObject } from "../../formats/pickle.ts";

/** NumPy's types, by what an array's pickle calls them. */
const types: Readonly<
  Record<string, { readonly name: string; readonly bytes: number; read(view: DataView, at: number): number }>
> = {
  f4: { name: "float32", bytes: 4, read: (view, at) => view.getFloat32(at, true) },
  f8: { name: "float64", bytes: 8, read: (view, at) => view.getFloat64(at, true) },
};

/** An array of NumPy in a pickle as a tensor: float32 or float64, little-endian; undefined for anything else. */
export function numpyTensor(value: unknown): { shape: Shape; type: string; values: () => Numbers } | undefined {
  if (!(value instanceof PickleObject) || value.type !== "numpy.ndarray" || !Array.isArray(value.state))
    return undefined;
  const [, shape, dtype, isFortran, data] = value.state as unknown[];
  const code = dtype instanceof PickleObject ? dtype.args[0] : undefined;
  const type = typeof code === "string" && Object.hasOwn(types, code) ? types[code] : undefined;
  const isShape =
    Array.isArray(shape) && shape.length <= 8 && shape.every((size) => Number.isSafeInteger(size) && size >= 0);
  const bytes = typeof data === "string" ? Uint8Array.from(data, (character) => character.charCodeAt(0)) : data;
  const byteOrder = dtype instanceof PickleObject && Array.isArray(dtype.state) ? dtype.state[1] : undefined;
  if (!type || !isShape || isFortran !== false || byteOrder === ">" || !(bytes instanceof Uint8Array)) return undefined;
  if (sizeOf(shape) * type.bytes !== bytes.length) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return {
    shape,
    type: type.name,
    values: () => Float64Array.from({ length: sizeOf(shape) }, (_, i) => type.read(view, i * type.bytes)),
  };
}
